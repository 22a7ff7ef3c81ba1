import type { Agent } from 'supertest';
import type { Dependencies } from '../app';
import { failingLog, fakeViews } from './fakes';

/** Views that fail. */
const failingViews = (error: Error) => {
  const fail = () => Promise.reject(error);
  return fakeViews({
    products: fail,
    settled: fail,
    shows: fail,
    events: fail,
    feedEnd: fail,
    feedHead: fail,
  });
};

/** Asks the addresses across products in every way that they can answer. @param over a client of a gateway */
export async function askAcross(
  over: (dependencies?: Partial<Dependencies>) => Agent,
  method: 'get' | 'head',
): Promise<void> {
  const paths = ['/products', '/stock', '/stock/diff', '/events', '/events/stream'];
  const settings = { tailBatch: 1, longestIndexing: 0 };
  const errors = [Object.assign(new Error('down'), { name: 'StoreUnavailable' }), new TypeError('ours')];
  for (const path of paths) {
    await over({ settings })[method](path);
    await over({ settings })[method](`${path}?sort=nothing`);
    await over({ settings })[method](path).set('Accept', 'image/png');
    for (const error of errors) await over({ settings, views: failingViews(error) })[method](path);
  }
  const ended = fakeViews({
    events: ({ after = '' }) => Promise.resolve({ entries: [], next: after, hasMore: false }),
  });
  for (const path of ['/events', '/events/stream'])
    await over({ settings, views: ended })[method](`${path}?cursor=999999999999.0`);
  for (const format of ['ndjson', 'csv'])
    for (const path of ['/stock', '/stock/diff']) await over()[method](`${path}?format=${format}`);
  const unsettled = { views: fakeViews({ settled: () => Promise.resolve({}) }) };
  for (const path of ['/stock?knownAt=settled', '/stock/diff?to=settled'])
    await over(unsettled)[method](path);
  const tooOld = failingLog(Object.assign(new Error('too old'), { name: 'CodeTooOld' }));
  await over({ log: tooOld })[method]('/stock/diff');
  for (const resource of ['explain', 'diff']) await over()[method](`/products/100/${resource}?format=csv`);
  await over()[method]('/products').set('If-None-Match', '*');
  await over({ settings, views: fakeViews({ shows: () => Promise.resolve(false) }) })[method](
    '/products?atLeast=lamp:3',
  );
  await over({ settings: { tails: 0 } })[method]('/events/stream');
}
