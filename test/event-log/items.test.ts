import { registry } from '@hindsight/domain';
import { contentHash } from '@hindsight/event-log';
import type { AppendCommand } from '@hindsight/workflow';
import { openLog } from '../support/log';
import { at, command, corrected, received, retracted, shipped } from '../support/commands';
import { itemsOf, opened } from '../support/items';
import { ownLog } from '../support/own-log';

/** What stands in the table is a contract: other versions of the code read it, and so do backups. */
describe('the items of an append', () => {
  const own = ownLog();
  const code = registry.revision;
  const state = { quantity: '5', color: 'black', status: 'available' };

  async function appendAt(seconds: number, body: object): Promise<AppendCommand['events'][number]> {
    const sent = command(own.product, body);
    await openLog({ ...own.table, clock: () => new Date(at(seconds)) }).append(sent);
    return sent.events[0] as AppendCommand['events'][number];
  }

  type Item = Record<string, unknown> & { readonly sk: string };
  const stored = () => itemsOf<Item>(own.table, own.product);
  const all = async () => new Map((await stored()).map((item) => [item.sk, opened<Item>(item)]));

  it('in order are one item: the event with its state', async () => {
    const content = { color: 'black', reason: 'first', effectiveAt: at(10) };
    const sent = await appendAt(100, received(5, { eventId: 'a', ...content }));
    const hash = contentHash(registry, sent);
    const { productId, eventCategory, ...event } = sent;
    expect(eventCategory).toBe('inventory');
    expect([...(await all()).values()]).toEqual([
      {
        productId,
        sk: 'v#000000000001',
        idKey: 'a',
        effectiveKey: `${at(10)}#000000000001#000000000001#1`,
        version: 1,
        recordedAt: at(100),
        effectiveAt: at(10),
        recordedBy: 'tester',
        event,
        hash,
        at: { state },
        code,
      },
    ]);
  });

  it('of corrections have a mark where the target stood, and stand where it stands now', async () => {
    const price = { unitPrice: '$1.50' };
    await appendAt(100, received(5, { eventId: 'a', color: 'black', ...price, effectiveAt: at(10) }));
    await appendAt(101, shipped(1, { eventId: 'b', effectiveAt: at(20) }));
    await appendAt(102, corrected('b', shipped(2, { effectiveAt: at(15) }), { eventId: 'c' }));
    await appendAt(103, retracted('b', { eventId: 'd' }));
    await appendAt(104, corrected('b', shipped(3), { eventId: 'e' }));
    const items = await all();
    const { product: productId } = own;
    const place = (seconds: number) => `${at(seconds)}#000000000002`;
    const target = {
      eventId: 'b',
      version: 2,
      effectiveAt: at(20),
      recordedAt: at(101),
      recordedBy: 'tester',
    };

    expect([...items.values()].filter(({ sk }) => sk.startsWith('m#'))).toEqual([
      {
        ...{ productId, sk: 'm#000000000002#000000000003', version: 3, target: 2 },
        effectiveKey: `${place(20)}#000000000003#0`,
        movedTo: place(15),
      },
      {
        ...{ productId, sk: 'm#000000000002#000000000004', version: 4, target: 2 },
        effectiveKey: `${place(15)}#000000000004#0`,
      },
      // It stood nowhere.
      {
        ...{ productId, sk: 'm#000000000002#000000000005', version: 5, target: 2 },
        movedTo: place(20),
      },
    ]);
    const priced = { ...state, unitPrice: { amount: '1.5', currency: 'USD' } };
    const first = { eventId: 'a', eventType: 'productReceived', version: 1 };
    const last = { ...first, effectiveAt: at(10), recordedAt: at(100) };
    expect(items.get('v#000000000003')).toMatchObject({
      effectiveKey: `${place(15)}#000000000003#1`,
      target,
      effectiveAt: at(102),
      at: { state: { ...priced, quantity: '3' } },
      high: at(20),
    });
    const retraction = items.get('v#000000000004');
    expect(retraction).toMatchObject({ target, tip: { state: priced, last }, high: at(20) });
    for (const absent of ['effectiveKey', 'at']) expect(retraction).not.toHaveProperty(absent);
    expect(items.get('v#000000000005')).toMatchObject({
      effectiveKey: `${place(20)}#000000000005#1`,
      at: { state: { ...priced, quantity: '2' } },
    });
    // The state is that of the event itself, and is not said twice.
    expect(items.get('v#000000000005')).not.toHaveProperty('tip');
    expect(items.get('v#000000000005')).not.toHaveProperty('at.last');
  });

  it('have metadata of any name', async () => {
    const names = ['', '__proto__', 'constructor', 'toString', 'a.$', '$.x', '0', '\u0000'];
    const metadata = JSON.parse(`{${names.map((name) => `${JSON.stringify(name)}:"v"`).join()}}`) as object;
    const { metadata: sent } = await appendAt(100, received(5, { eventId: 'a', metadata }));
    const { event } = (await all()).get('v#000000000001') as unknown as { event: { metadata: object } };
    expect(event.metadata).toEqual(sent);
    const page = await openLog(own.table).readRecorded(own.product, {
      direction: 'forward',
      limit: 1,
    });
    const read = page?.events[0]?.metadata ?? {};
    expect(Object.getOwnPropertyNames(read).sort()).toEqual(names.sort());
  });

  it('hold strings and numbers only, whatever the event is', async () => {
    await appendAt(100, received(5, { eventId: 'a', unitPrice: '$1.50', metadata: { a: 'b' } }));
    await appendAt(101, [received(1, { eventId: 'b', effectiveAt: at(1) }), shipped(1, { eventId: 'c' })]);
    await appendAt(102, corrected('a', received(6), { eventId: 'd' }));
    await appendAt(103, [retracted('a'), retracted('b'), retracted('c')]);
    const items = await stored();
    expect(items).toHaveLength(7 + 4);
    const types = items.flatMap((item) => Object.values(item).map((value) => typeof value));
    expect([...new Set(types)].sort()).toEqual(['number', 'string']);
  });

  it('of one append know its first and last version', async () => {
    await appendAt(100, [received(5), received(1), received(2)]);
    await appendAt(100, received(1));
    const extents = [...(await all()).values()].map(({ first, last }) => [first, last]);
    expect(extents).toEqual([
      [1, 3],
      [1, 3],
      [1, 3],
      [undefined, undefined],
    ]);
  });

  it('are found by their recorded time at every 32nd version', async () => {
    for (let i = 0; i < 3; i += 1)
      await appendAt(
        100 + i,
        Array.from({ length: 25 }, () => received(1)),
      );
    const listed = [...(await all()).values()].flatMap(({ recordedKey }) => recordedKey ?? []);
    expect(listed).toEqual([`${at(101)}#000000000032`, `${at(102)}#000000000064`]);
  });

  it('of a late event keep the state after all as well, and say of which event that is', async () => {
    await appendAt(100, received(5, { eventId: 'a', color: 'black', effectiveAt: at(10) }));
    await appendAt(101, received(2, { eventId: 'b', effectiveAt: at(1) }));
    const late = (await all()).get('v#000000000002');
    expect(late).toMatchObject({
      at: { state: { quantity: '2', status: 'available' } },
      tip: {
        state: { ...state, quantity: '7' },
        last: {
          ...{ eventId: 'a', eventType: 'productReceived', version: 1 },
          ...{ effectiveAt: at(10), recordedAt: at(100) },
        },
      },
      high: at(10),
    });
    expect(late).not.toHaveProperty('at.last');
    expect(late).not.toHaveProperty('at.state.productId');
  });
});
