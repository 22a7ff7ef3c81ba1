import type { ConflictPolicy } from '@hindsight/bitemporal';
import type { LatePolicy } from '@hindsight/event-log';
import { createClient, NotAllowed, ServerUnavailable, type FormatOptions } from '@hindsight/import';
import { EXIT, Failure } from '../exit';
import { isTerminal, terminal } from '../import/ask';
import { createDirectClient } from '../import/direct';
import { createExchange } from '../import/http';
import { fileFailure } from '../import/files';
import { checkFile, importFile } from '../import/run';
import { restore } from '../import/restore';
import { counted, say } from '../output';
import { startCounting } from '../progress';
import { baseUrlOf, type Service } from '../service';
import { openTable, type TableOptions } from '../table';

export interface ImportCommandOptions extends Service, TableOptions, FormatOptions {
  readonly direct?: boolean;
  readonly limit?: number;
  readonly concurrency: number;
  readonly batch: number;
  readonly dryRun?: boolean;
  readonly onConflict: ConflictPolicy;
  readonly onLate?: LatePolicy;
  readonly skipRefused?: boolean;
  /** Restore an export with its recorded times. */
  readonly keepRecorded?: boolean;
  /** Don't ask. */
  readonly yes?: boolean;
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

function asFailure(error: unknown): unknown {
  if (error instanceof ServerUnavailable)
    return new Failure(`${error.message}\nRun the same command again to go on from here.`, EXIT.unreachable);
  if (error instanceof NotAllowed) return new Failure(error.message, EXIT.refused);
  return fileFailure(error);
}

/** The options that say how the file is to be read. */
function formatIn(options: ImportCommandOptions): FormatOptions {
  const { kind, map, delimiter, decimal, dates, tz, encoding, at, currency } = options;
  const given = Object.entries({ kind, map, delimiter, decimal, dates, tz, encoding, at, currency });
  return Object.fromEntries(given.filter(([, value]) => value !== undefined));
}

/** `import --keep-recorded` */
async function restoreFile(file: string, options: ImportCommandOptions, signal: AbortSignal): Promise<void> {
  if (!options.direct)
    throw new Failure(
      '--keep-recorded needs --direct: a server stamps what it records, so no client can choose a recorded time',
      EXIT.usage,
    );
  const open = await openTable(options, { create: true });
  const progress = startCounting('events');
  try {
    const { store } = open;
    const { products, events, known } = await restore(file, { store, signal, onProgress: progress.update });
    progress.stop();
    const before = known > 0 ? `, ${counted(known, 'event')} of them before` : '';
    say(
      `restored ${counted(events, 'event')} of ${counted(products, 'product')} into ${open.tableName}${before}`,
    );
  } catch (error) {
    if (!signal.aborted) throw asFailure(error);
    say('Stopped. Run the same command again to go on from here; nothing is recorded twice.');
    process.exitCode = EXIT.interrupted;
  } finally {
    progress.stop();
    await open.close();
  }
}

/** `import`: loads a file over HTTP, or with `--direct` straight into a data folder or a table. */
export async function importCommand(file: string, options: ImportCommandOptions): Promise<void> {
  const { direct = false, limit = Infinity, concurrency, batch, token, onConflict, onLate } = options;
  const { skipRefused = false, yes = false } = options;
  const what = { file, format: formatIn(options), limit, skipRefused };
  const surroundings = { say, ...(isTerminal() && !yes && { ask: terminal }) };
  if (options.dryRun) {
    process.exitCode = await checkFile(what, surroundings).catch((error: unknown) => {
      throw asFailure(error);
    });
    return;
  }
  const signal = untilSignal();
  if (options.keepRecorded) return restoreFile(file, options, signal);
  const open = direct ? await openTable(options, { create: true }) : undefined;
  const url = direct ? '' : baseUrlOf(options);
  const client = open
    ? createDirectClient(open, onLate)
    : createClient({ url, exchange: createExchange(token), signal, onLate });
  const target = open ? `the table ${open.tableName}` : url;
  try {
    const how = { client, target, onConflict, concurrency, batch };
    process.exitCode = await importFile({ ...what, ...how }, { ...surroundings, signal });
  } catch (error) {
    throw asFailure(error);
  } finally {
    await open?.close();
  }
}
