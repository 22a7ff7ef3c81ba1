import type { SummaryItem } from '../../packages/event-log/src/storage/summaries';
import { at } from '../support/commands';
import { deleteItem, putItem } from '../support/items';
import { Meter } from '../support/meter';
import { openLog, verifyProduct } from '../support/log';
import { NOTHING, Repairs } from '../support/repairs';

describe('a repair where summaries are lost, or are not what they were', () => {
  const repairs = new Repairs();
  const { own } = repairs;
  let before: SummaryItem[];
  beforeEach(async () => {
    await repairs.grow(1500);
    await repairs.late(300.5);
    await repairs.repair();
    before = await repairs.items();
  });
  /** An item that is not the root. */
  const one = (index: number) => before.filter(({ sk }) => !sk.startsWith('root')).at(index) as SummaryItem;
  const deleteRoots = async () => {
    for (const item of await repairs.items())
      if (item.sk.startsWith('root')) await deleteItem(own.table, item);
  };

  async function expectRepaired(): Promise<void> {
    while (!(await repairs.repair()).done);
    expect(await repairs.repair()).toEqual(NOTHING);
    const { difference, summariesUnusable } = await verifyProduct(own.table, own.product);
    expect({ difference, summariesUnusable }).toEqual({ difference: undefined, summariesUnusable: 0 });
  }

  it.each([
    ['is missing', (item: SummaryItem) => deleteItem(own.table, item)],
    ['is damaged', (item: SummaryItem) => putItem(own.table, { ...item, sum: 'wrong' })],
    ['was made by other code', (item: SummaryItem) => putItem(own.table, { ...item, code: 'other' })],
    ['has another content', (item: SummaryItem) => putItem(own.table, { ...item, body: '{}' })],
  ])('makes one anew that %s, and nobody gets a wrong answer meanwhile', async (_, harm) => {
    await harm(one(0));
    for (const second of [100, 301, 1199]) {
      const quantity = String(Math.floor(second / 2) + (second % 2 === 0 ? 3 : 1) + (second > 300 ? 1 : 0));
      expect(await own.log.stateAt(own.product, { asOf: at(second) })).toMatchObject({ state: { quantity } });
    }
    expect((await verifyProduct(own.table, own.product)).summariesUnusable).toBeGreaterThan(0);
    await expectRepaired();
  });

  it('makes all of it anew without a root', async () => {
    await deleteRoots();
    await expectRepaired();
  });

  it('goes on from an older root', async () => {
    await repairs.late(100.5);
    await repairs.late(500.5);
    await repairs.repair();
    await deleteRoots();
    for (const item of before) await putItem(own.table, item);
    expect(await own.log.stateAt(own.product, { asOf: at(101) })).toMatchObject({
      state: { quantity: '52' },
    });
    await expectRepaired();
  });

  it('helps readers at once', async () => {
    const client = own.table.connect();
    const meter = new Meter(client);
    const log = openLog({ client, tableName: own.table.tableName });
    const used = await meter.of(() => log.stateAt(own.product, { asOf: at(580) }));
    expect(used.readRequests).toBeLessThanOrEqual(8);
    expect(used.itemsRead).toBeLessThan(80);
    client.destroy();
  });
});
