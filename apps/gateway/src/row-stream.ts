import { once } from 'node:events';
import type { Request, Response } from 'express';
import { clientOf } from './client';
import type { PageQueue } from './page-queue';
import type { StreamSlots } from './tail/stream-slots';

export const ROW_FORMATS = {
  json: 'application/json',
  ndjson: 'application/x-ndjson',
  csv: 'text/csv',
} as const;
export type RowFormat = keyof typeof ROW_FORMATS;

/** The format that the query names, else the one of these that `Accept` prefers. */
export function rowFormatOf<F extends RowFormat>(
  request: Request,
  format: F | undefined,
  names: readonly F[],
): F | 'json' {
  if (format !== undefined) return format;
  const accepted = request.accepts(names.map((name) => ROW_FORMATS[name]));
  return names.find((name) => ROW_FORMATS[name] === accepted) ?? 'json';
}

export const ALL_ROW_FORMATS = ['json', 'ndjson', 'csv'] as const;

/** Rows as CSV, and as lines of JSON if they have their own. */
export interface Table<Row> {
  head(): string;
  line(row: Row): string;
  json?(row: Row): string;
}

interface RowStream<Row> {
  readonly format: 'ndjson' | 'csv';
  readonly parts: AsyncIterable<readonly Row[]>;
  readonly csv: Table<Row>;
  /** The name of the file, if it is CSV. */
  readonly filename: string;
  readonly pages: PageQueue;
}

/** Writes a text, and waits until the client has read most of what was written. @returns whether it is still there */
async function written(response: Response, text: string): Promise<boolean> {
  if (response.destroyed) return false;
  if (!response.write(text)) {
    const over = new AbortController();
    const either = ['drain', 'close'].map((event) => once(response, event, { signal: over.signal }));
    await Promise.race(either).finally(() => over.abort());
  }
  return !response.destroyed;
}

/**
 * All rows as one stream. If the log fails in its middle, the connection is closed before the end. Its reads take turns
 * with those of others, and it holds one part of the rows while its client is behind.
 */
async function streamRows<Row>(
  request: Request,
  response: Response,
  { format, parts, csv, filename, pages }: RowStream<Row>,
): Promise<void> {
  const { json = JSON.stringify } = csv;
  const line = format === 'csv' ? csv.line : (row: Row) => `${json(row)}\n`;
  const iterator = parts[Symbol.asyncIterator]();
  // The first part before the first byte: if the views don't answer, the client gets a problem.
  const next = () => pages.read(request, () => iterator.next());
  let part = await next();
  response.status(200).type(ROW_FORMATS[format]);
  if (format === 'csv') response.set('Content-Disposition', `attachment; filename="${filename}"`);
  let isThere = await written(response, format === 'csv' ? csv.head() : '');
  for (; part.done !== true && isThere; part = await next())
    isThere = await written(response, part.value.map(line).join(''));
  response.end();
}

/** Streams rows while it has a slot; the client that has the most streams may lose one. @throws Problem too-many-streams */
export async function exportRows<Row>(
  request: Request,
  response: Response,
  slots: StreamSlots,
  rows: RowStream<Row>,
): Promise<void> {
  const slot = slots.take(clientOf(request));
  slot.onLost = () => void response.destroy();
  await streamRows(request, response, rows).finally(() => slot.release());
}
