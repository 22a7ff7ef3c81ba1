import { registry } from '@hindsight/domain';
import { contentHash } from '@hindsight/event-log';
import type { AppendCommand } from '@hindsight/workflow';
import { openLog } from '../support/log';
import { at, command, corrected, received, retracted, shipped } from '../support/commands';
import { itemsOf } from '../support/items';
import { ownLog } from '../support/own-log';

/** What stands in the table is a contract: other versions of the code read it, and so do backups. */
describe('the items of an append', () => {
  const own = ownLog();
  const code = registry.revision;
  const attributes = {
    name: null,
    unit: null,
    unitPrice: null,
    color: 'black',
    size: null,
    reorderPoint: null,
  };
  const state = { quantity: '5', ...attributes, status: 'available' };

  async function appendAt(seconds: number, body: object): Promise<AppendCommand['events'][number]> {
    const sent = command(own.product, body);
    await openLog({ ...own.table, clock: () => new Date(at(seconds)) }).append(sent);
    return sent.events[0] as AppendCommand['events'][number];
  }

  const all = async () =>
    new Map((await itemsOf<{ sk: string }>(own.table, own.product)).map((item) => [item.sk, item]));

  it('in order are the event with its state, and its id', async () => {
    const content = { color: 'black', reason: 'first', effectiveAt: at(10) };
    const sent = await appendAt(100, received(5, { eventId: 'a', ...content }));
    const hash = contentHash(registry, sent);
    const { productId, eventCategory, ...event } = sent;
    expect(eventCategory).toBe('inventory');
    expect([...(await all()).values()]).toEqual([
      { productId, sk: 'id#a', version: 1, hash },
      {
        productId,
        sk: 'v#000000000001',
        effectiveKey: `${at(10)}#000000000001#000000000001#1`,
        recordedKey: `${at(100)}#000000000001`,
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
        movedTo: null,
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
    expect([...items.keys()].filter((sk) => sk.startsWith('id#'))).toEqual(
      ['a', 'b', 'c', 'd', 'e'].map((id) => `id#${id}`),
    );
  });

  it('have metadata of any name as one text', async () => {
    const names = ['', '__proto__', 'constructor', 'toString', 'a.$', '$.x', '0', '\u0000'];
    const metadata = JSON.parse(`{${names.map((name) => `${JSON.stringify(name)}:"v"`).join()}}`) as object;
    const { metadata: sent } = await appendAt(100, received(5, { eventId: 'a', metadata }));
    const { event } = (await all()).get('v#000000000001') as unknown as { event: { metadata: string } };
    expect(JSON.parse(event.metadata)).toEqual(sent);
    const page = await openLog(own.table).readRecorded(own.product, {
      direction: 'forward',
      limit: 1,
    });
    const read = page?.events[0]?.metadata ?? {};
    expect(Object.getOwnPropertyNames(read).sort()).toEqual(names.sort());
  });

  it('of one append are found by their time together, at the last of them', async () => {
    await appendAt(100, [received(5), received(1), received(2)]);
    await appendAt(100, received(1));
    const keys = [...(await all())].filter(([sk]) => sk.startsWith('v#')).map(([, item]) => item);
    expect(keys.map((item) => (item as { recordedKey?: string }).recordedKey)).toEqual([
      undefined,
      undefined,
      `${at(100)}#000000000003`,
      `${at(100)}#000000000004`,
    ]);
  });

  it('of a late event keep the state after all as well, and say of which event that is', async () => {
    await appendAt(100, received(5, { eventId: 'a', color: 'black', effectiveAt: at(10) }));
    await appendAt(101, received(2, { eventId: 'b', effectiveAt: at(1) }));
    const late = (await all()).get('v#000000000002');
    expect(late).toMatchObject({
      at: { state: { ...state, quantity: '2', color: null } },
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
