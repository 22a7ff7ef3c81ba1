import type { HindsightClient, Schemas } from '@hindsight/client';
import { Failure } from '../exit';
import type { LoggedEvent } from '@hindsight/import';
import { answerOf, type Service } from '../service';
import type { Source } from './source';

const PAGE = 200;
const next = (time: string): string => new Date(Date.parse(time) + 1).toISOString();

/** A product that does not exist, or did not at the moment, has nothing to export. */
async function orNothing<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    const type =
      error instanceof Failure ? (error.problem as { type?: string } | undefined)?.type : undefined;
    if (type === '/problems/product-not-found' || type === '/problems/no-state-at-time') return undefined;
    throw error;
  }
}

async function* allOf<T>(
  read: (cursor?: string) => Promise<{ items: readonly T[]; nextCursor: string | null } | undefined>,
): AsyncGenerator<T> {
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page: { items: readonly T[]; nextCursor: string | null } | undefined = await read(cursor);
    if (page === undefined) return;
    yield* page.items;
    cursor = page.nextCursor;
  }
}

/** Reads through the API of a server. */
export function httpSource(service: Service, client: HindsightClient): Source {
  return {
    async products() {
      const rows = allOf(async (cursor) => {
        const query = { limit: PAGE, ...(cursor !== undefined && { cursor }) };
        const page = await answerOf(service, client.GET('/products', { params: { query } }), 'products');
        return { ...page, items: page.products };
      });
      const found: string[] = [];
      for await (const { productId } of rows) found.push(productId);
      return found;
    },
    async *feed({ knownAt }) {
      for (let [cursor, hasMore]: [string | undefined, boolean] = [undefined, true]; hasMore;) {
        const query: { limit: number; cursor?: string } = {
          limit: PAGE,
          ...(cursor !== undefined && { cursor }),
        };
        const page: Schemas['FeedPage'] = await answerOf(
          service,
          client.GET('/events', { params: { query } }),
          'entries',
        );
        for (const entry of page.entries) if (entry.event.recordedAt <= knownAt) yield { ...entry };
        [cursor, hasMore] = [page.nextCursor, page.hasMore];
      }
    },
    events: (productId, { knownAt }) =>
      allOf(async (cursor) => {
        const query = { limit: PAGE, to: next(knownAt), ...(cursor !== undefined && { cursor }) };
        const asked = client.GET('/products/{productId}/events', { params: { path: { productId }, query } });
        const page = await orNothing(answerOf(service, asked));
        return page && { ...page, items: page.events as readonly unknown[] as readonly LoggedEvent[] };
      }),
    ledger: (productId, { knownAt, asOf }) =>
      allOf(async (cursor) => {
        const query = { limit: PAGE, knownAt, to: next(asOf), ...(cursor !== undefined && { cursor }) };
        const asked = client.GET('/products/{productId}/timeline', {
          params: { path: { productId }, query },
        });
        const page = await orNothing(answerOf(service, asked));
        return page && { ...page, items: page.entries };
      }),
    stock: ({ asOf, knownAt }) =>
      allOf(async (cursor) => {
        const query = { asOf, knownAt, limit: PAGE, ...(cursor !== undefined && { cursor }) };
        const asked = client.GET('/stock', { params: { query } });
        const page = (await answerOf(service, asked)) as Schemas['StockPage'];
        return { ...page, items: page.products.map(({ state, version }) => ({ ...state, version })) };
      }),
    async state(productId, query) {
      const asked = client.GET('/products/{productId}/state', { params: { path: { productId }, query } });
      const answer = await orNothing(answerOf(service, asked));
      return answer && { ...answer.state, version: answer.version };
    },
  };
}
