import { parseArgs } from 'node:util';
import { createDynamoDbStore, createMemoryStore } from '@hindsight/event-log';
import { createProductLog, type ProductLog } from '@hindsight/workflow';
import { command, corrected, received, retracted, shipped } from '../support/commands';
import { startTable } from '../support/engine';
import { randomFrom } from '../support/random';
import { CountedStore, type Usage } from './counted-store';
import { readAtRandom } from './reads';

const PRODUCT = 'anvil';
const START = Date.parse('2026-03-01T12:00:00.000Z');
/** One event a second. */
const at = (seconds: number): string => new Date(START + Math.round(seconds * 1000)).toISOString();

const percentile = (numbers: readonly number[], share: number): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length * share)] ?? 0;

const both = (numbers: readonly number[]): string =>
  `${percentile(numbers, 0.5)} / ${percentile(numbers, 0.99)}`;

function line(what: string, all: readonly (Usage & { readonly ms?: number })[]): void {
  const of = (count: (usage: Usage) => number): string => both(all.map(count)).padEnd(12);
  const ms = both(all.map(({ ms = 0 }) => Number(ms.toFixed(1))));
  console.log(
    `${what.padEnd(44)} ${of(({ reads }) => reads)} ${of(({ readUnits }) => readUnits)} ${of(({ writeUnits }) => writeUnits)} ${ms}`,
  );
}

/** Stock that goes up and down at random around 500, as a shop's does. */
async function grow(log: ProductLog, count: number, random: () => number): Promise<void> {
  let stock = 0;
  for (let first = 0; first < count; first += 25) {
    const events = Array.from({ length: Math.min(25, count - first) }, (_, index) => {
      const moment = { effectiveAt: at(first + index), eventId: `e${first + index}` };
      const quantity = 1 + Math.floor(random() * 9);
      const comes = stock < 100 || (stock < 900 && random() < 0.5);
      stock += comes ? quantity : -quantity;
      return comes ? received(quantity, { ...moment, unitPrice: '4' }) : shipped(quantity, moment);
    });
    await log.append(command(PRODUCT, events));
  }
  while (!(await log.repair(PRODUCT)).done);
}

/** Requests and units, in memory, by DynamoDB's rules. */
async function count(events: number, runs: number): Promise<void> {
  const random = randomFrom(1);
  const store = new CountedStore(createMemoryStore());
  let now = START + events * 1000;
  const clock = (): Date => new Date((now += 1000));
  const log = createProductLog({ store, clock });
  await grow(log, events, random);
  console.log(
    `${events} events`.padEnd(44),
    'read requests',
    'read units  ',
    'write units ',
    'ms (p50 / p99)',
  );
  const timed = async (work: () => Promise<unknown>): Promise<Usage & { readonly ms: number }> => {
    const start = performance.now();
    const usage = await store.of(work);
    return { ...usage, ms: performance.now() - start };
  };
  const append = (body: object) => () => log.append(command(PRODUCT, body, { onConflict: 'flag' }));
  const somewhere = (): number => Math.floor(random() * events);
  const late = (distance: () => number) => () =>
    append(received(1 + Math.floor(random() * 5), { effectiveAt: at(events - distance() + 0.5) }));
  const kinds: readonly (readonly [string, () => () => Promise<unknown>])[] = [
    ['late by 10', late(() => 10)],
    ['late by 1,000', late(() => Math.min(events, 950 + Math.floor(random() * 100)))],
    ['late by a random number of events', late(somewhere)],
    ['a shipment, as late', () => append(shipped(2, { effectiveAt: at(somewhere() + 0.5) }))],
    ['a retraction of any event', () => append(retracted(`e${somewhere()}`))],
    [
      'a correction of any event',
      () => append(corrected(`e${somewhere()}`, received(3, { effectiveAt: at(somewhere() + 0.25) }))),
    ],
  ];
  for (const [what, next] of kinds) {
    const [appends, repairs, states, old]: Usage[][] = [[], [], [], []];
    for (let run = 0; run < runs; run += 1) {
      appends?.push(await timed(next()));
      const asOf = at(somewhere());
      states?.push(await timed(() => log.stateAt(PRODUCT, { asOf })));
      repairs?.push(await timed(() => log.repair(PRODUCT)));
      const version = 1 + Math.floor(random() * (await log.headVersion(PRODUCT)));
      old?.push(await timed(() => log.stateAt(PRODUCT, { asOf: at(somewhere()), version })));
    }
    line(what, appends ?? []);
    line('  a state at any time, right after it', states ?? []);
    line('  its repair', repairs ?? []);
    line('  a state at any time, as known at any', old ?? []);
  }
}

/** Milliseconds on the embedded engine, by turns. */
async function time(events: number, runs: number): Promise<void> {
  const table = await startTable();
  const store = createDynamoDbStore(table.client, table.tableName);
  let now = START + events * 1000;
  const log = createProductLog({ store, clock: () => new Date((now += 1000)) });
  await grow(log, events, randomFrom(1));
  const taken: Record<string, number[]> = {};
  for (let run = 0; run < runs; run += 1) {
    for (const [what, effectiveAt] of [
      ['in order', undefined],
      ['late by 10', new Date(now - 10_500).toISOString()],
      ['late by nearly all', at(run + 0.5)],
    ] as const) {
      const next = command(PRODUCT, received(1, effectiveAt === undefined ? {} : { effectiveAt }));
      const start = performance.now();
      await log.append(next);
      (taken[what] ??= []).push(performance.now() - start);
      if (effectiveAt !== undefined) while (!(await log.repair(PRODUCT)).done);
    }
  }
  console.log(`by turns on ${events} events, on the embedded engine, ms (p50 / p99)`);
  for (const [what, all] of Object.entries(taken))
    console.log(`  ${what.padEnd(20)} ${both(all.map((ms) => Number(ms.toFixed(1))))}`);
  await table.stop();
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      events: { type: 'string', default: '10000' },
      runs: { type: 'string', default: '200' },
      turns: { type: 'string', default: '20000' },
      reads: { type: 'string', default: '2000' },
    },
  });
  const runs = Number(values.runs);
  for (const events of values.events.split(',').map(Number)) if (events > 0) await count(events, runs);
  if (values.reads !== '0') {
    const reads = await readAtRandom(Number(values.reads));
    line('a state at any time, as known at any', reads);
    console.log(`most requests of one read: ${Math.max(...reads.map((read) => read.reads))}`);
  }
  if (values.turns !== '0') await time(Number(values.turns), 21);
  console.log('1 passed, 0 failed');
}

void main();
