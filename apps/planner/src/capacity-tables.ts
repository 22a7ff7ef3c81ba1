import { ASSUMED, daysUntilFull, reachedBy, unitsOf, type Reached } from './capacity';
import type { Limits, Measured } from './facts';
import { randomFrom, simulate, type Outcome, type Way } from './simulate';
import { figure, table } from './table';

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

/** What the default path comes to at each rate. */
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

/** What an event of the hottest product waits; where less is stored than comes in, the line grows for ever. */
const told = ({ storedShare, median, p99 }: Outcome): string =>
  storedShare < 0.97
    ? `${figure(storedShare * 100)} % stored, the line grows`
    : `${figure(median)} / ${figure(p99)} ms`;

function simulationTable(measured: Measured, { limits }: Limits): string {
  const rows = RATES.map((rate) => {
    const product = {
      rate: rate * ASSUMED.hottestShare,
      unitsOf: (events: number) => unitsOf(events, measured),
      unitsPerSecond: limits.partitionWriteUnits.value,
      appendMs: ASSUMED.appendMs,
    };
    return [figure(rate), ...WAYS.map((way) => told(simulate(product, way, SECONDS, randomFrom(SEED))))];
  });
  return table(['events a second', ...WAYS.map(({ name }) => name)], rows);
}

/** The tables of docs/capacity.md. */
export function capacityTables(measured: Measured, limits: Limits): string {
  return [
    `Limits as documented on ${limits.asOf} (\`docs/limits.json\`), in the order in which a growing load reaches them:`,
    limitsTable(measured, limits),
    'From 10 to 100,000 events a second, by EXPRESS:',
    ratesTable(measured, limits),
    `The hottest product, simulated for ${SECONDS} seconds: what half of its events and what 99 of 100 wait, at most.`,
    simulationTable(measured, limits),
  ].join('\n\n');
}
