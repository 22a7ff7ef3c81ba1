import { setTimeout as wait } from 'node:timers/promises';
import { parseTimeOrDay, timeZoneOf } from '@hindsight/domain';
import { directSource } from '../export/direct';
import { httpSource } from '../export/http';
import type { Row, What } from '../export/rows';
import { rowsOf, type Moment, type Source } from '../export/source';
import { textOf, writeExport, type Format } from '../export/writer';
import { EXIT, Failure } from '../exit';
import { counted } from '../output';
import { clientOf, type Service } from '../service';
import { openTable, unreachableTable, type TableOptions } from '../table';

export interface ExportOptions extends Service, TableOptions {
  readonly tz: string;
  readonly asOf?: string;
  readonly knownAt?: string;
  readonly format?: Format;
  readonly output?: string;
  readonly direct?: boolean;
}

/**
 * How long an append may take from its recorded time to its commit, in seconds: until then an answer as known at a
 * moment may still change. Clocks of containers in AWS differ more.
 */
const SETTLE_SECONDS = { local: 5, cloud: 30 };

/** The format that the name of the file says; without one, NDJSON. */
function formatOf({ format, output = '' }: ExportOptions): Format {
  if (format !== undefined) return format;
  return output.endsWith('.csv') ? 'csv' : output.endsWith('.json') ? 'json' : 'ndjson';
}

/** @throws Failure for a time that is none */
function given(name: string, text: string, tz: string): string {
  const zone = timeZoneOf(tz);
  const time = zone && parseTimeOrDay(text, zone, 'last');
  if (time === undefined) throw new Failure(`${name} must be a time or a date, not "${text}"`, EXIT.usage);
  return time;
}

/** The moment of an export. Its knowledge is that of now, once it can't change any more, unless it is given. */
async function settled(options: ExportOptions): Promise<Moment> {
  const { asOf, knownAt, tz, table } = options;
  const now = new Date().toISOString();
  const moment = {
    asOf: asOf === undefined ? now : given('--as-of', asOf, tz),
    knownAt: knownAt === undefined ? now : given('--known-at', knownAt, tz),
  };
  const seconds = process.env['SETTLE_SECONDS'] ?? SETTLE_SECONDS[table === undefined ? 'local' : 'cloud'];
  const rest = Date.parse(moment.knownAt) + Number(seconds) * 1000 - Date.now();
  if (knownAt !== undefined && moment.knownAt > now)
    throw new Failure('--known-at is in the future', EXIT.usage);
  if (rest > 0) await wait(rest);
  return moment;
}

async function write(
  what: What,
  source: Source,
  names: readonly string[],
  options: ExportOptions,
): Promise<void> {
  const moment = await settled(options);
  if (what === 'feed' && names.length > 0)
    throw new Failure('the feed has every product; export the events of some', EXIT.usage);
  const named = names.length > 0 && { products: [...new Set(names)] };
  let rows = 0;
  async function* counting(): AsyncGenerator<Row> {
    for await (const row of rowsOf(what, source, { ...named, moment })) {
      rows += 1;
      yield row;
    }
  }
  await writeExport(textOf(what, formatOf(options), counting()), options.output);
  process.stderr.write(`${counted(rows, 'row')}, as known at ${moment.knownAt}\n`);
}

/** `export`: stock, events or ledgers, all as known at one moment. */
export async function exportCommand(
  what: What,
  products: readonly string[],
  options: ExportOptions,
): Promise<void> {
  if (!options.direct) return write(what, httpSource(options, clientOf(options)), products, options);
  const open = await openTable(options);
  try {
    await write(what, directSource(open.store), products, options);
  } catch (error) {
    throw error instanceof Failure || (error as NodeJS.ErrnoException).syscall !== undefined
      ? error
      : unreachableTable(open.tableName, error);
  } finally {
    await open.close();
  }
}
