import { createWriteStream, type WriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { once } from 'node:events';
import { FORMULA } from '@hindsight/import';
import { cellsOf, columnsOf, type Row, type What } from './rows';

export const FORMATS = ['csv', 'ndjson', 'json'] as const;
export type Format = (typeof FORMATS)[number];

/** A text of a file; a spreadsheet must not run it as a formula. Numbers are none. */
function cell(text: string): string {
  const safe = FORMULA.test(text) && !/^-?\d+(\.\d+)?$/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function csvLine(what: What, row: Row): string {
  const cells = cellsOf(what, row);
  return columnsOf(what)
    .map((name) => cell(cells[name] ?? ''))
    .join(',');
}

/** The text of an export, a row at a time. */
export async function* textOf(what: What, format: Format, rows: AsyncIterable<Row>): AsyncGenerator<string> {
  if (format === 'csv') yield `${columnsOf(what).join(',')}\n`;
  let first = true;
  for await (const row of rows) {
    if (format === 'csv') yield `${csvLine(what, row)}\n`;
    else if (format === 'ndjson') yield `${JSON.stringify(row)}\n`;
    else yield `${first ? '[' : ','}\n${JSON.stringify(row)}`;
    first = false;
  }
  if (format === 'json') yield first ? '[]\n' : '\n]\n';
}

async function writeTo(stream: NodeJS.WritableStream, text: AsyncIterable<string>): Promise<void> {
  for await (const part of text) if (!stream.write(part)) await once(stream, 'drain');
}

async function toFile(stream: WriteStream, text: AsyncIterable<string>): Promise<void> {
  const failed = once(stream, 'error').then(([error]) => {
    throw error;
  });
  await Promise.race([failed, writeTo(stream, text)]);
  await Promise.race([failed, new Promise<void>((done) => stream.end(done))]);
}

/**
 * Writes an export to a file, which has its name only when it is complete; without a name, to the standard output.
 * @throws errors of the file system, and of the text
 */
export async function writeExport(text: AsyncIterable<string>, file: string | undefined): Promise<void> {
  if (file === undefined) return writeTo(process.stdout, text);
  const part = `${file}.part`;
  try {
    await toFile(createWriteStream(part), text);
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}
