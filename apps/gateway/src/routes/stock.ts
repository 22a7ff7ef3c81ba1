import { once } from 'node:events';
import { SETTLED as LAST_SETTLED, stockQuery } from '@hindsight/api';
import { csvHead, csvLine, isSettledAt, type StockQuery, type StockRow } from '@hindsight/views';
import type { Request, Response } from 'express';
import type { z } from 'zod';
import { clientOf } from '../client';
import { positionIn } from '../cursor';
import { REVALIDATE, SETTLED, type Context, type Route } from '../http';
import { linkNext } from '../page';
import { Problem } from '../problems';
import { readQuery } from '../query';
import { StreamSlots } from '../tail/stream-slots';

export const FORMATS = { json: 'application/json', ndjson: 'application/x-ndjson', csv: 'text/csv' } as const;
export type Format = keyof typeof FORMATS;

type Query = z.output<ReturnType<typeof stockQuery>>;

interface Answer {
  /** The two times of the answer, and the product after which a page begins. A cursor keeps all three. */
  readonly position: StockQuery;
  readonly settled: boolean;
}

/** The last settled moment. @throws Problem views-behind */
function lastSettled(through: string | undefined): string {
  if (through !== undefined) return through;
  throw new Problem('views-behind', 'no moment is settled yet', {
    headers: { 'Retry-After': '2' },
  });
}

async function answerTo(
  { asOf, knownAt, cursor }: Query,
  scope: Readonly<Record<string, unknown>>,
  { views, clock }: Context,
): Promise<Answer> {
  // Before anything is read: what is read later includes at least as much.
  const settled = await views.settled();
  const now = clock().toISOString();
  const known = knownAt === LAST_SETTLED ? lastSettled(settled.through) : knownAt;
  const position =
    cursor === undefined
      ? { asOf: asOf ?? now, knownAt: known ?? now }
      : (JSON.parse(positionIn(scope, cursor)) as StockQuery);
  return { position, settled: isSettledAt(position.knownAt, settled) };
}

export function formatOf(request: Request, format: Format | undefined): Format {
  if (format !== undefined) return format;
  const accepted = request.accepts(Object.values(FORMATS));
  const names = Object.keys(FORMATS) as Format[];
  return names.find((name) => FORMATS[name] === accepted) ?? 'json';
}

function setHeaders(response: Response, { position, settled }: Answer, isPinned: boolean): void {
  response.vary('Accept').set({
    'Cache-Control': settled && isPinned ? SETTLED : REVALIDATE,
    'Hindsight-As-Of': position.asOf,
    'Hindsight-Known-At': position.knownAt,
    'Hindsight-Settled': String(settled),
  });
}

/** Writes a text, and waits until the client has read most of what was written. @returns whether it is still there */
export async function written(response: Response, text: string): Promise<boolean> {
  if (response.destroyed) return false;
  if (!response.write(text)) {
    const over = new AbortController();
    const either = ['drain', 'close'].map((event) => once(response, event, { signal: over.signal }));
    await Promise.race(either).finally(() => over.abort());
  }
  return !response.destroyed;
}

const renderings: Readonly<Record<'ndjson' | 'csv', { head(): string; line(row: StockRow): string }>> = {
  ndjson: { head: () => '', line: (row) => `${JSON.stringify(row)}\n` },
  csv: { head: csvHead, line: csvLine },
};

/**
 * The whole stock as one stream. If the log fails in its middle, the connection is closed before the end. Its reads
 * take turns with those of others, and it holds one part of the stock while its client is behind.
 */
async function stream(
  request: Request,
  response: Response,
  { position }: Answer,
  { format, context: { views, pages } }: { readonly format: 'ndjson' | 'csv'; readonly context: Context },
): Promise<void> {
  const { head, line } = renderings[format];
  const parts = views.stock(position)[Symbol.asyncIterator]();
  // The first part before the first byte: if the views don't answer, the client gets a problem.
  const next = () => pages.read(request, () => parts.next());
  let part = await next();
  response.status(200).type(FORMATS[format]);
  if (format === 'csv')
    response.set('Content-Disposition', `attachment; filename="stock-${position.asOf.slice(0, 10)}.csv"`);
  let isThere = await written(response, head());
  for (; part.done !== true && isThere; part = await next())
    isThere = await written(response, part.value.rows.map(line).join(''));
  response.end();
}

async function page(
  request: Request,
  response: Response,
  { position, settled }: Answer,
  next: {
    readonly limit: number;
    readonly scope: Readonly<Record<string, unknown>>;
    readonly context: Context;
  },
): Promise<void> {
  const { limit, scope, context } = next;
  const parts = context.views.stock(position, limit)[Symbol.asyncIterator]();
  const part = await parts.next();
  const { rows, last } = part.done === true ? { rows: [], last: undefined } : part.value;
  const hasMore = last !== undefined && (await context.views.hasAfter(last));
  const nextCursor = linkNext(request, response, {
    ...{ path: '/stock', pageQuery: scope },
    next: hasMore ? JSON.stringify({ ...position, after: last }) : undefined,
  });
  const { asOf, knownAt } = position;
  response.json({ asOf, knownAt, settled, products: rows, nextCursor });
}

/** GET /stock */
export function stockRoute(context: Context): Route {
  const { settings } = context;
  const schema = stockQuery(settings);
  const exports = new StreamSlots(settings.exportsAtOnce, 'exports');
  return {
    method: 'get',
    path: '/stock',
    produces: Object.values(FORMATS),
    scope: 'state:read',
    async handle(request, response) {
      const query: Query = readQuery(request.originalUrl, schema, settings);
      const scope = { resource: 'stock', asOf: query.asOf, knownAt: query.knownAt };
      const answer = await answerTo(query, scope, context);
      setHeaders(
        response,
        answer,
        query.asOf !== undefined && query.knownAt !== undefined && query.knownAt !== LAST_SETTLED,
      );
      const format = formatOf(request, query.format);
      if (format === 'json') {
        const rest = { limit: query.limit, scope, context };
        return context.pages.read(request, () => page(request, response, answer, rest));
      }
      const slot = exports.take(clientOf(request));
      slot.onLost = () => void response.destroy();
      return stream(request, response, answer, { format, context }).finally(() => slot.release());
    },
  };
}
