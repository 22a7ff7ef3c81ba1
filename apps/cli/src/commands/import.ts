import { EXIT, Failure } from '../exit';
import { createClient, ServerUnavailable } from '../import/client';
import { createDirectClient } from '../import/direct';
import type { DecimalMark } from '../import/numbers';
import type { DateFormat } from '../import/dates';
import { MalformedFile } from '../import/malformed-file';
import { checkFile, importFile } from '../import/run';
import { say } from '../output';
import { baseUrlOf, type Service } from '../service';
import { openTable, type TableOptions } from '../table';

export interface ImportCommandOptions extends Service, TableOptions {
  readonly direct?: boolean;
  readonly limit?: number;
  readonly concurrency: number;
  readonly batch: number;
  readonly dryRun?: boolean;
  readonly tz: string;
  readonly map?: readonly string[];
  readonly delimiter?: string;
  readonly decimal?: DecimalMark;
  readonly dates?: DateFormat;
  readonly encoding?: string;
  readonly currency: string;
}

/** npm and the terminal each forward the same Ctrl-C. A second signal within this time is a duplicate. */
const SAME_KEYSTROKE_MS = 1_000;

/**
 * The first Ctrl-C aborts the signal and the requests in progress finish; a later one ends the process
 * immediately.
 */
function untilSignal(): AbortSignal {
  const stop = new AbortController();
  let stoppedAt = 0;
  const onSignal = (): void => {
    if (!stop.signal.aborted) {
      stoppedAt = performance.now();
      process.stderr.write('\nStopping after the requests under way; press Ctrl-C again to stop at once.\n');
      stop.abort();
    } else if (performance.now() - stoppedAt > SAME_KEYSTROKE_MS) process.exit(EXIT.interrupted);
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return stop.signal;
}

/** Errors of the file system, the decompression and the CSV parser have a code. */
const isFileError = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && 'code' in error && typeof error.code === 'string';

function asFailure(error: unknown): unknown {
  if (error instanceof ServerUnavailable)
    return new Failure(`${error.message}\nRun the same command again to go on from here.`, EXIT.unreachable);
  return error instanceof MalformedFile || isFileError(error)
    ? new Failure(error.message, EXIT.usage)
    : error;
}

/** `import`: loads a file over HTTP, or with `--direct` straight into a data folder or a table. */
export async function importCommand(file: string, options: ImportCommandOptions): Promise<void> {
  const { direct = false, limit = Infinity, concurrency, batch, token } = options;
  const { map, delimiter, decimal, dates, tz, encoding } = options;
  const format = {
    tz,
    ...(map && { map }),
    ...(delimiter !== undefined && { delimiter }),
    ...(decimal && { decimal }),
    ...(dates && { dates }),
    ...(encoding !== undefined && { encoding }),
  };
  const what = { file, format, limit, currency: options.currency };
  if (options.dryRun) {
    process.exitCode = await checkFile(what, say).catch((error: unknown) => {
      throw asFailure(error);
    });
    return;
  }
  const signal = untilSignal();
  const open = direct ? await openTable(options, { create: true }) : undefined;
  const url = direct ? '' : baseUrlOf(options);
  const client = open ? createDirectClient(open) : createClient({ url, token, signal });
  const target = open ? `the table ${open.tableName}` : url;
  try {
    process.exitCode = await importFile({ ...what, client, target, concurrency, batch }, { signal, say });
  } catch (error) {
    throw asFailure(error);
  } finally {
    await open?.close();
  }
}
