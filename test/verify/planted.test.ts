import { createMemoryStore } from '@hindsight/event-log';
import { verifyInventory, verifyProduct } from '@hindsight/workflow';
import { build, key } from './planting';
import { plantedInLog } from './planted-in-log';
import { plantedInStates } from './planted-in-states';
import { Workshop } from './workshop';

describe('a log that somebody has been at', () => {
  const store = createMemoryStore();
  let shop: Workshop;
  beforeAll(async () => {
    shop = new Workshop(store, 'anvil');
    await build(shop);
    await shop.remember();
  });
  afterEach(() => shop.mend());

  it('is as it must be before', async () => {
    const report = await verifyProduct({ store }, 'anvil');

    expect(report).toMatchObject({ version: 15, events: 15, tombstones: 3, summariesUnusable: 0 });
    expect(report.summaries).toBeGreaterThan(0);
    expect(report.difference).toBeUndefined();
  });

  it.each([...plantedInLog, ...plantedInStates])('$what: $found.invariant', async ({ plant, found }) => {
    await plant(shop);

    const { difference } = await verifyProduct({ store }, 'anvil');

    expect(difference).toMatchObject({ productId: 'anvil', ...found });
  });

  it('has no summaries any more, or a damaged one: nothing is wrong', async () => {
    const root = shop.item('root');
    await shop.put({ ...root, body: String(root['body']).slice(0, -9) });
    expect(await verifyProduct({ store }, 'anvil')).toMatchObject({ summariesUnusable: 1 });

    await shop.delete(root.sk);
    const { difference } = await verifyProduct({ store }, 'anvil');

    expect(difference).toBeUndefined();
  });

  it('tells the first difference of each product of a table', async () => {
    const other = new Workshop(store, 'bolt');
    await build(other);
    await other.remember();
    await other.delete(key(14));
    await shop.delete(key(5));
    const done: string[] = [];

    const report = await verifyInventory({ store }, ({ productId }) => done.push(productId));

    expect(report).toMatchObject({ streams: 2, streamsWithDifferences: 2 });
    const found = report.differences.map(({ productId, invariant }) => `${productId}: ${invariant}`);
    expect(found.sort()).toEqual(['anvil: version-gapless', 'bolt: version-gapless']);
    expect(done.sort()).toEqual(['anvil', 'bolt']);
    await other.mend();
  });
});
