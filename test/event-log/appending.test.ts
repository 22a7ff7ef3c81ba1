import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { ContentionError, ensureTable, TRIES } from '@hindsight/event-log';
import { at, command, corrected, counted, received, retracted, stock as e } from '../support/commands';
import { refusalOf, openLog } from '../support/log';
import { TickingLog } from '../support/ticking-log';

describe('what an append is answered', () => {
  const ticking = new TickingLog();
  const { own, append } = ticking;

  describe('where others are faster', () => {
    /** A log whose first puts all lose. */
    function unlucky(losses: number) {
      const client = own.table.connect();
      const waits: number[] = [];
      let lost = 0;
      client.middlewareStack.add(
        (next, { commandName }) =>
          (args) => {
            if (commandName !== 'PutItemCommand' || lost >= losses) return next(args);
            lost += 1;
            throw new ConditionalCheckFailedException({ message: 'lost', $metadata: {} });
          },
        { step: 'initialize' },
      );
      const options = { delay: (ms: number) => Promise.resolve(waits.push(ms)), random: () => 0.5 };
      return { waits, loser: openLog({ client, tableName: own.table.tableName, ...options }) };
    }

    it('waits longer and longer, and goes on', async () => {
      const { waits, loser } = unlucky(4);
      expect(await loser.append(command(own.product, received(1)))).toMatchObject({ version: 1 });
      expect(waits).toEqual([8, 16, 32, 64]);
    });

    it('succeeds at the last try', async () => {
      const { waits, loser } = unlucky(TRIES - 1);
      expect(await loser.append(command(own.product, received(1)))).toMatchObject({ version: 1 });
      expect(waits).toHaveLength(15);
    });

    it('gives up after sixteen, by a name of its own, and has stored nothing', async () => {
      const { waits, loser } = unlucky(TRIES);
      const error: unknown = await loser
        .append(command(own.product, received(1)))
        .catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(ContentionError);
      expect(error).toMatchObject({
        name: 'Contention',
        message: expect.stringContaining(own.product) as string,
      });
      expect(waits).toHaveLength(TRIES - 1);
      expect(await ticking.log.headVersion(own.product)).toBe(0);
    });
  });

  describe('when it is refused', () => {
    beforeEach(() => append(e(5, 0, 'a')));

    it('has a name, and says why', async () => {
      const error: unknown = await append(e(-9, 1)).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ name: 'AppendRefused', refusal: { error: 'RuleBroken' } });
      expect((error as Error).message).toBe((error as { refusal: { detail: string } }).refusal.detail);
    });

    it('says which target is none, and why', async () => {
      await append(retracted('a', { eventId: 'r' }));
      expect(await refusalOf(append([e(1, 5), retracted('r')]))).toEqual({
        error: 'TargetNotFound',
        detail:
          "event r is a correction itself, so it can't be corrected; correct event a again instead: of several corrections the last one counts",
        index: 1,
        targetEventId: 'r',
      });
      expect(await refusalOf(append(retracted('nowhere')))).toEqual({
        error: 'TargetNotFound',
        detail: "event nowhere is not in this log, so it can't be corrected",
        index: 0,
        targetEventId: 'nowhere',
      });
    });

    it('names the version that was found, or the event that has the id', async () => {
      expect(await refusalOf(append(e(1, 1), { expectedVersion: 7 }))).toEqual({
        error: 'VersionConflict',
        detail: 'the current version is 1, not 7',
        currentVersion: 1,
      });
      const detail = 'event id a is taken by an event with other content';
      const reused = { error: 'EventIdReused', detail, eventId: 'a' };
      expect(await refusalOf(append(e(6, 0, 'a')))).toStrictEqual({ ...reused, version: 1 });
      const twice = await refusalOf(append([e(1, 1, 'b'), e(2, 1, 'b')]));
      expect(twice).not.toHaveProperty('version');
    });
  });

  describe('of what it changed', () => {
    it('is the states at the moment of recording, also where what comes later makes it not matter', async () => {
      ticking.seconds = 14;
      await append(e(5, 0));
      await append([counted(7, { effectiveAt: at(30) }), e(-1, 40)]);
      expect((await append(e(2, 5))).adjustment).toMatchObject({
        effectiveFrom: at(5),
        before: { quantity: '5' },
        after: { quantity: '7' },
      });
      ticking.seconds = 34;
      expect((await append(e(2, 6))).adjustment).toMatchObject({
        before: { quantity: '7' },
        after: { quantity: '7' },
      });
      expect((await append(e(-1, 35))).adjustment).toMatchObject({
        before: { quantity: '7' },
        after: { quantity: '6' },
      });
      // All of this is still to come.
      const planned = await append(e(-1, 38));
      expect(planned.adjustment).toMatchObject({ before: { quantity: '6' }, after: { quantity: '6' } });
      expect(planned.state).toMatchObject({ quantity: '6' });
    });

    it('is nothing where it changed what no longer counts, from the moment of recording', async () => {
      await append(e(5, 0, 'a'));
      await append(e(1, 10));
      await append(retracted('a'));
      const { adjustment } = await append(retracted('a'));
      expect(adjustment).toMatchObject({ effectiveFrom: at(1004), eventsAffected: 0, changes: [] });
      expect(adjustment?.before).toEqual(adjustment?.after);
      expect(adjustment?.after).toMatchObject({ quantity: '1' });
    });

    it('is said of a batch that corrects its own event, and of none in order', async () => {
      await append(e(5, 0));
      expect(await append([e(1, 10), e(1, 20)])).not.toHaveProperty('adjustment');
      expect(await append([e(1, 30, 'b'), corrected('b', e(1, 40)), e(1, 50)])).toHaveProperty('adjustment');
      expect(await append([e(1, 60, 'c'), corrected('c', e(2, 60)), corrected('c', e(3, 60))])).toMatchObject(
        {
          state: { quantity: '12' },
        },
      );
    });
  });

  it('asks for a repair where states became stale, and only there', async () => {
    const plan = async (body: unknown) => {
      const planned = await ticking.log.plan(command(own.product, body));
      return planned.outcome === 'store' ? planned.repair : planned.outcome;
    };
    expect(await plan(e(5, 10))).toBe(false);
    await append(e(5, 10));
    expect(await plan(e(5, 10))).toBe(false);
    expect(await plan(e(5, 9))).toBe(true);
    expect(await plan(e(-50, 11))).toBe('refused');
    // Nothing changes, at the very moment of the last event.
    const frozen = openLog({ ...own.table, clock: () => new Date(at(2000)) });
    for (const body of [received(1, { eventId: 'a' }), received(1), retracted('a')])
      await frozen.append(command(own.product, body));
    expect(await frozen.plan(command(own.product, retracted('a')))).toMatchObject({ repair: false });
  });

  it('the table is made once, and is there when it answers', async () => {
    const { client, tableName } = own.table;
    await expect(ensureTable(client, tableName)).resolves.toBeUndefined();
    await expect(ensureTable(client, '')).rejects.toThrow();
    await expect(ticking.log.ping()).resolves.toBeUndefined();
    const nowhere = openLog({ client, tableName: 'nowhere' });
    await expect(nowhere.ping()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});
