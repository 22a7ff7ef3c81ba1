import { Indexer } from '@hindsight/views';
import fc from 'fast-check';
import { at, corrected, received, retracted, shipped } from '../support/commands';
import { overriding } from '../support/overriding';
import { append, newWorld, type World } from './world';

/** Every event of the feed, as `product:version`. */
async function listed({ views }: World): Promise<string[]> {
  const entries: string[] = [];
  for (let after = views.feed.start; ;) {
    const page = await views.feed.read(after, 7);
    entries.push(...page.listed.map(({ productId, version }) => `${productId}:${version}`));
    if (page.listed.length === 0) return entries;
    after = page.next;
  }
}

describe('the feed', () => {
  it('has every version once, whatever the stream of changes repeats or leaves out', async () => {
    const world = newWorld();
    const indexer = world.indexer();
    await append(world, 'a', [received(1), received(2)]);
    await append(world, 'b', received(1));
    await indexer.index(['a', 'b', 'a']);
    await append(world, 'a', received(3));
    await append(world, 'a', received(4));
    await indexer.index(['b', 'a', 'no such product']);
    await indexer.index(['a']);
    expect(await listed(world)).toEqual(['a:1', 'a:2', 'b:1', 'a:3', 'a:4']);
  });

  it('has every version once when indexers race and end at any write', async () => {
    const step = fc.record({
      product: fc.constantFrom('a', 'b', 'c'),
      append: fc.boolean(),
      /** Writes until the indexer ends; large: it does not. */
      writes: fc.constantFrom(0, 1, 2, 3, 4, 1000),
      rivals: fc.integer({ min: 1, max: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const world = newWorld();
        const versions = new Map<string, number>();
        const rival = (writes: number) => {
          let left = writes;
          const write = <T>(work: () => Promise<T>) => {
            left -= 1;
            return left < 0 ? Promise.reject(new Error('killed')) : work();
          };
          const store = overriding(world.store, {
            create: (item) => write(() => world.store.create(item)),
            replace: (item) => write(() => world.store.replace(item)),
          });
          return new Indexer({ store, log: world.log, clock: () => new Date(at(world.seconds)) });
        };
        for (const { product, append: appends, writes, rivals } of steps) {
          world.seconds += 1;
          if (appends) versions.set(product, (await append(world, product, received(1))).version);
          const products = [...versions.keys()];
          await Promise.allSettled(
            Array.from({ length: rivals }, (_, i) => rival(i === 0 ? writes : 1000).index(products)),
          );
        }
        await world.indexer().index(versions.keys());
        const entries = await listed(world);
        for (const [product, version] of versions) {
          const own = entries.filter((entry) => entry.startsWith(`${product}:`));
          expect(own).toEqual(Array.from({ length: version }, (_, i) => `${product}:${i + 1}`));
        }
      }),
      { numRuns: 200 },
    );
  });

  it('gives each event with the state that it led to, and what it changed', async () => {
    const world = newWorld();
    world.seconds = 100;
    await append(world, 'a', received(5, { effectiveAt: at(50) }));
    await append(world, 'a', received(2, { effectiveAt: at(40) }));
    await world.indexer().index(['a']);
    const page = await world.views.events({ limit: 10 });
    expect(page.entries.map(({ event, state }) => [event.version, state?.quantity])).toEqual([
      [1, '5'],
      [2, '7'],
    ]);
    expect(page.entries.map(({ adjustment }) => adjustment?.effectiveFrom)).toEqual([undefined, at(40)]);
  });
});

describe('the catalogue', () => {
  const rowsOf = async (world: World, query: object = {}) =>
    (await world.views.products({ sort: 'productId', limit: 100, ...query })).products;
  const idsOf = async (world: World, query: object = {}) =>
    (await rowsOf(world, query)).map(({ productId }) => productId);

  it('shows each product as the log does', async () => {
    const world = newWorld();
    world.seconds = 100;
    await append(world, 'a', received(5, { effectiveAt: at(50) }));
    await append(world, 'a', received(2, { effectiveAt: at(40) }));
    await world.indexer().index(['a']);
    const state = await world.log.stateAt('a');
    expect(await rowsOf(world)).toEqual([
      {
        productId: 'a',
        version: 2,
        state: state.found && state.state,
        firstEffectiveAt: at(40),
        lastEffectiveAt: at(50),
        changedAt: at(100),
        lateEvents: true,
        nextEffectiveAt: null,
      },
    ]);
  });

  const bought = { effectiveAt: at(50) };

  it.each<[string, boolean, unknown]>([
    ['an event before others', true, received(2, { effectiveAt: at(40) })],
    ['a batch with one', true, [received(3), received(2, { effectiveAt: at(40) })]],
    ['a retraction', true, retracted('x')],
    ['a correction', true, corrected('x', received(7, bought))],
    ['an event after all others', false, received(2, { effectiveAt: at(95) })],
    ['a future event', false, received(2, { effectiveAt: at(300) })],
  ])('flags late events for seven days: %s (%s)', async (_, isLate, body) => {
    const world = newWorld();
    world.seconds = 100;
    await append(world, 'a', received(5, { eventId: 'x', ...bought }));
    await append(world, 'a', received(5, { effectiveAt: at(90) }));
    await world.indexer().index(['a']);
    world.seconds = 110;
    await append(world, 'a', body);
    await append(world, 'a', received(1, { effectiveAt: at(110) }));
    await world.indexer().index(['a']);
    expect((await rowsOf(world))[0]?.lateEvents).toBe(isLate);
    world.seconds += 8 * 24 * 60 * 60;
    expect((await rowsOf(world))[0]?.lateEvents).toBe(false);
  });

  it('never goes back to an older row', async () => {
    const world = newWorld();
    await append(world, 'a', received(5));
    const slow = world.indexer();
    const overview = await world.log.overview('a');
    await append(world, 'a', received(5));
    await world.indexer().index(['a']);
    await (await world.views.catalogue()).update([overview!]);
    await slow.index([]);
    expect((await rowsOf(world)).map(({ version }) => version)).toEqual([2]);
  });

  it('applies a future event when it falls due, before and after the indexer has seen to it', async () => {
    const world = newWorld();
    await append(world, 'a', received(5));
    await append(world, 'a', received(2, { effectiveAt: at(60) }));
    const indexer = world.indexer();
    await indexer.index(['a']);
    expect((await rowsOf(world))[0]).toMatchObject({ state: { quantity: '5' }, nextEffectiveAt: at(60) });
    world.seconds = 61;
    expect((await rowsOf(world))[0]).toMatchObject({ state: { quantity: '7' }, nextEffectiveAt: null });
    expect(await indexer.refreshDue()).toBe(1);
    expect(await indexer.refreshDue()).toBe(0);
    const stored = await (await world.views.catalogue()).row('a');
    expect(stored).toMatchObject({ state: { quantity: '7' }, nextEffectiveAt: null });
  });

  it('keeps a product whose events don’t count, without a state', async () => {
    const world = newWorld();
    await append(world, 'a', received(5, { eventId: 'r' }));
    await append(world, 'a', retracted('r'));
    await world.indexer().index(['a']);
    expect((await rowsOf(world))[0]).toMatchObject({ version: 2, state: null, firstEffectiveAt: null });
    expect(await idsOf(world, { sort: 'quantity' })).toEqual(['a']);
  });

  it('sorts and filters, page by page, as a sort of all rows would', async () => {
    const world = newWorld();
    const products = Array.from({ length: 60 }, (_, i) => `${i % 3 === 0 ? 'lamp' : 'Ä/x'} ${(i * 37) % 60}`);
    for (const [i, product] of products.entries()) {
      world.seconds += 1;
      await append(world, product, received((i * 7) % 20 || 1, { name: `Name ${i}`, reorderPoint: 5 }));
      if (i % 4 === 0) await append(world, product, shipped((i * 7) % 20 || 1));
    }
    await world.indexer().index(products);
    const all = await rowsOf(world);
    expect(all.map(({ productId }) => productId)).toEqual(
      products.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
    );
    const paged = async (query: object) => {
      const ids: string[] = [];
      for (let after: string | undefined; ;) {
        const page = await world.views.products({
          ...{ sort: 'productId', limit: 7, ...query },
          ...(after !== undefined && { after }),
        });
        ids.push(...page.products.map(({ productId }) => productId));
        after = page.next;
        if (after === undefined) return ids;
      }
    };
    const quantityOf = (id: string) => Number(all.find(({ productId }) => productId === id)?.state?.quantity);
    const byQuantity = await paged({ sort: 'quantity' });
    expect(byQuantity.map(quantityOf)).toEqual(byQuantity.map(quantityOf).toSorted((a, b) => a - b));
    expect(new Set(byQuantity).size).toBe(60);
    const byChange = await paged({ sort: 'changed' });
    expect(byChange).toEqual(products.toReversed());
    expect(await paged({ prefix: 'lamp' })).toEqual(
      all.map(({ productId }) => productId).filter((id) => id.startsWith('lamp')),
    );
    expect(new Set(await paged({ sort: 'changed', prefix: 'lamp', above: '3', below: '10' }))).toEqual(
      new Set(products.filter((id) => id.startsWith('lamp') && quantityOf(id) > 3 && quantityOf(id) < 10)),
    );
    expect(await paged({ name: 'name 3', statuses: ['outOfStock'] })).toEqual(
      all
        .filter(({ state }) => state?.name?.startsWith('Name 3') && state.status === 'outOfStock')
        .map(({ productId }) => productId),
    );
  });
});

describe('a product that can’t be indexed', () => {
  it('is set aside, and the others go on; it comes back when it can be read', async () => {
    const world = newWorld();
    await append(world, 'a', received(1));
    await append(world, 'b', received(1));
    let broken = true;
    const log = overriding(world.log, {
      overview: (productId, earlier) =>
        broken && productId === 'a'
          ? Promise.reject(new TypeError('damaged'))
          : world.log.overview(productId, earlier),
    });
    const reported: string[] = [];
    const indexer = new Indexer({ store: world.store, log, onSetAside: (id) => void reported.push(id) });
    await indexer.index(['a', 'b']);
    expect(await listed(world)).toEqual(['b:1']);
    expect(reported).toEqual(['a']);
    expect((await world.views.control.allSetAside()).map(({ productId }) => productId)).toEqual(['a']);
    expect(await indexer.retry()).toEqual(['a']);
    broken = false;
    expect(await indexer.retry()).toEqual([]);
    expect(await listed(world)).toEqual(['b:1', 'a:1']);
    expect(await world.views.control.allSetAside()).toEqual([]);
  });

  it('is not one that the storage did not answer for', async () => {
    const world = newWorld();
    const error = Object.assign(new Error('throttled'), { $metadata: {} });
    const log = overriding(world.log, { overview: () => Promise.reject(error) });
    const indexer = new Indexer({ store: world.store, log });
    await expect(indexer.index(['a'])).rejects.toBe(error);
    expect(await world.views.control.allSetAside()).toEqual([]);
  });
});
