import { Control, Indexer, rebuild, verifyViews, type ViewStore } from '@hindsight/views';
import { received } from '../support/commands';
import { overriding } from '../support/overriding';
import { append, newWorld, type World } from './world';

async function* listed(products: readonly string[]): AsyncGenerator<string> {
  for (const product of products) yield await Promise.resolve(product);
}

const PRODUCTS = Array.from({ length: 30 }, (_, i) => `product ${i}`);
const differencesOf = async ({ store, log }: World, products = PRODUCTS) =>
  (await verifyViews(store, log, () => listed(products))).differences;

async function filled(): Promise<World> {
  const world = newWorld();
  for (const product of PRODUCTS) await append(world, product, received(1));
  await world.indexer().index(PRODUCTS);
  return world;
}

const options = (world: World, store: ViewStore = world.store) => ({
  ...{ store, log: world.log, clock: world.clock, graceMs: 0 },
  products: () => listed(PRODUCTS),
  wait: () => Promise.resolve(),
});

test('views that nothing is wrong with are what the log says', async () => {
  expect(await differencesOf(await filled())).toEqual([]);
});

test('rows that were deleted or damaged are found, and made anew by a rebuild', async () => {
  const world = await filled();
  const row = await (await world.views.catalogue()).row('product 1');
  const catalogue = await world.views.catalogue();
  await catalogue.clear();
  await catalogue.update([{ ...row!, state: { ...row!.state!, quantity: '99' } }]);
  expect((await differencesOf(world)).length).toBeGreaterThan(10);
  expect(await rebuild(options(world))).toBe(PRODUCTS.length);
  expect(await differencesOf(world)).toEqual([]);
  expect(await new Control(world.store).generations()).toEqual({ current: 2 });
});

test('during a rebuild the old rows answer, and what is recorded meanwhile is in the new ones', async () => {
  const world = await filled();
  const counts = new Set<number>();
  const late = world.indexer();
  let reads = 0;
  const log = overriding(world.log, {
    overview: async (productId, earlier) => {
      reads += 1;
      if (reads % 7 === 0) {
        world.seconds += 1;
        await append(world, PRODUCTS[reads % 30]!, received(1));
        await late.index([PRODUCTS[reads % 30]!]);
      }
      counts.add((await world.views.products({ sort: 'productId', limit: 100 })).products.length);
      return world.log.overview(productId, earlier);
    },
  });
  await rebuild({ ...options(world), log });
  expect([...counts]).toEqual([PRODUCTS.length]);
  expect(await differencesOf(world)).toEqual([]);
});

test('a batch that began before the rebuild and ends after it is in the new rows too', async () => {
  const world = await filled();
  const [product = ''] = PRODUCTS;
  await append(world, product, received(1));
  // It has read which generation answers, and writes when the rebuild has read all products.
  let go: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (go = resolve));
  const slow = new Indexer({
    log: { overview: async (id, earlier) => (await held, world.log.overview(id, earlier)) },
    store: world.store,
    clock: world.clock,
  }).index([product]);
  const log = overriding(world.log, {
    // The rebuild reads the product before the append, as it were.
    overview: async (id) => {
      const overview = await world.log.overview(id);
      if (id !== PRODUCTS.at(-1)) return overview;
      go();
      await slow;
      return overview;
    },
  });
  await rebuild({ ...options(world), log });
  expect(await differencesOf(world)).toEqual([]);
});

test('a feed that was deleted is made anew from the log', async () => {
  const world = newWorld();
  for (const product of PRODUCTS) await append(world, product, [received(1), received(2)]);
  await rebuild(options(world));
  expect(await differencesOf(world)).toEqual([]);
});

/** Broken on purpose: `verifyViews` must find each of them. */
describe('a fault in the indexer is found', () => {
  async function withFault(faulty: (store: ViewStore) => Partial<ViewStore>): Promise<readonly string[]> {
    const world = newWorld();
    const store = overriding(world.store, faulty(world.store));
    for (let round = 0; round < 3; round += 1) {
      world.seconds += 1;
      await append(world, 'a', received(1));
      await append(world, 'b', received(1));
      await new Indexer({ store, log: world.log, clock: world.clock })
        .index(['a', 'b'])
        .catch(() => undefined);
    }
    await world.indexer().index(['a', 'b']);
    return differencesOf(world, ['a', 'b']);
  }

  test('a chunk that is written twice', async () => {
    let number = 0;
    const found = await withFault((store) => ({
      create: async (item) => {
        number += 1;
        const copy = { ...item, key: String(2 * number).padStart(12, '0') };
        return (
          (await store.create({ ...item, key: String(2 * number - 1).padStart(12, '0') })) &&
          store.create(copy)
        );
      },
    }));
    expect(found.join()).toMatch(/feed: in chunk 2, versions 1 to 1 of a come after 1/);
  });

  test('a watermark that is moved although its chunk was not written', async () => {
    let chunks = 0;
    const found = await withFault((store) => ({
      create: (item) => ((chunks += 1) === 2 ? Promise.resolve(true) : store.create(item)),
    }));
    expect(found.join()).toMatch(/feed: in chunk 2, versions 3 to 3 of a come after 1/);
  });

  test('a gap that is passed over: only the newest version is listed', async () => {
    const world = newWorld();
    const store = overriding(world.store, {
      create: (item) => {
        const { references = '[]' } = item as { references?: string };
        const newest = (JSON.parse(references) as [string, number, number][]).map(([id, , to]) => [
          id,
          to,
          to,
        ]);
        return world.store.create({ ...item, ...{ references: JSON.stringify(newest) } });
      },
    });
    await append(world, 'a', [received(1), received(2)]);
    await new Indexer({ store, log: world.log, clock: world.clock }).index(['a']);
    expect(await differencesOf(world, ['a'])).toEqual([
      'feed: in chunk 1, versions 2 to 2 of a come after 0',
    ]);
  });

  test('a rebuild that takes over before it is complete', async () => {
    const world = await filled();
    await rebuild({
      ...options(world),
      products: () => listed([]),
      store: overriding(world.store, {
        // The comparison with the old rows is left out.
        page: (view, range) =>
          view.startsWith('rows#1') ? Promise.resolve([]) : world.store.page(view, range),
      }),
    });
    expect((await differencesOf(world)).join()).toMatch(/catalog: product \d+ has no row/);
  });
});
