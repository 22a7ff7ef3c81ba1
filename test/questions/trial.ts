import assert from 'node:assert/strict';
import { decimalOf, millionths } from '@hindsight/bitemporal';
import { registry, type ProductState, type RecordedEvent } from '@hindsight/domain';
import {
  explain,
  ProductDiffer,
  type AnswerDiff,
  type Contribution,
  type differences,
  type LedgerLine,
  type ProductLog,
} from '@hindsight/workflow';
import { historyOf } from '../support/definition';
import { below, chosen, someMoment, stateOf, type Random, type Told } from './world';

/** Random questions, each compared with the definition. What is asked of the log can be replaced by a broken version. */

export interface Asked {
  readonly differences: typeof differences;
}

const quantity = (state: ProductState | null): bigint => millionths(state?.quantity ?? '0');

const sumOf = (changes: readonly string[]): bigint =>
  changes.reduce((sum, change) => sum + millionths(change), 0n);

const withoutThem = (events: readonly RecordedEvent[], named: readonly Contribution[]): RecordedEvent[] => {
  const versions = new Set(named.map(({ event }) => event.version));
  return events.filter(({ version }) => !versions.has(version));
};

/** A ledger has the events since the last count, and ends in the quantity of the state. */
async function explained(random: Random, { world, logs }: Told): Promise<void> {
  const [productId, events] = chosen(random, [...logs]);
  const moment = { asOf: someMoment(random, world), version: 1 + below(random, events.length) };
  const expected = stateOf(events, moment);
  const lines: LedgerLine[] = [];
  let [after, opening]: [string | undefined, string] = [undefined, '0'];
  do {
    const asked = { ...moment, limit: 1 + below(random, 4), ...(after && { after }) };
    const page = await explain({ log: world.log, registry }, productId, asked);
    assert.equal(page.found, expected !== null);
    if (!page.found || expected === null) return;
    assert.equal(page.answer.state.quantity, expected.quantity);
    if (lines[0] !== undefined) assert.equal(page.lines.at(-1)?.balance ?? page.opening, opening);
    lines.unshift(...page.lines);
    ({ opening } = page);
    after = page.next;
  } while (after !== undefined);
  assert.equal(lines.at(-1)?.balance, expected.quantity);
  let balance = opening;
  for (const { change, balance: next } of lines) {
    assert.equal(millionths(balance) + millionths(change), millionths(next));
    balance = next;
  }
  const counting = historyOf(registry, events, moment).filter(
    ({ event }) => event.effectiveAt <= moment.asOf,
  );
  const count = counting.findLastIndex(({ content }) => content.eventType === 'stockCounted');
  assert.deepEqual(
    lines.map(({ event }) => event.eventId),
    counting.slice(Math.max(0, count)).map(({ event }) => event.eventId),
  );
}

/** The contributions of one product add up, and each is what its event makes. */
async function diffed(random: Random, { world, logs }: Told): Promise<void> {
  const [productId, events] = chosen(random, [...logs]);
  const asOf = someMoment(random, world);
  const [from = 0, to = 0] = [0, 1].map(() => below(random, events.length + 1)).sort((a, b) => a - b);
  const differ = new ProductDiffer(world.log, productId, asOf);
  const named: Contribution[] = [];
  const before = stateOf(events, { asOf, version: from });
  const after = stateOf(events, { asOf, version: to });
  let next: string | undefined;
  do {
    const paging = { limit: 1 + below(random, 6), after: next };
    const page = await differ.diff({ version: from }, { version: to }, paging);
    assert(page.found);
    assert.deepEqual([page.from.state, page.to.state], [before, after]);
    assert.equal(millionths(page.change), quantity(after) - quantity(before));
    named.push(...page.contributions);
    ({ next } = page);
  } while (next !== undefined);
  assert.equal(sumOf(named.map(({ change }) => change)), quantity(after) - quantity(before));
  for (const { event, change } of named) {
    const [was, is] = [event.version - 1, event.version].map((version) => stateOf(events, { asOf, version }));
    assert.equal(millionths(change), quantity(is ?? null) - quantity(was ?? null));
  }
  const known = events.filter(({ version }) => version <= to);
  assert.deepEqual(stateOf(withoutThem(known, named), { asOf }), before);
}

/** Counts the products whose events are read. */
function countingLog(log: ProductLog) {
  const asked = new Set<string>();
  const counted: ProductLog = {
    ...log,
    stateAt: (productId, moment) => {
      asked.add(productId);
      return log.stateAt(productId, moment);
    },
    versionAt: (productId, knownAt) => {
      asked.add(productId);
      return log.versionAt(productId, knownAt);
    },
  };
  return { log: counted, asked };
}

/** Exactly the products whose answers differ are listed, and those of which nothing was recorded are not read. */
async function stockDiffed(random: Random, told: Told, asking: Asked): Promise<void> {
  const { world, logs } = told;
  const asOf = someMoment(random, world);
  const [from = '', to = ''] = [0, 1].map(() => someMoment(random, world)).sort();
  const { log, asked } = countingLog(world.log);
  const rows: AnswerDiff[] = [];
  const candidates = world.views.mayDiffer({ from: { asOf, knownAt: from }, to: { asOf, knownAt: to } });
  for await (const part of asking.differences(log, candidates, { asOf, from, to }))
    rows.push(...part.products);
  const ends = [...logs].map(([productId, events]) => ({
    productId,
    events,
    before: stateOf(events, { asOf, knownAt: from }),
    after: stateOf(events, { asOf, knownAt: to }),
  }));
  const differing = ends.filter(({ before, after }) => JSON.stringify(before) !== JSON.stringify(after));
  assert.deepEqual(
    rows.map(({ productId }) => productId),
    differing.map(({ productId }) => productId).sort(),
  );
  for (const { productId, from: first, to: last, change, contributions, rest } of rows) {
    const {
      events = [],
      before = null,
      after = null,
    } = ends.find((one) => one.productId === productId) ?? {};
    assert.deepEqual([first.state, last.state], [before, after]);
    assert.equal(change, decimalOf(quantity(after) - quantity(before)));
    assert.equal(rest, null);
    assert.equal(sumOf(contributions.map((one) => one.change)), millionths(change));
    const known = events.filter(({ recordedAt }) => recordedAt <= to);
    assert.deepEqual(stateOf(withoutThem(known, contributions), { asOf }), before);
  }
  for (const productId of asked)
    assert((logs.get(productId)?.at(-1)?.recordedAt ?? '') > from, `${productId} can't differ, and was read`);
}

const kinds = [explained, diffed, stockDiffed, stockDiffed];

/** Asks one random question about a world. */
export const askQuestion = (random: Random, told: Told, asking: Asked): Promise<void> =>
  chosen(random, kinds)(random, told, asking);
