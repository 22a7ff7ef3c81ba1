import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { parseTime } from '@hindsight/domain';
import { parse } from 'csv-parse';

/** One invoice line of the file. */
export interface Line {
  /** 1 for the first line below the header. */
  readonly number: number;
  readonly invoiceNo: string;
  readonly stockCode: string;
  /** RFC 3339, UTC, milliseconds: compares as text. */
  readonly effectiveAt: string;
  /** Units sold, a whole number; negative where goods came back or were written off. */
  readonly quantity: number;
  /** GBP, a decimal that may be negative; empty where there is none. */
  readonly unitPrice: string;
  readonly description: string;
  readonly country: string;
}

/** The file is not what it should be; the message says where and why. */
export class MalformedFile extends Error {
  override readonly name = 'MalformedFile';
}

const COLUMNS = [
  'invoiceDate',
  'invoiceNo',
  'stockCode',
  'quantity',
  'unitPrice',
  'description',
  'country',
] as const;
type Field = (typeof COLUMNS)[number];

// Room for `/` and a number in an event id of 128 characters.
const INVOICE_NO = /^[^\p{C}\p{Zl}\p{Zp}]{1,100}$/u;
const WHOLE = /^-?\d{1,9}$/;
const PRICE = /^(-?\d{1,11}(\.\d{1,6})?)?$/;

/**
 * Streams the lines of a CSV file, unpacking it when its name ends in `.gz`; never holds more than a few of them.
 * Throws MalformedFile at the first line that cannot be used, and what the file system throws.
 */
export async function* readLines(file: string): AsyncGenerator<Line> {
  const records = parse({ bom: true });
  const source = createReadStream(file);
  // A failure of any part ends the records with that error, so the callback has nothing left to do.
  const done = () => undefined;
  if (file.endsWith('.gz')) pipeline(source, createGunzip(), records, done);
  else pipeline(source, records, done);

  let read: ((record: readonly string[], number: number) => Line) | undefined;
  let number = 0;
  for await (const record of records as AsyncIterable<string[]>) {
    if (read === undefined) read = lineReader(record);
    else yield read(record, ++number);
  }
}

/** Makes the function that turns a record into a line, for a file with this header. */
function lineReader(header: readonly string[]): (record: readonly string[], number: number) => Line {
  const missing = COLUMNS.filter((column) => !header.includes(column));
  if (missing.length > 0) throw new MalformedFile(`the header lacks ${missing.join(', ')}`);
  const places = new Map(COLUMNS.map((column) => [column, header.indexOf(column)]));
  const times = new Map<string, string>();

  return (record, number) => {
    const field = (name: Field) => record[places.get(name) ?? -1] ?? '';
    const must = (name: Field, valid: boolean, rule: string) => {
      if (!valid) throw new MalformedFile(`line ${number}: ${name} "${field(name)}" ${rule}`);
    };
    const date = field('invoiceDate');
    const effectiveAt = times.get(date) ?? parseTime(date);
    if (effectiveAt === undefined) {
      throw new MalformedFile(
        `line ${number}: invoiceDate "${date}" is not a time in RFC 3339 with an offset`,
      );
    }
    times.set(date, effectiveAt);
    must('invoiceNo', INVOICE_NO.test(field('invoiceNo')), 'must have 1 to 100 printable characters');
    must('stockCode', field('stockCode') !== '', 'must not be empty');
    must('quantity', WHOLE.test(field('quantity')), 'must be a whole number of at most 9 digits');
    must('unitPrice', PRICE.test(field('unitPrice')), 'must be a decimal');
    return {
      number,
      invoiceNo: field('invoiceNo'),
      stockCode: field('stockCode'),
      effectiveAt,
      quantity: Number(field('quantity')),
      unitPrice: field('unitPrice'),
      description: field('description'),
      country: field('country'),
    };
  };
}
