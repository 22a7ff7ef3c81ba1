import { SETTLED as LAST_SETTLED, stockDiffQuery } from '@hindsight/api';
import { isSettledAt } from '@hindsight/views';
import { differences, type AnswerDiff, type Restated } from '@hindsight/workflow';
import type { Request, Response } from 'express';
import type { z } from 'zod';
import { keptIn } from '../cursor';
import { REVALIDATE, SETTLED, type Context, type Route } from '../http';
import { linkNext } from '../page';
import { malformed } from '../problems';
import { readQuery } from '../query';
import { ALL_ROW_FORMATS, exportRows, ROW_FORMATS, rowFormatOf, type RowFormat } from '../row-stream';
import type { StreamSlots } from '../tail/stream-slots';
import { stockDiffCsv } from './explain-csv';
import { lastSettled } from './stock';

type Query = z.output<ReturnType<typeof stockDiffQuery>>;

/** The three times of an answer, and the product after which a page begins. A cursor keeps all of them. */
export interface Position extends Restated {
  readonly after?: string;
}

interface Answer {
  readonly position: Position;
  readonly settled: boolean;
}

/** Before every recorded time. */
const NOTHING = new Date(0).toISOString();

/** A page ends after this many products that were compared, or bytes. */
const COMPARED = 500;
const PAGE_BYTES = 512 * 1024;

/** What a cursor belongs to. */
const scopeOf = ({ asOf, from, to }: Query) => ({ resource: 'stock/diff', asOf, from, to });

async function answerTo(query: Query, { views, clock }: Context): Promise<Answer> {
  const { asOf, from, to, cursor } = query;
  // Before anything is read: what is read later includes at least as much.
  const settled = await views.settled();
  const now = clock().toISOString();
  const last = to === LAST_SETTLED ? lastSettled(settled.through) : to;
  const first = { asOf: asOf ?? now, from: from ?? NOTHING, to: last ?? now };
  const position = (keptIn(scopeOf(query), cursor) as Position | undefined) ?? first;
  if (position.to < position.from)
    throw malformed([{ path: 'to', message: 'must not be earlier than from' }]);
  return { position, settled: isSettledAt(position.to, settled) };
}

function partsOf({ asOf, from, to, after }: Position, { log, views }: Context) {
  const query = { from: { asOf, knownAt: from }, to: { asOf, knownAt: to }, ...(after && { after }) };
  return differences(log, views.mayDiffer(query), { asOf, from, to });
}

async function* productsOf(parts: ReturnType<typeof partsOf>): AsyncGenerator<readonly AnswerDiff[]> {
  for await (const { products } of parts) yield products;
}

/** A page of products, and the last one that was compared; undefined: there are no more. */
async function pageOf(position: Position, limit: number, context: Context) {
  const products: AnswerDiff[] = [];
  let [compared, bytes] = [0, 0];
  for await (const part of partsOf(position, context)) {
    for (const product of part.products) {
      products.push(product);
      bytes += Buffer.byteLength(JSON.stringify(product));
      if (products.length === limit || bytes > PAGE_BYTES) return { products, last: product.productId };
    }
    compared += part.compared;
    if (compared >= COMPARED) return { products, last: part.last };
  }
  return { products, last: undefined };
}

/** A question about what differs, and what its answer is about. */
export interface Asked extends Answer {
  /** The address, and what its cursors belong to. */
  readonly path: string;
  readonly pageQuery: Readonly<Record<string, unknown>>;
  readonly limit: number;
  readonly format: RowFormat | undefined;
  /** What the answer says besides. */
  readonly about?: Readonly<Record<string, string>>;
  readonly filename: string;
}

async function sendPage(
  request: Request,
  response: Response,
  { position, settled, path, pageQuery, limit, about }: Asked,
  context: Context,
): Promise<void> {
  const { products, last } = await pageOf(position, limit, context);
  const nextCursor = linkNext(request, response, {
    ...{ path, pageQuery },
    next: last === undefined ? undefined : JSON.stringify({ ...position, after: last }),
  });
  const { asOf, from, to } = position;
  response.json({ ...about, asOf, from, to, settled, products, nextCursor });
}

/** Sends what differs, as a page or as a stream. @param exportSlots the slots of streams */
export async function sendDifferences(
  request: Request,
  response: Response,
  asked: Asked,
  { context, exportSlots }: { readonly context: Context; readonly exportSlots: StreamSlots },
): Promise<void> {
  const { pages } = context;
  const { position, filename } = asked;
  response.vary('Accept').set({
    'Hindsight-As-Of': position.asOf,
    'Hindsight-Settled': String(asked.settled),
  });
  const format = rowFormatOf(request, asked.format, ALL_ROW_FORMATS);
  if (format === 'json') return pages.read(request, () => sendPage(request, response, asked, context));
  const parts = productsOf(partsOf(position, context));
  return exportRows(request, response, exportSlots, { format, parts, csv: stockDiffCsv, filename, pages });
}

/** GET /stock/diff @param exportSlots the slots of streams */
export function stockDiffRoute(context: Context, exportSlots: StreamSlots): Route {
  const { settings } = context;
  const schema = stockDiffQuery(settings);
  return {
    method: 'get',
    path: '/stock/diff',
    produces: Object.values(ROW_FORMATS),
    scope: 'state:read',
    async handle(request, response) {
      const query: Query = readQuery(request.originalUrl, schema, settings);
      const { limit, format } = query;
      const answer = await answerTo(query, context);
      const isPinned = query.asOf !== undefined && query.to !== undefined && query.to !== LAST_SETTLED;
      response.set('Cache-Control', answer.settled && isPinned ? SETTLED : REVALIDATE);
      const filename = `stock-diff-${answer.position.asOf.slice(0, 10)}.csv`;
      const asked = { ...answer, path: '/stock/diff', pageQuery: scopeOf(query), limit, format, filename };
      await sendDifferences(request, response, asked, { context, exportSlots });
    },
  };
}
