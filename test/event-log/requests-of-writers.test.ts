import { at, command, counted, received, retracted, shipped, stock as e } from '../support/commands';
import { refusalOf, openLog } from '../support/log';
import { TickingLog } from '../support/ticking-log';

describe('requests', () => {
  const ticking = new TickingLog();
  const { own, append, requestsOf, usageOf } = ticking;

  describe('of an append', () => {
    it('that is refused if there is no product: the head, and the history for remedies', async () => {
      expect(await requestsOf(() => refusalOf(append(shipped(5))))).toEqual({ Query: 2 });
    });

    it('that is refused: the head, whether its id is known, and the history for remedies', async () => {
      await append(received(1));
      expect(await requestsOf(() => refusalOf(append(shipped(5))))).toEqual({ Query: 3 });
    });

    it('that waits for another, and is refused: as many as if it had not waited', async () => {
      const requests = await requestsOf(() => Promise.allSettled([append(received(1)), append(shipped(5))]));
      expect(requests).toEqual({ Query: 6, PutItem: 1 });
    });

    it('in order, of any kind: an item an event, and one more for a tombstone', async () => {
      const used = await usageOf(() => append([e(5, 0, 'a'), e(1, 10), counted(3, { effectiveAt: at(20) })]));
      // One of the two asks whether the past is closed: its answer is kept for a while.
      expect(used).toMatchObject({ requests: { Query: 2, TransactWriteItems: 1 }, transactions: [3] });
      const correction = await usageOf(() => append([retracted('a'), e(1, 30)]));
      expect(correction.transactions).toEqual([3]);
    });
  });

  describe('of a follower', () => {
    const drain = async (after: number, again = false) => {
      const versions: number[] = [];
      for await (const { event } of ticking.log.follow(own.product, { after, again }))
        versions.push(event.version);
      return versions;
    };

    it('of a log in order: its pages', async () => {
      await append([e(5, 0), e(1, 10), e(1, 10)]);
      await append([e(1, 20), e(1, 20)]);
      expect(await requestsOf(() => drain(0))).toEqual({ Query: 1 });
    });

    it('of a batch out of order: what its two late events stand in, and nothing for the others', async () => {
      await append([e(2, 10), e(1, 20), e(1, 5), e(1, 30)]);
      expect(await requestsOf(() => drain(0))).toEqual({ Query: 1 + 2 + 2 });
    });

    it('with only the rest missing: the rest', async () => {
      for (let i = 0; i < 4; i += 1) await append(Array.from({ length: 25 }, (_, j) => e(1, i * 25 + j)));
      const used = await usageOf(async () => expect(await drain(97)).toEqual([98, 99, 100]));
      expect(used.itemsRead).toBe(4);
      expect(await drain(97, true)).toEqual([97, 98, 99, 100]);
    });
  });

  it('read what was last written', async () => {
    const client = own.table.connect();
    const consistent: unknown[] = [];
    client.middlewareStack.add((next, { commandName }) => (args) => {
      const input = args.input as { ConsistentRead?: boolean; RequestItems?: object };
      const request =
        commandName === 'BatchGetItemCommand' ? Object.values(input.RequestItems ?? {})[0] : input;
      if (/Query|Get/.test(commandName ?? '')) consistent.push((request as typeof input).ConsistentRead);
      return next(args);
    });
    const log = openLog({ client, tableName: own.table.tableName });
    await log.append(command(own.product, received(1, { eventId: 'a' })));
    await log.append(command(own.product, received(1, { eventId: 'a' })));
    await log.append(command(own.product, retracted('a')));
    await log.stateAt(own.product, { version: 1 });
    await log.timeline(own.product, { direction: 'forward', limit: 1 });
    client.destroy();
    expect(consistent.length).toBeGreaterThan(6);
    expect(new Set(consistent)).toEqual(new Set([true]));
  });
});
