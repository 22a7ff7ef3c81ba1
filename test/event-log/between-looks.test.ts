import { openLog } from '../support/log';
import { received } from '../support/commands';
import { deleteItem, itemsOf, putItem } from '../support/items';
import { ownLog } from '../support/own-log';
import { surprised } from '../support/surprised';

/** Answers take more than one look at the table; whatever comes between two of them, they are of one log. */
describe('a reader of the event log', () => {
  const own = ownLog();
  const { append } = own;

  const firstEvent = (): Promise<unknown> => append(received(1, { eventId: 'first' }));

  /** A reader between whose first two questions something comes: the first event. */
  function slowReader(surprise = firstEvent) {
    const client = surprised(own.table, surprise);
    const slow = openLog({ client, tableName: own.table.tableName });
    return { slow, client };
  }

  it('never shows an empty log of a product that has one, whenever its first event comes', async () => {
    const { slow, client } = slowReader();
    const page = await slow.readRecorded(own.product, { direction: 'forward', limit: 5 });
    expect(page?.events.map(({ eventId }) => eventId)).toEqual(['first']);
    client.destroy();
  });

  it('nor as known at a moment, by a reader whose clock is ahead', async () => {
    const { slow, client } = slowReader();
    const knownAt = new Date(Date.now() + 3_600_000).toISOString();
    const page = await slow.timeline(own.product, { direction: 'forward', limit: 5, knownAt });
    expect(page?.entries.map(({ event }) => event.eventId)).toEqual(['first']);
    client.destroy();
  });

  it('never shows what was recorded before the time that a list begins at, whenever it comes', async () => {
    await append(received(1));
    for (const direction of ['forward', 'backward'] as const) {
      const { slow, client } = slowReader(() => append([received(1), received(1)]));
      const from = new Date(Date.now() + 3_600_000).toISOString();
      expect(await slow.readRecorded(own.product, { direction, limit: 5, from })).toEqual({ events: [] });
      client.destroy();
    }
  });

  it('takes no event for the newest that is not the last of its append', async () => {
    await append(received(1));
    await append([received(2), received(3)]);
    const newest = (await itemsOf<{ productId: string; sk: string }>(own.table, own.product)).at(-1)!;
    await deleteItem(own.table, newest);
    const { slow, client } = slowReader(() => putItem(own.table, newest));
    expect(await slow.stateAt(own.product)).toMatchObject({ version: 3, state: { quantity: '6' } });
    client.destroy();
  });
});
