import { historyOf } from '@hindsight/bitemporal';
import { quantityBetween, registry, type ProductState, type RecordedEvent } from '@hindsight/domain';
import { createMemoryStore } from '@hindsight/event-log';
import {
  createProductLog,
  explain,
  ProductDiffer,
  type LedgerLine,
  type ProductLog,
} from '@hindsight/workflow';
import fc from 'fast-check';
import { at, command, corrected, counted, received, retracted, shipped } from '../support/commands';
import { snapshotAt } from '../support/definition';
import { wholeLog } from '../support/log';

/** Why a number is what it is, compared with the definition of history on random logs. */

const RUNS = Number(process.env['RUNS'] ?? 150);
const MOMENTS = 12;
const product = 'p';

const act = fc.record({
  kind: fc.constantFrom('received', 'shipped', 'counted', 'adjusted', 'corrected', 'retracted'),
  quantity: fc.integer({ min: 1, max: 9 }),
  moment: fc.integer({ min: 0, max: MOMENTS }),
  target: fc.nat(),
});
type Act = typeof act extends fc.Arbitrary<infer T> ? T : never;

function bodyOf({ kind, quantity, moment, target }: Act, index: number, ids: readonly string[]): object {
  const more = { eventId: `e${index}`, effectiveAt: at(moment) };
  const targetId = ids[target % Math.max(1, ids.length)];
  if (kind === 'counted') return counted(quantity, more);
  if (kind === 'shipped') return shipped(quantity, more);
  if (kind === 'adjusted') return { eventType: 'productAdjusted', color: `c${quantity}`, ...more };
  if (targetId !== undefined && kind === 'retracted') return retracted(targetId, { eventId: more.eventId });
  if (targetId !== undefined && kind === 'corrected')
    return corrected(targetId, received(quantity, { effectiveAt: at(moment) }), { eventId: more.eventId });
  return received(quantity, more);
}

/** A log of random events, one second after the other. */
async function logOf(acts: readonly Act[]): Promise<{ log: ProductLog; events: readonly RecordedEvent[] }> {
  let seconds = 100;
  const log = createProductLog({ store: createMemoryStore(), clock: () => new Date(at((seconds += 1))) });
  const ids: string[] = [];
  for (const [index, each] of acts.entries()) {
    const body = bodyOf(each, index, ids);
    await log.append(command(product, body, { onConflict: 'flag' }));
    if (!['eventRetracted', 'eventCorrected'].includes((body as { eventType: string }).eventType))
      ids.push(`e${index}`);
  }
  return { log, events: await wholeLog(log, product) };
}

/** The lines of all pages, in effective order. */
async function linesOf(log: ProductLog, moment: { asOf: string; version: number }, limit: number) {
  const lines: LedgerLine[] = [];
  let opening = '0';
  let after: string | undefined;
  for (;;) {
    const page = await explain({ log, registry }, product, { ...moment, limit, ...(after && { after }) });
    if (!page.found) return undefined;
    if (lines[0] !== undefined) expect(page.lines.at(-1)?.balance ?? page.opening).toBe(opening);
    lines.unshift(...page.lines);
    opening = page.opening;
    if (page.next === undefined) return { lines, opening, quantity: page.answer.state.quantity };
    after = page.next;
  }
}

const quantity = (state: ProductState | null | undefined): string => state?.quantity ?? '0';

test(`${RUNS} random logs: a ledger has the events since the last count, and ends in the quantity`, async () => {
  const property = fc.asyncProperty(
    fc.array(act, { minLength: 1, maxLength: 14 }),
    fc.integer({ min: 0, max: MOMENTS }),
    fc.nat(),
    fc.integer({ min: 1, max: 4 }),
    async (acts, moment, known, limit) => {
      const { log, events } = await logOf(acts);
      const version = 1 + (known % events.length);
      const asOf = at(moment);
      const found = await linesOf(log, { asOf, version }, limit);
      const expected = snapshotAt(registry, events, { asOf, version });
      expect(found?.quantity).toBe(expected?.state.quantity);
      if (found === undefined) return;

      const history = historyOf(registry, events, { version }).filter(
        ({ event }) => event.effectiveAt <= asOf,
      );
      const count = history.findLastIndex(({ content }) => content.eventType === 'stockCounted');
      const since = history.slice(Math.max(0, count));
      expect(found.lines.map(({ event }) => event.eventId)).toEqual(since.map(({ event }) => event.eventId));
      let balance = found.opening;
      for (const { change, balance: after } of found.lines) {
        expect(quantityBetween(balance, after)).toBe(change);
        balance = after;
      }
      expect(balance).toBe(found.quantity);
    },
  );
  await fc.assert(property, { numRuns: RUNS });
});

test(`${RUNS} random logs: contributions add up to the difference, and each is the one that the event makes`, async () => {
  const property = fc.asyncProperty(
    fc.array(act, { minLength: 1, maxLength: 14 }),
    fc.integer({ min: 0, max: MOMENTS }),
    fc.tuple(fc.nat(), fc.nat()),
    fc.integer({ min: 1, max: 5 }),
    async (acts, moment, bounds, limit) => {
      const { log, events } = await logOf(acts);
      const [from = 0, to = 0] = bounds.map((bound) => bound % (events.length + 1)).sort((a, b) => a - b);
      const asOf = at(moment);
      const stateAt = (version: number) => snapshotAt(registry, events, { asOf, version })?.state;
      const differ = new ProductDiffer(log, product, asOf);
      const changes: string[] = [];
      let after: string | undefined;
      do {
        const page = await differ.diff({ version: from }, { version: to }, { limit, after });
        if (!page.found) throw new Error(page.why);
        expect(page.contributions.length).toBeLessThanOrEqual(limit);
        expect([page.from.state ?? undefined, page.to.state ?? undefined]).toEqual([
          stateAt(from),
          stateAt(to),
        ]);
        expect(page.change).toBe(quantityBetween(quantity(stateAt(from)), quantity(stateAt(to))));
        for (const { event, change } of page.contributions) {
          const [was, is] = [stateAt(event.version - 1), stateAt(event.version)];
          expect(change).toBe(quantityBetween(quantity(was), quantity(is)));
          changes.push(change);
        }
        after = page.next;
      } while (after !== undefined);
      expect(changes.length).toBe(to - from);
      const sum = changes.reduce((total, change) => total + Number(change), 0);
      expect(sum).toBe(Number(quantity(stateAt(to))) - Number(quantity(stateAt(from))));
    },
  );
  await fc.assert(property, { numRuns: RUNS });
});

test('a difference is asked for by recorded times as well', async () => {
  const acts = [0, 1, 2].map((moment) => ({ kind: 'received' as const, quantity: 1, moment, target: 0 }));
  const { log } = await logOf(acts);
  const differ = new ProductDiffer(log, product, at(50));
  const [, second] = await wholeLog(log, product);
  const { recordedAt = '' } = second ?? {};
  const diff = await differ.diff({ knownAt: at(0) }, { knownAt: recordedAt }, { limit: 10 });
  expect(diff).toMatchObject({ from: { version: 0, state: null }, to: { version: 2 }, change: '2' });
});

test('a product or a version that is not there says so', async () => {
  const { log } = await logOf([{ kind: 'received', quantity: 1, moment: 0, target: 0 }]);
  const page = { limit: 10 };
  expect(await explain({ log, registry }, 'unknown', page)).toEqual({
    found: false,
    why: 'product-not-found',
  });
  const none = { found: false, why: 'product-not-found' };
  expect(await new ProductDiffer(log, 'unknown', at(0)).diff({ version: 0 }, 'all', page)).toEqual(none);
  const beyond = await new ProductDiffer(log, product, at(0)).diff({ version: 0 }, { version: 9 }, page);
  expect(beyond).toEqual({ found: false, why: 'version-not-found', headVersion: 1 });
});
