import type { LimitName, Limits, Measured } from './facts';
import { figure, table } from './markdown';
import { randomFrom } from '../../test/support/random';
import { simulate, type Outcome, type Way } from './simulate';

/** How a load is spread, and how long its parts take. */
export const ASSUMED = {
  /** Of all events, the product with the most: as in the retail year that the tests replay (2,313 of 541,909 lines). */
  hottestShare: 2313 / 541_909,
  /** One append through the state machine, from the gateway to the answer, milliseconds. */
  appendMs: 60,
  /** The functions of one append, milliseconds: the gateway waits for the others. */
  functionsMs: 60 + 20 + 20,
  batch: 25,
} as const;

/** Write units of one append of so many events: one is a put, and several are a transaction, whose units are alike. */
export function unitsOf(events: number, { hindsight }: Measured): number {
  return events === 1 ? hindsight.writeUnits : (events * hindsight.batchOf25WriteUnits) / ASSUMED.batch;
}

/** A limit, and the load at which it is reached: events a second over all products. */
export interface Reached {
  readonly limit: LimitName | 'appendsInTurn';
  readonly what: string;
  readonly at: number;
  readonly does: string;
}

const DAY = 86_400;

/** The limits of the default path, the first one to be reached first. */
export function reachedBy({ hindsight }: Measured, { limits }: Limits): readonly Reached[] {
  const { hottestShare, appendMs, functionsMs } = ASSUMED;
  const of = (name: LimitName) => limits[name].value;
  const all: Reached[] = [
    {
      limit: 'appendsInTurn',
      what: `the hottest product's appends, one after another at ${appendMs} ms`,
      at: 1000 / appendMs / hottestShare,
      does: `batches: of up to ${ASSUMED.batch} from the client, or of up to ${of('fifoBatch')} collected by a FIFO queue whose message group is the product`,
    },
    {
      limit: 'partitionWriteUnits',
      what: "the hottest product's partition: table and local indexes share it, and it can't be split",
      at: of('partitionWriteUnits') / hindsight.writeUnits / hottestShare,
      does: 'shards of the hot product, each a product of its own with stock allotted to it',
    },
    {
      limit: 'tableWriteUnits',
      what: "the table's units, all products together",
      at: of('tableWriteUnits') / hindsight.writeUnits,
      does: 'the limit is raised on request; products can be divided over several tables by their ids',
    },
    {
      limit: 'httpApiRequests',
      what: 'requests to the HTTP API, one an event',
      at: of('httpApiRequests'),
      does: 'the limit is raised on request; batches',
    },
    {
      limit: 'lambdaConcurrency',
      what: `functions at a time, ${functionsMs} ms an append`,
      at: (of('lambdaConcurrency') * 1000) / functionsMs,
      does: 'the limit is raised on request; batches',
    },
    {
      limit: 'expressStarts',
      what: 'starts of EXPRESS executions (those that are waited for have no limit of their own in the list)',
      at: of('expressStarts'),
      does: 'the limit is raised on request; batches',
    },
    {
      limit: 'standardTransitions',
      what: `transitions, by STANDARD (${hindsight.states + 1} an append)`,
      at: of('standardTransitions') / (hindsight.states + 1),
      does: 'EXPRESS, the default',
    },
    {
      limit: 'standardStarts',
      what: 'starts of STANDARD executions, once the first 1,300 are used up',
      at: of('standardStarts'),
      does: 'EXPRESS, the default',
    },
  ];
  return all.sort((a, b) => a.at - b.at);
}

/** Days until the hottest product's items fill what one partition key may hold. */
export function daysUntilFull(rate: number, { hindsight }: Measured, { limits }: Limits): number {
  const events = (limits.itemCollectionGb.value * 2 ** 30) / hindsight.storedBytes;
  return events / (rate * ASSUMED.hottestShare) / DAY;
}

const RATES = [10, 100, 1_000, 10_000, 100_000];
const SECONDS = 120;
const SEED = 1;

const WAYS: readonly Way[] = [
  { name: 'one event an append', batch: 1, shards: 1 },
  { name: 'batches of up to 25', batch: ASSUMED.batch, shards: 1 },
  { name: 'batches, 4 shards', batch: ASSUMED.batch, shards: 4 },
];

const unlimited = ({ limit }: Reached): boolean =>
  limit !== 'standardStarts' && limit !== 'standardTransitions';

function limitsTable(measured: Measured, limits: Limits): string {
  const rows = reachedBy(measured, limits).map(({ limit, what, at, does }) => {
    const given = limit === 'appendsInTurn' ? undefined : limits.limits[limit];
    const value = given === undefined ? '–' : `${figure(given.value)} ${given.unit}`;
    return [figure(at), what, value, given?.raised === true ? 'yes' : 'no', does];
  });
  const head = [
    'reached at, events a second',
    'what',
    'limit by default',
    'raised on request',
    'what is done about it',
  ];
  return table(head, rows);
}

/** What the default path needs at each rate. */
function ratesTable(measured: Measured, limits: Limits): string {
  const reached = reachedBy(measured, limits).filter(unlimited);
  const rows = RATES.map((rate) => {
    const over = reached.filter(({ at }) => at <= rate);
    return [
      figure(rate),
      figure(rate * ASSUMED.hottestShare),
      figure(rate * measured.hindsight.writeUnits),
      figure((rate * ASSUMED.functionsMs) / 1000),
      figure(daysUntilFull(rate, measured, limits)),
      over.length === 0 ? 'nothing' : over.map(({ limit }) => `\`${limit}\``).join(', '),
    ];
  });
  const head = [
    'events a second',
    'of the hottest product',
    'write units a second',
    'functions at a time',
    'days until the hottest has 10 GB',
    'over the limit by default',
  ];
  return table(head, rows);
}

/** How long an event of the hottest product waits. If fewer are stored than come in, the queue grows without end. */
const waited = ({ storedShare, median, p99 }: Outcome): string =>
  storedShare < 0.97
    ? `${figure(storedShare * 100)} % stored, the queue grows`
    : `${figure(median)} / ${figure(p99)} ms`;

function simulationTable(measured: Measured, { limits }: Limits): string {
  const rows = RATES.map((rate) => {
    const product = {
      rate: rate * ASSUMED.hottestShare,
      unitsOf: (events: number) => unitsOf(events, measured),
      unitsPerSecond: limits.partitionWriteUnits.value,
      appendMs: ASSUMED.appendMs,
    };
    return [figure(rate), ...WAYS.map((way) => waited(simulate(product, way, SECONDS, randomFrom(SEED))))];
  });
  return table(['events a second', ...WAYS.map(({ name }) => name)], rows);
}

/** The same loads where a limit is lower. */
export function narrowerReached(
  measured: Measured,
  { limits, ...rest }: Limits,
): readonly (Reached & { readonly where: string; readonly value: number })[] {
  return rest.narrower.map(({ limit, where, value }) => {
    const lower = { ...rest, limits: { ...limits, [limit]: { ...limits[limit], value } } };
    const reached = reachedBy(measured, lower).find((one) => one.limit === limit);
    if (reached === undefined) throw new Error(`no load reaches ${limit}`);
    return { ...reached, where, value };
  });
}

function narrowerTable(measured: Measured, limits: Limits): string {
  const rows = narrowerReached(measured, limits).map(({ at, what, value, limit, where }) => [
    where,
    what,
    `${figure(value)} ${limits.limits[limit as LimitName].unit}`,
    figure(at),
  ]);
  return table(['where', 'what', 'limit', 'reached at, events a second'], rows);
}

/** The tables of docs/reference/capacity.md. */
export function capacityTables(measured: Measured, limits: Limits): string {
  return [
    `Limits as documented on ${limits.asOf} (\`docs/limits.json\`), in the order in which a growing load reaches them:`,
    limitsTable(measured, limits),
    'That is us-east-1, with an account and a table that have been used. Lower are:',
    narrowerTable(measured, limits),
    'From 10 to 100,000 events a second, by EXPRESS:',
    ratesTable(measured, limits),
    `The hottest product, simulated for ${SECONDS} seconds: what half of its events and what 99 of 100 wait, at most.`,
    simulationTable(measured, limits),
  ].join('\n\n');
}
