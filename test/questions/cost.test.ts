import { createMemoryViewStore, type ViewRange, type ViewStore } from '@hindsight/views';
import { differences } from '@hindsight/workflow';
import { at, received } from '../support/commands';
import { append, newWorld } from '../views/world';

/** What a difference costs: the changed products, and not all of them. */

const PRODUCTS = Number(process.env['PRODUCTS'] ?? 1_000);
const CHANGED = 50;

jest.setTimeout(600_000);

/** Counts the rows that are read from the views. */
function counting() {
  const store: ViewStore = createMemoryViewStore();
  const page = store.page.bind(store);
  const read = { rows: 0 };
  store.page = async <T>(view: string, range: ViewRange): Promise<T[]> => {
    const items = await page<T>(view, range);
    read.rows += items.length;
    return items;
  };
  return { store, read };
}

test(`of ${PRODUCTS} products of which ${CHANGED} changed, ${CHANGED} are read`, async () => {
  const { store, read } = counting();
  const world = newWorld(store);
  const ids = Array.from({ length: PRODUCTS }, (_, index) => `p${index}`);
  for (const productId of ids) await append(world, productId, received(1));
  world.seconds = 100;
  const changed = ids.slice(0, CHANGED);
  for (const productId of changed) await append(world, productId, received(2, { effectiveAt: at(5) }));
  await world.indexer().index(ids);
  world.seconds = 200;
  read.rows = 0;
  const [asOf, from, to] = [at(20), at(50), at(200)];
  const began = performance.now();
  const candidates = world.views.mayDiffer({ from: { asOf, knownAt: from }, to: { asOf, knownAt: to } });
  const found: string[] = [];
  for await (const { products } of differences(world.log, candidates, { asOf, from, to }))
    found.push(...products.map(({ productId }) => productId));
  // Only when it is asked for.
  if (process.env['PRODUCTS'] !== undefined)
    console.log(`${Math.round(performance.now() - began)} ms, ${read.rows} rows of the views`);
  expect(found).toEqual([...changed].sort());
  expect(read.rows).toBe(CHANGED);
});
