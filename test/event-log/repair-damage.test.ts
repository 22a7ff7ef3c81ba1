import type { SnapshotItem } from '../../packages/event-log/src/storage/snapshots';
import { deleteItem, putItem } from '../support/items';
import { NOTHING, Repairs } from '../support/repairs';
import { resealed } from '../verify/workshop';

describe('a repair where snapshots are lost, or others are among them', () => {
  const repairs = new Repairs();
  const { own } = repairs;
  let before: SnapshotItem[];
  beforeEach(async () => {
    await repairs.grow(60);
    await repairs.late(9.5);
    await repairs.repair();
    before = await repairs.items();
  });
  /** The snapshot at an index, from the end where that is negative. */
  const one = (index: number) => before.at(index) as SnapshotItem;
  const statesOf = (item: SnapshotItem) => (JSON.parse(item.body) as { states: unknown[] }).states.length;
  /** A whole snapshot, of other states, at another place. */
  const moved = (item: SnapshotItem, sk: string, version = item.version) =>
    resealed({ ...item, sk }, (body) => body, version);
  const between = () => `${one(0).sk.slice(0, -1)}~`;

  it('fills a hole at the start, and leaves what is good behind it', async () => {
    const lost = one(0);
    await deleteItem(own.table, lost);
    expect(await repairs.repair(statesOf(lost))).toEqual({
      done: false,
      eventsRead: statesOf(lost),
      snapshotsWritten: 1,
    });
    expect(await repairs.items()).toEqual(before);
    expect(await repairs.repair()).toEqual(NOTHING);
  });

  it.each([
    ['is damaged', (item: SnapshotItem) => ({ ...item, sum: 'wrong' })],
    ['was made by other code', (item: SnapshotItem) => ({ ...item, code: 'other' })],
    ['knows too little', (item: SnapshotItem) => moved(item, item.sk, 3)],
  ])('makes one anew that %s', async (_, harm) => {
    const harmed = one(1);
    await putItem(own.table, harm(harmed));
    expect(await repairs.repair(statesOf(harmed))).toMatchObject({ eventsRead: statesOf(harmed) });
    expect(await repairs.items()).toEqual(before);
  });

  it('goes on from the last good one', async () => {
    const lost = one(-1);
    await deleteItem(own.table, lost);
    expect(await repairs.repair()).toEqual({ done: true, eventsRead: statesOf(lost), snapshotsWritten: 1 });
    expect(await repairs.items()).toEqual(before);
  });

  it('removes one among the good ones, which hides them from readers, and one that is damaged', async () => {
    const stray = moved(one(0), between(), 3);
    await putItem(own.table, stray);
    await putItem(own.table, { ...stray, sk: `${between()}~`, sum: 'wrong' });
    await putItem(own.table, moved(one(0), `${between()}~~`));
    // What took something away looks again.
    expect(await repairs.requestsOf()).toEqual({ Query: 3 + 3, BatchWriteItem: 1 });
    expect(await repairs.items()).toEqual(before);
    expect(await repairs.repair()).toEqual(NOTHING);
  });

  it('keeps one among them that knows more of the log, also where it writes', async () => {
    const newer = moved(one(0), between(), 99);
    await putItem(own.table, newer);
    expect(await repairs.repair()).toEqual(NOTHING);
    await deleteItem(own.table, one(0));
    await repairs.repair();
    expect(await repairs.items()).toEqual([before[0], newer, ...before.slice(1)]);
  });

  it('makes its own where one stands that knows more', async () => {
    const { sk } = one(0);
    await putItem(own.table, moved(one(0), sk, 99));
    expect(await repairs.repair()).toMatchObject({ eventsRead: 51 });
    expect(await repairs.items()).toEqual(before);
  });
});
