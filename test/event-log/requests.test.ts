import type { Moment } from '@hindsight/event-log';
import { registry } from '@hindsight/domain';
import { snapshotAt } from '../support/definition';
import { at, corrected, counted, retracted, stock as e } from '../support/commands';
import { wholeLog } from '../support/log';
import { TickingLog } from '../support/ticking-log';

/** How many there are of which kind, on small logs in which everything happens. */
describe('requests', () => {
  const ticking = new TickingLog();
  const { own, append, requestsOf, usageOf } = ticking;

  /** Every answer at and between all moments is the definition's; the most requests that one of them took. */
  async function ask(version: number, times: readonly number[]): Promise<number> {
    const events = await wholeLog(own.log, own.product);
    let most = 0;
    for (const time of times) {
      const asOf = at(time);
      const used = await usageOf(async () => {
        const answer = await ticking.log.stateAt(own.product, { asOf, version });
        const expected = snapshotAt(registry, events, { asOf, version });
        expect(answer.found ? { state: answer.state, last: answer.lastEvent } : null).toEqual(expected);
      });
      most = Math.max(most, used.readRequests);
    }
    return most;
  }
  const moments = (last: number) => Array.from({ length: 2 * last + 3 }, (_, i) => i / 2);

  describe('of a question', () => {
    it('about a product that is not there: one, and two more for a recorded time', async () => {
      expect(await requestsOf(() => ticking.log.stateAt('nobody'))).toEqual({ Query: 1 });
      expect(await requestsOf(() => ticking.log.stateAt('nobody', { knownAt: at(1) }))).toEqual({ Query: 3 });
      expect(await ticking.log.headVersion('nobody')).toBe(0);
    });

    it('about the last moment, or one behind it: one', async () => {
      await append([e(5, 0), e(-1, 10)]);
      expect(await ticking.log.headVersion(own.product)).toBe(2);
      for (const moment of [{}, { asOf: at(10) }, { asOf: at(11) }] satisfies Moment[])
        expect(await requestsOf(() => ticking.log.stateAt(own.product, moment))).toEqual({ Query: 1 });
    });

    it('about a product of which nothing counts any more: three, for why and since when', async () => {
      await append(e(5, 0, 'a'));
      await append(retracted('a'));
      expect(await requestsOf(() => ticking.log.stateAt(own.product))).toEqual({ Query: 2, GetItem: 1 });
    });

    it('about a time before all else: where and when it began, as it was known', async () => {
      await append(e(5, 10));
      ticking.seconds = 2000;
      await append(e(5, 2));
      const nothing = { found: false, why: 'no-state-at-time', firstRecordedAt: at(1001) };
      for (const [moment, first] of [
        [{ asOf: at(1) }, 2],
        [{ asOf: at(1), version: 1 }, 10],
        [{ asOf: at(1), knownAt: at(1500) }, 10],
        // Nothing was known then: what is known now says where to look.
        [{ knownAt: at(999) }, 2],
      ] as const)
        expect(await ticking.log.stateAt(own.product, moment)).toEqual({
          ...nothing,
          firstEffectiveAt: at(first),
        });
    });

    it('about invalidated moments: few, before a repair and after it, whatever the moment', async () => {
      await append(Array.from({ length: 20 }, (_, i) => e(5, i)));
      await append(Array.from({ length: 20 }, (_, i) => e(-1, 20 + i)));
      await append(e(3, 5.5));
      const some = [0, 5, 5.5, 6, 20, 25, 25.5, 26, 39.5, 40];
      expect(await ask(41, some)).toBeLessThanOrEqual(5);
      await ticking.log.repair(own.product);
      expect(await ask(41, moments(40))).toBeLessThanOrEqual(8);
      await append(e(2, 25.5));
      expect(await ask(42, some)).toBeLessThanOrEqual(8);
      expect(await ask(41, some)).toBeLessThanOrEqual(8);
      await ticking.log.repair(own.product);
      expect(await ask(42, moments(40))).toBeLessThanOrEqual(8);
      await append([e(1, 50), e(1, 60)]);
      expect(await ask(44, some.concat(45, 50, 55, 60))).toBeLessThanOrEqual(8);
    });

    it('about intervals that counts have ended', async () => {
      for (const base of [0, 100, 200]) {
        await append(e(5, base));
        await append(counted(7, { effectiveAt: at(base + 10) }));
        await append([e(-1, base + 20), e(-1, base + 30)]);
      }
      await append(e(1, 5));
      await append(e(1, 105));
      const times = moments(231).filter((time) => time % 5 === 0 || time % 5 === 0.5 || time % 5 === 4.5);
      await ask(14, times);
      await ticking.log.repair(own.product);
      expect(await ask(14, times)).toBeLessThanOrEqual(5);
    });

    it('about what was retracted, or moved: no more than walks back over it', async () => {
      await append([e(9, 0), e(-1, 10, 'a'), e(-1, 20, 'b'), e(-1, 30, 'c')]);
      await append(corrected('c', e(-2, 15)));
      await append(retracted('b'));
      await append(corrected('a', e(-2, 10)));
      await append(e(1, 40));
      const some = [0, 9, 10, 11, 15, 19, 20, 25, 30, 35, 40];
      for (const version of [4, 5, 6, 7, 8]) await ask(version, some);
      await ticking.log.repair(own.product);
      expect(await ask(8, some)).toBeLessThanOrEqual(6);
    });

    it('about places behind which batches took their own events back: pages, each entry once', async () => {
      await append(e(9, 0));
      for (let i = 0; i < 15; i += 1) await append([e(1, 10 + i, `gone-${i}`), retracted(`gone-${i}`)]);
      await append(e(1, 100));
      const used = await usageOf(() => ticking.log.stateAt(own.product, { asOf: at(50) }));
      // The head; one entry, 12, the root that is not there, and 13 more, back to a state; then all that was passed.
      expect(used.readRequests).toBeLessThanOrEqual(8);
      expect(used.itemsRead).toBeLessThanOrEqual(100);
    });

    it('about a place behind which nothing counts: what is there, and why', async () => {
      await append([e(1, 20, 'a'), retracted('a')]);
      await append(e(1, 30));
      await ask(3, [10, 20, 25, 29.5, 30]);
    });

    it('about a moment behind an event that its own batch moved back: two', async () => {
      await append(e(5, 0));
      await append([e(1, 20, 'a'), corrected('a', e(1, 10))]);
      await append(e(1, 40));
      // And one for the correction and the original of the event that the answer names.
      expect(await ask(4, [15])).toBe(2 + 1);
    });

    it('about places behind which much was retracted: pages, each entry once', async () => {
      await append(e(9, 0));
      const ids = Array.from({ length: 12 }, (_, i) => `taken-${i}`);
      await append([...ids.map((id, i) => e(1, 10 + i, id)), ...ids.map((id) => retracted(id))]);
      await append(e(1, 100));
      const used = await usageOf(() => ticking.log.stateAt(own.product, { asOf: at(50) }));
      expect(used.readRequests).toBeLessThanOrEqual(8);
      expect(used.itemsRead).toBeLessThanOrEqual(120);
      await ask(26, [0, 9, 10, 15, 21, 22, 50, 100]);
    });
  });
});
