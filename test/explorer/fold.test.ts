import { isDeepStrictEqual } from 'node:util';
import { historyOf, stateAsOf } from '@hindsight/bitemporal';
import { inputsIn, parseSent, registry, type RecordedEvent } from '@hindsight/domain';
import {
  historyFrom,
  lineAt,
  millionthsOf,
  quantityAt,
  stateAt,
  versionAt,
  type History,
} from '../../apps/explorer/src/model/history';
import { ledgerOf } from '../../apps/explorer/src/model/ledger';
import { packed, rasterOf } from '../../apps/explorer/src/model/raster';
import { lifeOf, momentNear } from './random-life';

const START = Date.parse('2026-11-20T00:00:00.000Z');

const at = (effectiveAt: string | undefined, recordedAt: string, version: number) => ({
  ...{ effectiveAt: effectiveAt ?? recordedAt, recordedAt, version },
  recordedBy: 'tester',
});

/** The log of a random life, an event recorded every 90 seconds. */
function logOf(seed: number): { log: RecordedEvent[]; random: () => number } {
  const { events, random } = lifeOf(seed, 30, START);
  const log = events.map((event, index): RecordedEvent => {
    const parsed = parseSent(registry, inputsIn(event), { productId: 'anvil', newId: () => '' });
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
    const recordedAt = new Date(START + (index + 1) * 90_000).toISOString();
    return {
      ...parsed.events[0],
      ...at(parsed.events[0]?.effectiveAt, recordedAt, index + 1),
    } as RecordedEvent;
  });
  return { log, random };
}

/** The (T, K) among some random ones at which the page would show something else than the definition. */
function differences(history: History, log: readonly RecordedEvent[], random: () => number): string[] {
  const times = history.entries.map(({ effective }) => effective.event.effectiveAt);
  const recorded = log.map((event) => event.recordedAt);
  return Array.from({ length: 25 }, () => [momentNear(random, times), momentNear(random, recorded)] as const)
    .filter(([asOf, knownAt]) => {
      const expected = stateAsOf(registry, 'anvil', log, { asOf, knownAt })?.state;
      const [moment, version] = [Date.parse(asOf), versionAt(history, knownAt)];
      const quantity = quantityAt(lineAt(history, version), moment);
      const { rows, next } = ledgerOf(history, moment, version);
      const balance = rows.slice(0, next).findLast((row) => row.balance !== undefined)?.balance;
      const [cell] = rasterOf(packed(history), [version], [moment]).cells;
      const found = [stateAt(history, moment, version)?.state, quantity, balance?.replace('−', '-'), cell];
      const wanted = [
        expected,
        expected && millionthsOf(expected.quantity),
        expected?.quantity,
        Number(expected?.quantity ?? NaN),
      ];
      return !isDeepStrictEqual(found, wanted);
    })
    .map((moments) => moments.join(' as known at '));
}

const SEEDS = Array.from({ length: 40 }, (_, index) => index + 1);

describe('the history that the page folds', () => {
  test.each(SEEDS)('equals the definition at any (T, K), seed %i', (seed) => {
    const { log, random } = logOf(seed);
    expect(differences(historyFrom('anvil', log), log, random)).toEqual([]);
  });

  test('would be found out if a correction counted one version too late', () => {
    const found = SEEDS.flatMap((seed) => {
      const { log, random } = logOf(seed);
      const history = historyFrom('anvil', log);
      const entries = history.entries.map((entry) => ({ ...entry, until: entry.until + 1 }));
      return differences({ ...history, entries }, log, random);
    });
    expect(found.length).toBeGreaterThan(10);
  });

  test('marks as late what was recorded after something that comes after it', () => {
    const { log } = logOf(1);
    const late = historyFrom('anvil', log).entries.filter(({ isLate }) => isLate);
    for (const { event, at, from } of late) {
      const before = historyOf(registry, log, { version: from - 1 });
      expect(
        before.some((one) => Date.parse(one.event.effectiveAt) >= at || one.event.eventId === event.eventId),
      ).toBe(true);
    }
    expect(late.length).toBeGreaterThan(0);
  });
});
