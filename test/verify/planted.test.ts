import { createMemoryStore, verifyStore, verifyStream } from '@hindsight/event-log';
import { build, buildTrust, key } from './planting';
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
    const report = await verifyStream({ store }, 'anvil');

    expect(report).toMatchObject({ version: 15, events: 15, ids: 15, marks: 3, checkpointsUnusable: 0 });
    expect(report.checkpoints).toBeGreaterThan(0);
    expect(report.difference).toBeUndefined();
  });

  it.each([...plantedInLog, ...plantedInStates])('$what: $found.invariant', async ({ plant, found }) => {
    await plant(shop);

    const { difference } = await verifyStream({ store }, 'anvil');

    expect(difference).toMatchObject({ productId: 'anvil', ...found });
  });

  it('has no checkpoint any more, or a damaged one: nothing is wrong', async () => {
    const checkpoint = shop.item('c#');
    await shop.put({ ...checkpoint, body: String(checkpoint['body']).slice(0, -9) });
    expect(await verifyStream({ store }, 'anvil')).toMatchObject({ checkpointsUnusable: 1 });

    await shop.delete(checkpoint.sk);
    const { difference } = await verifyStream({ store }, 'anvil');

    expect(difference).toBeUndefined();
  });

  it('is found by the time of each event, as it once was: nothing is wrong', async () => {
    await shop.put({ ...shop.item(key(11)), recordedKey: `2026-03-01T12:00:11.000Z#${key(11).slice(2)}` });

    const { difference } = await verifyStream({ store }, 'anvil');

    expect(difference).toBeUndefined();
  });

  it('tells the first difference of each product of a table', async () => {
    const other = new Workshop(store, 'bolt');
    await build(other);
    await other.remember();
    await other.delete(key(15));
    await shop.delete(key(5));
    const done: string[] = [];

    const report = await verifyStore({ store }, ({ productId }) => done.push(productId));

    expect(report).toMatchObject({ streams: 2, streamsWithDifferences: 2 });
    const found = report.differences.map(({ productId, invariant }) => `${productId}: ${invariant}`);
    expect(found.sort()).toEqual(['anvil: version-gapless', 'bolt: id-item']);
    expect(done.sort()).toEqual(['anvil', 'bolt']);
    await other.mend();
  });

  it('trusts a checkpoint that was true once', async () => {
    const crate = new Workshop(store, 'crate');
    await buildTrust(crate);
    await crate.remember();
    expect((await verifyStream({ store }, 'crate')).difference).toBeUndefined();
    const head = crate.item(key(5));
    // Asks for version 4, which the checkpoint has, in place of 5.
    await crate.put({ ...head, stale: String(head['stale']).replace(/,5$/, ',4') });

    const { difference } = await verifyStream({ store }, 'crate');

    expect(difference).toMatchObject({ invariant: 'checkpoint-trust', version: 4 });
    await crate.mend();
  });
});
