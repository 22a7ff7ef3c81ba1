import { setTimeout as delay } from 'node:timers/promises';
import type { Schemas } from '@hindsight/client';
import { contentOf, counted, finalText, say, sayJson, table } from '../output';
import { given, sayMore } from '../paged';
import { finality, saveStream } from '../save';
import { answerOf, clientOf, type Service } from '../service';

export interface ProductsOptions extends Service {
  readonly prefix?: string;
  readonly name?: string;
  readonly status?: ('available' | 'low' | 'outOfStock')[];
  readonly below?: string;
  readonly above?: string;
  readonly sort?: 'productId' | 'quantity' | 'changed';
  readonly limit?: number;
  readonly cursor?: string;
}

/** `products` */
export async function products(options: ProductsOptions): Promise<void> {
  const query = given(options, [
    'prefix',
    'name',
    'status',
    'below',
    'above',
    'sort',
    'limit',
    'cursor',
  ] as const);
  const asked = clientOf(options).GET('/products', { params: { query } });
  const page = await answerOf(options, asked, 'products');
  if (options.json) return sayJson(page);
  const rows = page.products.map(({ productId, state, version, changedAt, lateEvents, nextEffectiveAt }) => [
    productId,
    state?.quantity ?? '–',
    state?.unit ?? '',
    state?.status ?? '–',
    state?.name ?? '',
    String(version),
    changedAt,
    [...(lateEvents ? ['late events'] : []), ...(nextEffectiveAt ? [`next ${nextEffectiveAt}`] : [])].join(
      ', ',
    ),
  ]);
  say(table(['product', 'quantity', 'unit', 'status', 'name', 'version', 'changed', ''], rows));
  sayMore(page.nextCursor);
}

export interface FeedOptions extends Service {
  readonly cursor?: string;
  readonly limit?: number;
  readonly type?: string[];
  readonly follow?: boolean;
}

const LOOK_MS = 1_000;

function showEntry({ position, event, state }: Schemas['FeedEntry'], json: boolean | undefined): void {
  if (json) return say(JSON.stringify({ position, event, state }));
  const { productId, version, effectiveAt, eventType } = event;
  const quantity = state ? `→ ${state.quantity}` : '';
  say(
    `${position}  ${productId} ${version}  ${effectiveAt}  ${eventType}  ${contentOf(event)} ${quantity}`.trimEnd(),
  );
}

/** `feed`: with `follow`, what is recorded later too, until it is interrupted */
export async function feed(options: FeedOptions): Promise<void> {
  const { limit, type, json, follow = false } = options;
  let { cursor } = options;
  for (;;) {
    const query = {
      ...(cursor !== undefined && { cursor }),
      ...(limit !== undefined && { limit }),
      ...(type && { type: type as never }),
    };
    const page = await answerOf(options, clientOf(options).GET('/events', { params: { query } }), 'entries');
    for (const entry of page.entries) showEntry(entry, json);
    cursor = page.nextCursor;
    if (!follow) {
      if (!json) say(page.hasMore ? `there is more: --cursor ${cursor}` : `later events: --cursor ${cursor}`);
      return;
    }
    if (!page.hasMore) await delay(LOOK_MS);
  }
}

export interface StockOptions extends Service {
  readonly asOf?: string;
  readonly knownAt?: string;
  readonly tz?: string;
  readonly csv?: string;
  readonly limit?: number;
  readonly cursor?: string;
}

const timesOf = (options: StockOptions) => given(options, ['asOf', 'knownAt', 'tz'] as const);

async function saveCsv(file: string, options: StockOptions): Promise<void> {
  const request = clientOf(options).GET('/stock', {
    params: { query: { ...timesOf(options), format: 'csv' } },
    parseAs: 'stream',
  });
  const lines = await saveStream(file, options, { request, noun: 'product', what: 'the stock' });
  const { response } = await request;
  const header = (name: string): string => response.headers.get(`hindsight-${name}`) ?? '?';
  say(
    `${counted(lines, 'product')} as of ${header('as-of')}, as known at ${header('known-at')} (${finality(response)})`,
  );
}

export function stockTable(products: readonly Schemas['StockRow'][]): string {
  const rows = products.map(({ productId, state, version }) => [
    productId,
    state.quantity,
    state.unit ?? '',
    state.status,
    state.name ?? '',
    String(version),
  ]);
  return table(['product', 'quantity', 'unit', 'status', 'name', 'version'], rows);
}

/** `stock` */
export async function stock(options: StockOptions): Promise<void> {
  if (options.csv !== undefined) return saveCsv(options.csv, options);
  const query = { ...timesOf(options), ...given(options, ['limit', 'cursor'] as const) };
  const asked = clientOf(options).GET('/stock', { params: { query: { ...query, format: 'json' } } });
  // One of three formats, by what was asked for.
  const page = await answerOf(
    options,
    asked as Promise<{ data?: Schemas['StockPage']; response: Response }>,
    'products',
  );
  if (options.json) return sayJson(page);
  say(`as of ${page.asOf}, as known at ${page.knownAt}${finalText(page)}`);
  say(stockTable(page.products));
  sayMore(page.nextCursor);
}
