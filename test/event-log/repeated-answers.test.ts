import type { Followed } from '@hindsight/workflow';
import { openLog } from '../support/log';
import {
  at,
  command,
  corrected,
  counted,
  received,
  retracted,
  shipped,
  stock as e,
} from '../support/commands';
import { TickingLog } from '../support/ticking-log';

/** Random events of a fixed seed: receipts, shipments and counts at any time, and corrections of earlier ones. */
function drawing(seed: number) {
  let state = seed;
  const below = (most: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return Math.floor((state / 0x8000_0000) * most);
  };
  const event = (id: number) => {
    const more = { eventId: `e${id}`, effectiveAt: at(below(500)) };
    const change = [received, shipped, counted][below(3)]?.(1 + below(9), more);
    const target = `e${below(id)}`;
    if (id < 5 || below(4) > 0) return change;
    return {
      ...(below(2) ? retracted(target) : corrected(target, received(1 + below(9)))),
      eventId: `x${id}`,
    };
  };
  return { below, event };
}

describe('the answer to an append', () => {
  const ticking = new TickingLog();
  const { own, append } = ticking;

  describe('is repeated when the append is:', () => {
    it('is the first answer, of a count as of a batch, whichever way round', async () => {
      await append([e(5, 0), e(1, 10)]);
      const count = counted(4, { eventId: 'count', effectiveAt: at(20) });
      const first = await append(count);
      expect(first.events[0]).toMatchObject({ variance: '-2' });
      expect(await append(count)).toEqual({ ...first, deduplicated: true });
      const batch = [e(1, 3, 'x'), e(2, 4, 'y'), counted(1, { eventId: 'z', effectiveAt: at(30) })];
      const answer = await append(batch);
      expect(answer.adjustment).toBeDefined();
      expect(await append(batch.toReversed())).toEqual({
        ...answer,
        events: answer.events.toReversed(),
        deduplicated: true,
      });
    });

    it('is the first answer, where there was no state yet', async () => {
      const planned = received(1, { eventId: 'planned', effectiveAt: at(5000) });
      const first = await append(planned);
      expect(first.state).toBeNull();
      expect(await append(planned)).toEqual({ ...first, deduplicated: true });
    });

    it('together with what came alone, is the last answer, and what each answer said of its event', async () => {
      await append([e(5, 0), e(1, 10)]);
      const [x, y] = [e(1, 3, 'x'), counted(2, { eventId: 'y', effectiveAt: at(4) })];
      await append(x);
      const { events, ...last } = await append(y);
      const again = await append([y, x]);
      expect(again).toMatchObject({ ...last, deduplicated: true });
      expect(events[0]).toHaveProperty('variance');
      expect(again.events).toEqual([events[0], expect.objectContaining({ eventId: 'x' })]);
    });

    it('together with what came in between at the same time, likewise', async () => {
      const frozen = openLog({ ...own.table, clock: () => new Date(at(1000)) });
      for (const body of [e(5, 10), e(1, 3, 'x'), e(2, 4, 'other'), e(3, 5, 'y')])
        await frozen.append(command(own.product, body));
      const again = await append([e(1, 3, 'x'), e(3, 5, 'y')]);
      expect(again).toMatchObject({ version: 4, deduplicated: true, state: { quantity: '11' } });
      expect(again.adjustment).toMatchObject({ effectiveFrom: at(5), after: { quantity: '11' } });
    });

    it('is the first answer of a batch of which a part was known, byte for byte', async () => {
      const a = counted(10, { eventId: 'a', effectiveAt: at(100) });
      const [b, c] = [
        counted(7, { eventId: 'b', effectiveAt: at(10), metadata: { z: '1', a: '2' } }),
        counted(5, { eventId: 'c', effectiveAt: at(50), reason: 'found' }),
      ];
      await append(a);
      const first = await append([a, b, c]);
      expect(first.events.map(({ variance }) => variance)).toEqual(['10', '7', '-2']);
      expect(JSON.stringify(await append([a, b, c]))).toBe(JSON.stringify({ ...first, deduplicated: true }));
      const [, ofB, ofC] = first.events;
      expect(await append(c)).toEqual({ ...first, events: [ofC], deduplicated: true });
      expect(await append([c, b])).toEqual({ ...first, events: [ofC, ofB], deduplicated: true });
    });

    it('is the first answer of random commands with whatever was known of them, byte for byte', async () => {
      const draw = drawing(20261128);
      const sent = Array.from({ length: 40 }, (_, id) => draw.event(id));
      const answers: [unknown[], string][] = [];
      for (let next = 1; next < sent.length;) {
        const old = Array.from({ length: draw.below(3) }, () => sent[draw.below(next)]);
        const fresh = sent.slice(next, (next += 1 + draw.below(3)));
        const body = [...old, ...fresh].sort(() => draw.below(3) - 1);
        // A correction may be of an event that is not there.
        const answer = await append(body, { onConflict: 'flag' }).catch(() => undefined);
        if (answer === undefined) continue;
        answers.push([body, JSON.stringify({ ...answer, deduplicated: true })]);
      }
      expect(answers.length).toBeGreaterThan(10);
      for (const [body, answer] of answers) expect(JSON.stringify(await append(body))).toBe(answer);
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
      expect(await slow.append(command(own.product, batch))).toEqual({ ...first, deduplicated: true });
      client.destroy();
    });
  });

  describe('belongs to the key of its request:', () => {
    const keyed = (count: number, batch: string | undefined, quantity = 1) => {
      const ids = ['k', 'k:1', 'k:2'].slice(0, count);
      const options = batch === undefined ? {} : { keyed: { ids, batch } };
      return append(
        ids.map((eventId) => received(quantity, { eventId })),
        options,
      );
    };

    it.each<[string, [number, string | undefined], [number, string | undefined]]>([
      ['one event more', [2, 'of two'], [3, 'of three']],
      ['one event less', [3, 'of three'], [2, 'of two']],
      ['a batch after a single event', [1, undefined], [2, 'of two']],
      ['a single event after a batch', [2, 'of two'], [1, undefined]],
    ])('%s is not a repetition', async (_, first, second) => {
      await keyed(...first);
      expect(await keyed(...first)).toMatchObject({ deduplicated: true, version: first[0] });
      await expect(keyed(...second)).rejects.toMatchObject({
        refusal: { error: 'EventIdReused', eventId: 'k' },
      });
    });

    it('of two at the same moment, one is stored', async () => {
      const results = await Promise.allSettled([
        keyed(2, 'of two'),
        keyed(3, 'of three'),
        keyed(1, undefined),
      ]);
      expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected', 'rejected']);
    });
  });

  describe('reaches a follower:', () => {
    it('the same for a batch, and for an event that is late but changes nothing', async () => {
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

    it('the states of an event in the middle of a batch', async () => {
      await append(e(5, 0, 'gone'));
      await append(e(6, 1));
      await append(retracted('gone'));
      await append([e(1, 20), e(2, 10), retracted('gone')]);
      const followed: Followed[] = [];
      for await (const one of ticking.log.follow(own.product, { after: 5 })) followed.push(one);
      expect(followed.map(({ adjustment }) => adjustment)).toEqual([
        expect.objectContaining({
          eventsAffected: 0,
          before: expect.objectContaining({ quantity: '9' }) as object,
          after: expect.objectContaining({ quantity: '9' }) as object,
        }),
      ]);
    });
  });
});
