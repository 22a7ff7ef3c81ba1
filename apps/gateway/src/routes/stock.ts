import { SETTLED as LAST_SETTLED, stockQuery } from '@hindsight/api';
import {
  csvHead,
  csvLine,
  isSettledAt,
  type StockPart,
  type StockQuery,
  type StockRow,
} from '@hindsight/views';
import type { Request, Response } from 'express';
import type { z } from 'zod';
import { keptIn } from '../cursor';
import { REVALIDATE, SETTLED, type Context, type Route } from '../http';
import { linkNext } from '../page';
import { Problem } from '../problems';
import { readQuery } from '../query';
import { ALL_ROW_FORMATS, exportRows, ROW_FORMATS, rowFormatOf } from '../row-stream';
import type { StreamSlots } from '../tail/stream-slots';

type Query = z.output<ReturnType<typeof stockQuery>>;

interface Answer {
  /** The two times of the answer, and the product after which a page begins. A cursor keeps all three. */
  readonly position: StockQuery;
  readonly settled: boolean;
}

/** The last settled moment. @throws Problem views-behind */
export function lastSettled(through: string | undefined): string {
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
  const position = (keptIn(scope, cursor) as StockQuery | undefined) ?? {
    asOf: asOf ?? now,
    knownAt: known ?? now,
  };
  return { position, settled: isSettledAt(position.knownAt, settled) };
}

function setHeaders(response: Response, { position, settled }: Answer, isPinned: boolean): void {
  response.vary('Accept').set({
    'Cache-Control': settled && isPinned ? SETTLED : REVALIDATE,
    'Hindsight-As-Of': position.asOf,
    'Hindsight-Known-At': position.knownAt,
    'Hindsight-Settled': String(settled),
  });
}

async function* rowsOf(parts: AsyncIterable<StockPart>): AsyncGenerator<readonly StockRow[]> {
  for await (const { rows } of parts) yield rows;
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

/** GET /stock @param exportSlots the slots of streams */
export function stockRoute(context: Context, exportSlots: StreamSlots): Route {
  const { settings, views, pages } = context;
  const schema = stockQuery(settings);
  return {
    method: 'get',
    path: '/stock',
    produces: Object.values(ROW_FORMATS),
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
      const format = rowFormatOf(request, query.format, ALL_ROW_FORMATS);
      if (format === 'json') {
        const rest = { limit: query.limit, scope, context };
        return context.pages.read(request, () => page(request, response, answer, rest));
      }
      const filename = `stock-${answer.position.asOf.slice(0, 10)}.csv`;
      const csv = { head: csvHead, line: csvLine };
      const parts = rowsOf(views.stock(answer.position));
      return exportRows(request, response, exportSlots, { format, parts, csv, filename, pages });
    },
  };
}
