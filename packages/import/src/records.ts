import { MalformedFile } from './malformed-file';

/** How much text the format is detected from, in characters. */
const SAMPLE_LENGTH = 65_536;
/** The maximum size of a record: an unclosed quote would otherwise turn the rest of the file into one record. */
const RECORD_BYTES = 1_048_576;

/** One record of a CSV file. */
export interface Row {
  /** The number of its first line, as an editor shows it. */
  readonly line: number;
  readonly record: readonly string[];
}

/** Something that can't become an event. */
export interface RefusedLine {
  readonly line: number;
  readonly why: string;
}

const isBlank = (record: readonly string[]): boolean => record.every((field) => field.trim() === '');

/** Reads the records of a text, the header first, each with the number of its first line. */
export type ReadRows = (
  text: AsyncIterable<string>,
  delimiter: string,
  skippedLines: number,
) => AsyncGenerator<Row>;

/** The options of csv-parse, which has one parser for Node and another for browsers. */
export const csvOptions = (delimiter: string, skippedLines: number) => ({
  ...{ delimiter, info: true, bom: true, relax_column_count: true, skip_empty_lines: true },
  ...{ from_line: skippedLines + 1, max_record_size: RECORD_BYTES },
});

/** A record as csv-parse gives it. */
export interface ParsedRecord {
  readonly record: readonly string[];
  /** How many lines were read. */
  readonly info: { readonly lines: number };
}

/** Numbers the records that csv-parse reads; undefined: the record is blank. */
export function rowNumbering(): (parsed: ParsedRecord) => Row | undefined {
  // Within quotes the parser counts CR LF as two lines.
  let counted = 0;
  return ({ record, info }) => {
    const all = record.join('');
    const breaks = all.match(/[\r\n]/g)?.length ?? 0;
    const line = info.lines - counted - breaks;
    counted += breaks === 0 ? 0 : (all.match(/\r\n/g)?.length ?? 0);
    return isBlank(record) ? undefined : { line, record };
  };
}

/** Describes an error of csv-parse, with the line number as an editor shows it. Returns other errors as they are. */
export function asMalformed(error: unknown): unknown {
  const { code = '', lines = 0, message } = error as { code?: string; lines?: number; message: string };
  if (code === 'CSV_QUOTE_NOT_CLOSED')
    return new MalformedFile(`line ${lines}: a quotation mark that was opened before is never closed`);
  if (code === 'CSV_MAX_RECORD_SIZE')
    return new MalformedFile(
      `line ${lines}: is too long, or a quotation mark that was opened before is never closed`,
    );
  return code.startsWith('CSV_') ? new MalformedFile(`line ${lines}: ${message}`) : error;
}

/** Reads the beginning of a text, and returns an iterable that still yields the whole text. */
export async function sampled(
  text: AsyncGenerator<string>,
): Promise<{ sample: string; all: AsyncGenerator<string> }> {
  let sample = '';
  for (let next = await text.next(); !next.done; next = await text.next()) {
    sample += next.value;
    if (sample.length >= SAMPLE_LENGTH) break;
  }
  async function* all(): AsyncGenerator<string> {
    yield sample;
    yield* text;
  }
  return { sample, all: all() };
}
