import { SETTLED as LAST_SETTLED, stockDiffQuery } from '@hindsight/api';
import { isSettledAt } from '@hindsight/views';
import { differences, type AnswerDiff, type Restated } from '@hindsight/workflow';
import type { Request, Response } from 'express';
import type { z } from 'zod';
import { clientOf } from '../client';
import { positionIn } from '../cursor';
import { REVALIDATE, SETTLED, type Context, type Route } from '../http';
import { linkNext } from '../page';
import { malformed } from '../problems';
import { readQuery } from '../query';
import { ALL_ROW_FORMATS, ROW_FORMATS, rowFormatOf, streamRows } from '../row-stream';
import type { StreamSlots } from '../tail/stream-slots';
import { stockDiffCsv } from './explain-csv';
import { lastSettled } from './stock';

type Query = z.output<ReturnType<typeof stockDiffQuery>>;

/** The three times of an answer, and the product after which a page begins. A cursor keeps all of them. */
interface Position extends Restated {
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
  const position =
    cursor === undefined
      ? { asOf: asOf ?? now, from: from ?? NOTHING, to: last ?? now }
      : (JSON.parse(positionIn(scopeOf(query), cursor)) as Position);
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

/** GET /stock/diff @param exportSlots the slots of streams */
export function stockDiffRoute(context: Context, exportSlots: StreamSlots): Route {
  const { settings, pages } = context;
  const schema = stockDiffQuery(settings);

  async function sendPage(request: Request, response: Response, { position, settled }: Answer, query: Query) {
    const { products, last } = await pageOf(position, query.limit, context);
    const nextCursor = linkNext(request, response, {
      ...{ path: '/stock/diff', pageQuery: scopeOf(query) },
      next: last === undefined ? undefined : JSON.stringify({ ...position, after: last }),
    });
    const { asOf, from, to } = position;
    response.json({ asOf, from, to, settled, products, nextCursor });
  }

  return {
    method: 'get',
    path: '/stock/diff',
    produces: Object.values(ROW_FORMATS),
    scope: 'state:read',
    async handle(request, response) {
      const query: Query = readQuery(request.originalUrl, schema, settings);
      const answer = await answerTo(query, context);
      const { position, settled } = answer;
      const isPinned = query.asOf !== undefined && query.to !== undefined && query.to !== LAST_SETTLED;
      response.vary('Accept').set({
        'Cache-Control': settled && isPinned ? SETTLED : REVALIDATE,
        'Hindsight-As-Of': position.asOf,
        'Hindsight-Settled': String(settled),
      });
      const format = rowFormatOf(request, query.format, ALL_ROW_FORMATS);
      if (format === 'json') return pages.read(request, () => sendPage(request, response, answer, query));
      const stream = exportSlots.take(clientOf(request));
      stream.onLost = () => void response.destroy();
      const filename = `stock-diff-${position.asOf.slice(0, 10)}.csv`;
      const parts = productsOf(partsOf(position, context));
      return streamRows(request, response, { format, parts, csv: stockDiffCsv, filename, pages }).finally(
        () => stream.release(),
      );
    },
  };
}
