import { csvHead, csvLine, isSettledAt, type StockRow } from '@hindsight/views';
import fc from 'fast-check';
import { at, corrected, received, retracted, shipped } from '../support/commands';
import { append, newWorld, type World } from './world';

async function stockAt(world: World, asOf: string, knownAt: string, most?: number): Promise<StockRow[]> {
  const rows: StockRow[] = [];
  for await (const part of world.views.stock({ asOf, knownAt }, most)) rows.push(...part.rows);
  return rows;
}

const PRODUCTS = ['a', 'b', 'c', 'd'];

/** What the log answers for each product, one after another. */
async function asked(world: World, asOf: string, knownAt: string) {
  const answers = await Promise.all(
    PRODUCTS.map((productId) => world.log.stateAt(productId, { asOf, knownAt })),
  );
  return answers.flatMap((answer) => {
    if (!answer.found) return [];
    const { productId, version, state, lastEvent } = answer;
    return [{ productId, version, state, lastEffectiveAt: lastEvent.effectiveAt }];
  });
}

const step = fc.record({
  product: fc.constantFrom(...PRODUCTS),
  kind: fc.constantFrom('receive', 'ship', 'retract', 'correct', 'wait', 'index'),
  /** Seconds before or after now. */
  offset: fc.integer({ min: -30, max: 30 }),
});

test('the stock at any moment, as known at any moment, is what the log answers for each product', async () => {
  const moments = fc.array(fc.tuple(fc.integer({ min: -40, max: 120 }), fc.integer({ min: 0, max: 90 })), {
    minLength: 3,
    maxLength: 5,
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), moments, async (steps, asks) => {
      const world = newWorld();
      const ids = new Map<string, string>();
      for (const [index, { product, kind, offset }] of steps.entries()) {
        world.seconds += 1;
        const eventId = `e${index}`;
        const effectiveAt = at(world.seconds + offset);
        const target = ids.get(product);
        const flag = { onConflict: 'flag' };
        if (kind === 'receive' || kind === 'ship') {
          const make = kind === 'ship' ? shipped : received;
          await append(world, product, make(3, { eventId, effectiveAt }), flag);
          ids.set(product, eventId);
        } else if (kind === 'retract' && target !== undefined)
          await append(world, product, retracted(target), flag);
        else if (kind === 'correct' && target !== undefined)
          await append(world, product, corrected(target, received(7, { effectiveAt })), flag);
        else if (kind === 'wait') world.seconds += 5;
        else await world.indexer().index(PRODUCTS);
      }
      await world.indexer().index(PRODUCTS);
      for (const [asOf, knownAt] of asks)
        expect(await stockAt(world, at(asOf), at(knownAt))).toEqual(
          await asked(world, at(asOf), at(knownAt)),
        );
    }),
    { numRuns: 150 },
  );
});

test('parts have as many products as asked for, and the next one begins after them', async () => {
  const world = newWorld();
  for (const product of PRODUCTS) await append(world, product, received(1));
  await world.indexer().index(PRODUCTS);
  const parts = [];
  for await (const part of world.views.stock({ asOf: at(1), knownAt: at(1) }, 3)) parts.push(part);
  expect(parts.map(({ rows, last }) => [rows.length, last])).toEqual([
    [3, 'c'],
    [1, 'd'],
  ]);
  expect([await world.views.hasAfter('c'), await world.views.hasAfter('d')]).toEqual([true, false]);
});

describe('settled', () => {
  it('is nothing before the indexer has said that it is up to date, and stays where it was while a product is set aside', async () => {
    const world = newWorld();
    expect(await world.views.settled()).toEqual({});
    await world.indexer().control.beat(0, at(100));
    expect(await world.views.settled()).toEqual({ through: at(95) });
    await world.views.control.setAside({ productId: 'a', since: at(0), reason: 'damaged' });
    await world.indexer().control.beat(0, at(200));
    expect(await world.views.settled()).toEqual({ through: at(95) });
    await world.views.control.takeBack(['a']);
    expect(await world.views.settled()).toEqual({ through: at(195) });
  });

  it('is nothing while a product is set aside that was so before anything was known', async () => {
    const world = newWorld();
    await world.views.control.setAside({ productId: 'a', since: at(0), reason: 'damaged' });
    await world.indexer().control.beat(0, at(200));
    expect(await world.views.settled()).toEqual({});
    expect(await world.views.isSettled(at(100))).toBe(false);
    await world.views.control.takeBack(['a']);
    expect(await world.views.isSettled(at(195))).toBe(true);
    expect(await world.views.isSettled(at(196))).toBe(false);
  });

  it('tells how far the views are behind, and how many products are set aside', async () => {
    const world = newWorld();
    world.seconds = 110;
    expect(await world.views.health()).toEqual({ setAside: 0 });
    await world.indexer().control.beat(0, at(100));
    await world.views.control.setAside({ productId: 'a', since: at(0), reason: 'damaged' });
    expect(await world.views.health()).toEqual({ lagMs: 10_000, setAside: 1 });
  });

  it('is what was recorded the settling time before the last heartbeat of every way', async () => {
    const world = newWorld();
    const { control } = world.views;
    expect(await control.indexedThrough(2)).toBeUndefined();
    await control.beat(0, at(100));
    expect(await control.indexedThrough(2)).toBeUndefined();
    await control.beat(1, at(90));
    expect(await control.indexedThrough(2)).toBe(at(90));
    await control.beat(1, at(80));
    expect(await control.indexedThrough(2)).toBe(at(90));
    expect(isSettledAt(at(85), { through: at(85) })).toBe(true);
    expect(isSettledAt(at(86), { through: at(85) })).toBe(false);
    expect(isSettledAt(at(86), {})).toBe(false);
  });
});

test('CSV has exact digits, quotes what it has to, and runs no formula', async () => {
  const world = newWorld();
  const name = '=1+1, "x"\n';
  const price = { amount: '1.10', currency: 'EUR' };
  await append(world, '+49', shipped('0.000001'), { onConflict: 'flag' });
  await append(
    world,
    'b',
    received('123456789012.123456', { color: '-red', name: name.trim(), unitPrice: price }),
  );
  await world.indexer().index(['+49', 'b']);
  const rows = await stockAt(world, at(1), at(1));
  expect(csvHead() + rows.map(csvLine).join('')).toBe(
    [
      '\ufeffproductId,quantity,name,unit,unitPrice,currency,color,size,reorderPoint,status,version',
      "'+49,-0.000001,,,,,,,,outOfStock,1",
      `b,123456789012.123456,"'=1+1, ""x""",,1.1,EUR,'-red,,,available,1`,
      '',
    ].join('\r\n'),
  );
});
