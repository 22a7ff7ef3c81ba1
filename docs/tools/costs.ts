import type { Measured, PriceName, Prices } from './facts';
import { table, usd } from './markdown';

/** What one append takes of the services. */
export interface Work {
  /** Events that it stores. */
  readonly events: number;
  readonly writeUnits: number;
  readonly readUnits: number;
  readonly functions: readonly { readonly mib: number; readonly ms: number }[];
  readonly machine: 'EXPRESS' | 'STANDARD' | 'none';
  /** States that an execution enters. */
  readonly states: number;
}

export interface Cost {
  readonly writes: number;
  readonly reads: number;
  readonly functions: number;
  readonly machine: number;
  readonly together: number;
}

const MILLION = 1_000_000;
/** A 64 MB chunk is the least that EXPRESS bills, and time in steps of 100 ms. */
const EXPRESS = { mib: 64, stepMs: 100 };
/** Lambda's own limit; a longer one would fail. */
const LONGEST_MS = 15 * 60_000;
/** STANDARD bills the way into the first state, too. */
const START = 1;

const gbSeconds = (mib: number, ms: number): number => (mib / 1024) * (ms / 1000);

/** US$ for a million events that are appended in that way. */
export function costOf(work: Work, { prices }: Prices): Cost {
  const price = (name: PriceName, quantity: number): number => {
    const { usd, per } = prices[name];
    return (usd / per) * quantity * (MILLION / work.events);
  };
  const ms = work.functions.reduce((sum, one) => sum + one.ms, 0);
  const time = Math.ceil(ms / EXPRESS.stepMs) * EXPRESS.stepMs;
  const machine = {
    none: () => 0,
    EXPRESS: () => price('expressRequest', 1) + price('expressGbSecond', gbSeconds(EXPRESS.mib, time)),
    STANDARD: () => price('standardTransition', work.states + START),
  }[work.machine]();
  const functions = work.functions.reduce(
    (sum, one) => sum + price('lambdaRequest', 1) + price('lambdaArmGbSecond', gbSeconds(one.mib, one.ms)),
    0,
  );
  const writes = price('dynamodbWriteUnit', work.writeUnits);
  const reads = price('dynamodbReadUnit', work.readUnits);
  return { writes, reads, functions, machine, together: writes + reads + functions + machine };
}

/** Assumed, not measured: Lambda's clock runs in the cloud only. Warm functions, arm64. */
export const ASSUMED = {
  mib: 256,
  /** One function of the workflow, with its one or two requests to the table. */
  functionMs: 20,
  /** Events of a batch: one execution, the reads of one event, and one transaction. */
  batch: 25,
  /** Reading, parsing and unpacking one MB of a partition, at 256 MiB. */
  msPerMb: 200,
} as const;

const READ_UNIT = 4096;
/** A conditional put of one item below 1 KB: no transaction, no item for its id, no index. */
const ONE_PUT = 1;
const small = { mib: ASSUMED.mib, ms: ASSUMED.functionMs };

export type Variant =
  'express' | 'withoutIds' | 'batches' | 'floor' | 'standard' | 'direct' | 'sample' | 'sampleStandard';

/**
 * The work of one append to a product of so many events. Hindsight's does not depend on that number; the sample reads
 * all of them, at half a unit per 4 KB, which is DynamoDB's default and may miss the newest.
 */
export function workOf(variant: Variant, events: number, { hindsight, sample }: Measured): Work {
  const { writeUnits, readUnits, states } = hindsight;
  const bytes = events * sample.storedBytes;
  const reading = { mib: ASSUMED.mib, ms: Math.min(LONGEST_MS, small.ms + (bytes / 1e6) * ASSUMED.msPerMb) };
  const sampled = {
    events: 1,
    writeUnits: sample.writeUnits,
    readUnits: Math.max(0.5, Math.ceil(bytes / READ_UNIT) / 2),
    functions: [reading],
    states: sample.states,
  };
  const own = { events: 1, writeUnits, readUnits, states };
  switch (variant) {
    case 'express':
      return { ...own, functions: [small, small], machine: 'EXPRESS' };
    case 'withoutIds': {
      const readUnits = hindsight.readUnitsWithoutId;
      return { ...own, readUnits, functions: [small, small], machine: 'EXPRESS' };
    }
    case 'batches': {
      const batch = { events: ASSUMED.batch, writeUnits: hindsight.batchOf25WriteUnits };
      return { ...own, ...batch, functions: [small, small], machine: 'EXPRESS' };
    }
    case 'floor':
      return { ...own, writeUnits: ONE_PUT, functions: [small, small], machine: 'EXPRESS' };
    case 'standard':
      return { ...own, functions: [small, small], machine: 'STANDARD' };
    case 'direct':
      return { ...own, functions: [small], machine: 'none', states: 0 };
    case 'sample':
      return { ...sampled, machine: 'EXPRESS' };
    case 'sampleStandard':
      return { ...sampled, machine: 'STANDARD' };
  }
}

const LENGTHS = [100, 10_000, 100_000];
const count = new Intl.NumberFormat('en-GB');

const VARIANTS: readonly (readonly [Variant, string])[] = [
  ['express', 'Hindsight, EXPRESS'],
  ['withoutIds', 'Hindsight, EXPRESS, ids made by the server'],
  ['batches', `Hindsight, EXPRESS, in batches of ${ASSUMED.batch}`],
  ['floor', 'the floor: the same, with one plain put'],
  ['standard', 'Hindsight, STANDARD'],
  ['direct', "Hindsight's log in one Lambda"],
  ['sample', "the sample's algorithm, EXPRESS"],
  ['sampleStandard', "the sample's algorithm, STANDARD"],
];

const percent = (share: number): string => `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`;

/** The tables of docs/reference/costs.md. */
export function costTables(measured: Measured, prices: Prices): string {
  const cost = (variant: Variant, events: number): Cost => costOf(workOf(variant, events, measured), prices);
  const totals = VARIANTS.map(([variant, name]) => [
    name,
    ...LENGTHS.map((events) => usd(cost(variant, events).together)),
  ]);
  const ratios = VARIANTS.filter(([variant]) => !variant.startsWith('sample')).map(([variant, name]) => {
    const peer = variant === 'standard' ? 'sampleStandard' : 'sample';
    return [
      `${name} ÷ the sample's alike`,
      ...LENGTHS.map((events) => percent(cost(variant, events).together / cost(peer, events).together)),
    ];
  });
  const parts = VARIANTS.map(([variant, name]) => {
    const { writes, reads, functions, machine, together } = cost(variant, 10_000);
    return [name, ...[writes, reads, functions, machine, together].map(usd)];
  });
  const head = LENGTHS.map((events) => `at ${count.format(events)} events a product`);
  return [
    `US$ for a million events, ${prices.region}, at the list prices of ${prices.asOf}:`,
    table(['', ...head], [...totals, ...ratios]),
    'And what of, at 10,000 events a product:',
    table(['', 'writes', 'reads', 'functions', 'state machine', 'together'], parts),
  ].join('\n\n');
}
