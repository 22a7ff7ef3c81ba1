import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { AppendRefusedError } from '@hindsight/event-log';
import { at, command, counted, received, shipped } from '../support/commands';
import { refusalOf, openLog } from '../support/log';
import { ownLog } from '../support/own-log';

/** What every log must do, whatever the table stands on: the embedded engine, or the one that DYNAMODB_ENDPOINT names. */
describe('the event log', () => {
  const own = ownLog();
  const { append, versions } = own;
  const upTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1);

  describe('appending', () => {
    it('numbers events 1, 2, 3 and answers with the state', async () => {
      const first = await append(received(150, { unitPrice: '$4', color: 'blk', size: '4.3 lbs' }));
      expect(first).toMatchObject({ version: 1, deduplicated: false, dryRun: false });
      expect(first.state).toEqual({
        productId: own.product,
        quantity: '150',
        name: null,
        unit: null,
        reorderPoint: null,
        unitPrice: { amount: '4', currency: 'USD' },
        color: 'blk',
        size: '4.3 lbs',
        status: 'available',
      });
      const second = await append([shipped(50), shipped(100)]);
      expect(second.events.map(({ version }) => version)).toEqual([2, 3]);
      expect(second.state).toMatchObject({ quantity: '0', status: 'outOfStock' });
      expect(second).not.toHaveProperty('adjustment');
    });

    it('takes all of a batch or nothing', async () => {
      await append(received(10));
      const refused = await refusalOf(append([shipped(4), shipped(7)]));
      expect(refused).toMatchObject({ error: 'RuleBroken', rule: 'insufficient-stock' });
      expect(await versions()).toEqual([1]);
    });

    it('keeps a hundred events of one second apart, in order', async () => {
      const frozen = openLog({ ...own.table, clock: () => new Date('2026-03-01T12:00:00.500Z') });
      for (let i = 0; i < 100; i += 1) await frozen.append(command(own.product, received(1)));
      expect(await versions()).toEqual(upTo(100));
      expect(await own.log.stateAt(own.product)).toMatchObject({
        found: true,
        version: 100,
        state: { quantity: '100' },
      });
    });

    it('never lets recorded time run backwards', async () => {
      let now = at(10);
      const skewed = openLog({ ...own.table, clock: () => new Date(now) });
      await skewed.append(command(own.product, received(1)));
      now = at(3);
      const second = await skewed.append(command(own.product, received(1)));
      expect(second.events[0]).toMatchObject({ recordedAt: at(10), effectiveAt: at(10) });
      expect(await skewed.stateAt(own.product)).toMatchObject({ asOf: at(10), state: { quantity: '2' } });
    });
  });

  describe('repetitions', () => {
    it('answers with the first result, however much came later', async () => {
      const first = await append(received(5, { eventId: 'a' }));
      await append(shipped(5));
      const again = await append(received('5.0', { eventId: 'a' }));
      expect(again).toEqual({ ...first, deduplicated: true });
      expect(await versions()).toEqual([1, 2]);
    });

    it('is recognized before versions and rules are checked', async () => {
      await append(received(5));
      const body = shipped(5, { eventId: 'all-of-it' });
      const first = await append(body, { expectedVersion: 1 });
      expect(await append(body, { expectedVersion: 1 })).toEqual({ ...first, deduplicated: true });
    });

    it('refuses the id with other content', async () => {
      await append(received(5, { eventId: 'a' }));
      expect(await refusalOf(append(received(6, { eventId: 'a' })))).toMatchObject({
        error: 'EventIdReused',
        eventId: 'a',
        version: 1,
      });
      expect(
        await refusalOf(append([shipped(1, { eventId: 'b' }), shipped(2, { eventId: 'b' })])),
      ).toMatchObject({
        error: 'EventIdReused',
      });
    });

    it('goes event by event in a batch', async () => {
      await append(received(5, { eventId: 'a' }));
      const mixed = await append([
        received(5, { eventId: 'a' }),
        shipped(2, { eventId: 'b' }),
        shipped(2, { eventId: 'b' }),
      ]);
      expect(mixed.events.map(({ eventId, version }) => [eventId, version])).toEqual([
        ['a', 1],
        ['b', 2],
      ]);
      expect(mixed).toMatchObject({ version: 2, deduplicated: false, state: { quantity: '3' } });
    });

    it('repeats the adjustment of a late event', async () => {
      await append([received(5, { effectiveAt: at(0) }), shipped(1, { effectiveAt: at(9) })]);
      const late = received(2, { eventId: 'late', effectiveAt: at(4) });
      const first = await append(late);
      expect(first.adjustment).toMatchObject({ effectiveFrom: at(4), eventsAffected: 1 });
      await append(counted(0, { effectiveAt: at(20) }));
      expect(await append(late)).toEqual({ ...first, deduplicated: true });
    });

    it('sent fifty times at once is one event', async () => {
      const results = await Promise.all(
        Array.from({ length: 50 }, () => append(received(3, { eventId: 'same' }))),
      );
      expect(new Set(results.map(({ version }) => version))).toEqual(new Set([1]));
      expect(results.filter(({ deduplicated }) => !deduplicated)).toHaveLength(1);
      expect(await versions()).toEqual([1]);
    });

    it('survives a reply that is lost after the commit', async () => {
      const client = losingRepliesOf(own.table.connect());
      const unlucky = openLog({ client, tableName: own.table.tableName });
      await expect(unlucky.append(command(own.product, received(3, { eventId: 'a' })))).rejects.toThrow(
        'reply lost',
      );
      expect(await append(received(3, { eventId: 'a' }))).toMatchObject({ deduplicated: true, version: 1 });
      client.destroy();
    });
  });

  describe('concurrency', () => {
    it('takes a version as what must be found', async () => {
      await append(received(5), { expectedVersion: 0 });
      expect(await refusalOf(append(received(5), { expectedVersion: 0 }))).toMatchObject({
        error: 'VersionConflict',
        currentVersion: 1,
      });
      expect(await refusalOf(append(received(5), { expectedVersion: 7 }))).toMatchObject({
        error: 'VersionConflict',
        currentVersion: 1,
      });
      expect(await append(received(5), { expectedVersion: 1 })).toMatchObject({ version: 2 });
    });

    it('lets exactly 20 of 32 clients ship the last 20 pieces', async () => {
      await append(received(20));
      const ship = () =>
        append(shipped(1)).then(
          () => 'shipped',
          (error: unknown) => (error as AppendRefusedError).refusal.error,
        );
      const outcomes = await Promise.all(Array.from({ length: 32 }, ship));
      expect(outcomes.filter((outcome) => outcome === 'shipped')).toHaveLength(20);
      expect(outcomes.filter((outcome) => outcome === 'RuleBroken')).toHaveLength(12);
      expect(await versions()).toEqual(upTo(21));
    });
  });
});

/** A client whose puts are carried out and whose replies are lost. */
function losingRepliesOf(client: DynamoDBClient): DynamoDBClient {
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const result = await next(args);
      if (context.commandName === 'PutItemCommand') throw new Error('reply lost');
      return result;
    },
    { step: 'initialize', name: 'lossy' },
  );
  return client;
}
