import type { Followed } from '@hindsight/event-log';
import { openLog } from '../support/log';
import { at, command, counted, received, retracted, stock as e } from '../support/commands';
import { TickingLog } from '../support/ticking-log';

describe('what was told of an append', () => {
  const ticking = new TickingLog();
  const { own, append } = ticking;

  describe('is told again when it is repeated:', () => {
    it('is the first answer, of a count as of a batch, whichever way round', async () => {
      await append([e(5, 0), e(1, 10)]);
      const count = counted(4, { eventId: 'count', effectiveAt: at(20) });
      const first = await append(count);
      expect(first.events[0]).toMatchObject({ variance: '-2' });
      expect(await append(count)).toEqual({ ...first, replayed: true });
      const batch = [e(1, 3, 'x'), e(2, 4, 'y'), counted(1, { eventId: 'z', effectiveAt: at(30) })];
      const answer = await append(batch);
      expect(answer.adjustment).toBeDefined();
      expect(await append(batch.toReversed())).toEqual({
        ...answer,
        events: answer.events.toReversed(),
        replayed: true,
      });
    });

    it('is the first answer, where there was no state yet', async () => {
      const planned = received(1, { eventId: 'planned', effectiveAt: at(5000) });
      const first = await append(planned);
      expect(first.state).toBeNull();
      expect(await append(planned)).toEqual({ ...first, replayed: true });
    });

    it('together with what came alone, is the state after the last, and what the events say', async () => {
      await append([e(5, 0), e(1, 10)]);
      const [x, y] = [e(1, 3, 'x'), counted(2, { eventId: 'y', effectiveAt: at(4) })];
      await append(x);
      const { events, state } = await append(y);
      const again = await append([y, x]);
      expect(again).toMatchObject({ version: 4, replayed: true, state });
      expect(again).not.toHaveProperty('adjustment');
      expect(again.events.map(({ eventId }) => eventId)).toEqual(['y', 'x']);
      expect(events[0]).toHaveProperty('variance');
      expect(again.events[0]).not.toHaveProperty('variance');
    });

    it('together with what came in between at the same time, likewise', async () => {
      const frozen = openLog({ ...own.table, clock: () => new Date(at(1000)) });
      for (const body of [e(5, 10), e(1, 3, 'x'), e(2, 4, 'other'), e(3, 5, 'y')])
        await frozen.append(command(own.product, body));
      const again = await append([e(1, 3, 'x'), e(3, 5, 'y')]);
      expect(again).toMatchObject({ version: 4, replayed: true, state: { quantity: '11' } });
      expect(again).not.toHaveProperty('adjustment');
    });

    it('is found where the table gives a part of what it is asked for', async () => {
      const client = own.table.connect();
      client.middlewareStack.add((next, { commandName }) => async (args) => {
        if (commandName !== 'BatchGetItemCommand') return next(args);
        const input = args.input as { RequestItems: Record<string, { Keys: object[] }> };
        const [[table, request] = ['', { Keys: [] }]] = Object.entries(input.RequestItems);
        const part = { ...request, Keys: request.Keys.slice(0, 1) };
        const answer = await next({ ...args, input: { RequestItems: { [table]: part } } });
        const rest = { [table]: { ...request, Keys: request.Keys.slice(1) } };
        (answer.output as { UnprocessedKeys?: object | undefined }).UnprocessedKeys =
          request.Keys.length > 1 ? rest : undefined;
        return answer;
      });
      const batch = [e(1, 1, 'x'), e(2, 2, 'y'), e(3, 3, 'z')];
      const first = await append(batch);
      const slow = openLog({ client, tableName: own.table.tableName });
      expect(await slow.append(command(own.product, batch))).toEqual({ ...first, replayed: true });
      client.destroy();
    });
  });

  describe('is told to a follower:', () => {
    it('is told the same: of a batch, and of an event that is late for nothing', async () => {
      const results = [
        await append([e(5, 0), e(3, 30, 'gone')]),
        await append(retracted('gone')),
        await append(e(1, 20)),
        await append(retracted('gone')),
      ];
      const followed: Followed[] = [];
      for await (const one of ticking.log.follow(own.product, { after: 0 })) followed.push(one);
      expect(followed.slice(2).map(({ adjustment }) => adjustment)).toEqual(
        results.slice(1).map(({ adjustment }) => adjustment),
      );
      expect(followed[3]).not.toHaveProperty('adjustment');
    });

    it('is told the states of an event in the middle of a batch', async () => {
      await append(e(5, 0, 'gone'));
      await append(e(6, 1));
      await append(retracted('gone'));
      await append([e(1, 20), e(2, 10), retracted('gone')]);
      const followed: Followed[] = [];
      for await (const one of ticking.log.follow(own.product, { after: 5 })) followed.push(one);
      expect(followed.map(({ adjustment }) => adjustment)).toEqual([
        expect.objectContaining({
          eventsReplayed: 0,
          before: expect.objectContaining({ quantity: '9' }) as object,
          after: expect.objectContaining({ quantity: '9' }) as object,
        }),
      ]);
    });
  });
});
