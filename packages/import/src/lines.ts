import type { DateFormat } from './dates';
import { csvEvent, isJson, jsonRecords, linesOfJson, type OnRefused } from './event-records';
import type { Columns } from './columns';
import {
  formatOf,
  layoutOf,
  layoutReport,
  sourceReport,
  type Choice,
  type Format,
  type FormatOptions,
  type Layout,
} from './format';
import type { Kind } from './kinds';
import type { Line } from './line';
import { MalformedFile } from './malformed-file';
import { lineReader } from './reader';
import { sampled, type ReadRows, type RefusedLine, type Row } from './records';
import { sourceOf, textOf, type Bytes, type Source } from './source';

/** How many records the format is detected from. */
const SAMPLE_RECORDS = 1_000;

/** A file whose format is known. */
export interface ImportFile {
  readonly kind: Kind;
  readonly delimiter: string;
  readonly header: readonly string[];
  /** Which column is which field; none in a file of events. */
  readonly columns: Columns;
  readonly dates: DateFormat;
  readonly report: readonly Choice[];
  /** Streams the lines; only a few are in memory at a time. Refused ones are left out. */
  lines(onRefused?: OnRefused): AsyncGenerator<Line>;
  /** The records as the file has them, the header first; for a file of lines without a header, one field each. */
  rows(): AsyncGenerator<Row>;
}

async function* linesOf(format: Format, rowsOf: ReadRows, onRefused: OnRefused): AsyncGenerator<Line> {
  const { source, delimiter, skippedLines, kind, header } = format;
  const read = kind === 'events' ? csvEvent(header) : lineReader(format);
  let first = true;
  for await (const { line, record } of rowsOf(textOf(source), delimiter, skippedLines)) {
    if (first) {
      first = false;
      continue;
    }
    const result = read(record, line);
    if (typeof result === 'string') onRefused({ line, why: result });
    else yield result;
  }
}

const refuse = ({ line, why }: RefusedLine): never => {
  throw new MalformedFile(`line ${line}: ${why}`);
};

async function* rowsOfLines(source: Source): AsyncGenerator<Row> {
  for await (const { line, text } of jsonRecords(textOf(source))) yield { line, record: [text] };
}

function jsonFile(source: Source, { kind }: FormatOptions): ImportFile {
  if (kind !== undefined && kind !== 'events')
    throw new MalformedFile(`a file of JSON has events, and can't be read as ${kind}`);
  return {
    ...{ kind: 'events', delimiter: ',', header: ['event'], columns: new Map(), dates: 'iso' },
    report: [sourceReport(source), { name: 'kind', text: 'events (detected: it is JSON)' }],
    lines: (onRefused = refuse) => linesOfJson(textOf(source), onRefused),
    rows: () => rowsOfLines(source),
  };
}

/** Reads the first records of a file, the header first. */
async function firstRecords(rows: AsyncGenerator<Row>): Promise<readonly (readonly string[])[]> {
  const records: (readonly string[])[] = [];
  for await (const { record } of rows) {
    records.push(record);
    if (records.length > SAMPLE_RECORDS) break;
  }
  return records;
}

/** What is seen of a file before anything is chosen. */
export interface Sample {
  readonly source: Source;
  /** Absent: it is JSON. */
  readonly layout?: Layout;
  /** The first records, the header first; none of JSON. */
  readonly records: readonly (readonly string[])[];
  /** What is known by then. */
  readonly report: readonly Choice[];
}

/** Reads the beginning of a file. @throws MalformedFile, and what reading the bytes throws */
export async function sampleOf(
  bytes: Bytes,
  rowsOf: ReadRows,
  { encoding, delimiter }: FormatOptions = {},
): Promise<Sample> {
  const source = await sourceOf(bytes, encoding);
  const { sample, all } = await sampled(textOf(source));
  if (isJson(sample)) {
    await all.return(undefined);
    return { source, records: [], report: [sourceReport(source)] };
  }
  const layout = layoutOf(sample, delimiter);
  const records = await firstRecords(rowsOf(all, layout.delimiter, layout.skippedLines));
  return { source, layout, records, report: layoutReport(source, layout) };
}

/**
 * Chooses how a file is to be read: options that are not given are detected from a sample of it.
 * @throws Unclear or MalformedFile if the format is ambiguous
 */
export function fileOf(
  { source, layout, records }: Sample,
  rowsOf: ReadRows,
  options: FormatOptions = {},
): ImportFile {
  if (layout === undefined) return jsonFile(source, options);
  const format = formatOf(source, layout, records, options);
  const { kind, delimiter, header, columns, dates, report } = format;
  return {
    ...{ kind, delimiter, header, columns, dates, report },
    lines: (onRefused = refuse) => linesOf(format, rowsOf, onRefused),
    rows: () => rowsOf(textOf(source), layout.delimiter, layout.skippedLines),
  };
}

/** Finds out how a file is to be read. @throws as `sampleOf` and `fileOf` do */
export async function understand(
  bytes: Bytes,
  rowsOf: ReadRows,
  options: FormatOptions = {},
): Promise<ImportFile> {
  return fileOf(await sampleOf(bytes, rowsOf, options), rowsOf, options);
}
