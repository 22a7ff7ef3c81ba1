import { pipeline, Readable } from 'node:stream';
import { millionths } from '@hindsight/bitemporal';
import { parseDecimal, parseEvents, registry } from '@hindsight/domain';
import { parse, type Info } from 'csv-parse';
import { timeIn } from './dates';
import type { Field } from './columns';
import { eventOf } from './events';
import { formatOf, layoutOf, type Format, type FormatOptions } from './format';
import type { Line } from './line';
import { MalformedFile } from './malformed-file';
import { plainDecimal } from './numbers';
import { productIdOf } from './product-id';
import { sourceOf, textOf, type Source } from './source';

/** A record that can't become an event. */
export interface RefusedLine {
  /** The number of its first line, as an editor shows it. */
  readonly line: number;
  readonly why: string;
  /** The fields as the file has them. */
  readonly record: readonly string[];
}

/** A file whose format is known. */
export interface RetailFile {
  readonly format: Format;
  /** Streams the lines; only a few are in memory at a time. Rejected ones are left out. */
  lines(onRefused?: (refused: RefusedLine) => void): AsyncGenerator<Line>;
}

// Room for `/` and a number in an event id of 128 characters.
const INVOICE_NO = /^[^\p{C}\p{Zl}\p{Zp}]{1,100}$/u;
/** How much text the format is detected from, in characters and in records. */
const SAMPLE_LENGTH = 65_536;
const SAMPLE_RECORDS = 1_000;
/**
 * The maximum size of a record: an unclosed quote would otherwise turn the rest of the file into one record.
 */
const RECORD_BYTES = 1_048_576;

interface Row {
  readonly line: number;
  readonly record: readonly string[];
}

const isBlank = (record: readonly string[]): boolean => record.every((field) => field.trim() === '');

/** Describes an error of the CSV parser, with the line number as an editor shows it. */
function asMalformed(error: unknown): unknown {
  const { code = '', lines = 0, message } = error as { code?: string; lines?: number; message: string };
  if (code === 'CSV_MAX_RECORD_SIZE' || code === 'CSV_QUOTE_NOT_CLOSED')
    return new MalformedFile(`line ${lines}: a quotation mark that was opened before is never closed`);
  return code.startsWith('CSV_') ? new MalformedFile(`line ${lines}: ${message}`) : error;
}

/** The records of a text, the header first, each with the number of its first line. */
async function* rowsOf(
  text: AsyncIterable<string>,
  delimiter: string,
  skippedLines: number,
): AsyncGenerator<Row> {
  const records = parse({
    ...{ delimiter, info: true, bom: true, relax_column_count: true, skip_empty_lines: true },
    ...{ from_line: skippedLines + 1, max_record_size: RECORD_BYTES },
  });
  // A failure of any part ends the records with that error, so the callback has nothing left to do.
  pipeline(Readable.from(text), records, () => undefined);
  // Within quotes the parser counts CR LF as two lines.
  let counted = 0;
  try {
    for await (const { record, info } of records as AsyncIterable<{ record: string[]; info: Info }>) {
      const all = record.join('');
      const breaks = all.match(/[\r\n]/g)?.length ?? 0;
      const line = info.lines - counted - breaks;
      counted += breaks === 0 ? 0 : (all.match(/\r\n/g)?.length ?? 0);
      if (!isBlank(record)) yield { line, record };
    }
  } catch (error) {
    throw asMalformed(error);
  }
}

/** Reads the beginning of a text, and returns an iterable that still yields the whole text. */
async function sampled(
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

/** Parses one record. @throws string, the reason it is rejected */
function lineReader(format: Format): (record: readonly string[], number: number) => Line | string {
  const { columns, dates, zone, quantityMark, priceMark, header } = format;
  const times = new Map<string, string | undefined>();
  const timeOf = (text: string): string | undefined => {
    if (!times.has(text)) times.set(text, timeIn(text, dates, zone));
    return times.get(text);
  };
  const amountOf = (text: string, mark: Format['priceMark']): string | undefined => {
    const plain = plainDecimal(text, mark);
    const parsed = plain === undefined ? { problem: '' } : parseDecimal(plain);
    return 'value' in parsed ? parsed.value : undefined;
  };
  return (record, number) => {
    if (record.length !== header.length)
      return `has ${record.length} fields, and the header ${header.length}`;
    const field = (name: Field) => record[columns.get(name) ?? -1]?.trim() ?? '';
    const wrong = (name: Field, rule: string) => `${name} "${field(name)}" ${rule}`;
    const effectiveAt = timeOf(field('invoiceDate'));
    if (effectiveAt === undefined) return wrong('invoiceDate', `is not a time of the format ${dates}`);
    if (!INVOICE_NO.test(field('invoiceNo')))
      return wrong('invoiceNo', 'must have 1 to 100 printable characters');
    if (field('stockCode') === '') return wrong('stockCode', 'must not be empty');
    const quantity = amountOf(field('quantity'), quantityMark);
    if (quantity === undefined) return wrong('quantity', 'must be a decimal of at most 6 places');
    const unitPrice = field('unitPrice') === '' ? '' : amountOf(field('unitPrice'), priceMark);
    if (unitPrice === undefined) return wrong('unitPrice', 'must be a decimal of at most 6 places');
    const line = {
      ...{ number, effectiveAt, unitPrice, quantity: millionths(quantity) },
      ...{ invoiceNo: field('invoiceNo'), stockCode: field('stockCode') },
      ...{ description: field('description'), country: field('country') },
    };
    return problemOf(line) ?? line;
  };
}

/** The service's validation error for the event, reported before anything is sent. */
function problemOf(line: Line): string | undefined {
  if (line.quantity === 0n) return undefined;
  try {
    const event = eventOf({ ...line, occurrence: 1 });
    const parsed = parseEvents(registry, event, { productId: productIdOf(line.stockCode), newId: () => '' });
    return 'errors' in parsed
      ? parsed.errors.map(({ path, message }) => `${path} ${message}`).join('; ')
      : undefined;
  } catch (error) {
    if (error instanceof MalformedFile) return error.message;
    throw error;
  }
}

async function* linesOf(format: Format, onRefused: (refused: RefusedLine) => void): AsyncGenerator<Line> {
  const { source, delimiter, skippedLines } = format;
  const read = lineReader(format);
  let number = -1;
  for await (const { line, record } of rowsOf(textOf(source), delimiter, skippedLines)) {
    number += 1;
    if (number === 0) continue;
    const result = read(record, number);
    if (typeof result === 'string') onRefused({ line, why: result, record });
    else yield result;
  }
}

async function detect(source: Source, options: FormatOptions): Promise<Format> {
  const { sample, all } = await sampled(textOf(source));
  const layout = layoutOf(sample, options.delimiter);
  const records: (readonly string[])[] = [];
  for await (const { record } of rowsOf(all, layout.delimiter, layout.skippedLines)) {
    records.push(record);
    if (records.length > SAMPLE_RECORDS) break;
  }
  return formatOf(source, layout, records, options);
}

const refuse = ({ line, why }: RefusedLine): never => {
  throw new MalformedFile(`line ${line}: ${why}`);
};

/**
 * Opens a CSV file. Options that are not given are detected from its bytes, its header and a sample of its
 * records.
 * @throws MalformedFile if the format is ambiguous; errors of the file system
 */
export async function openFile(file: string, options: FormatOptions = {}): Promise<RetailFile> {
  const format = await detect(await sourceOf(file, options.encoding), options);
  return { format, lines: (onRefused = refuse) => linesOf(format, onRefused) };
}
