import type { LimitName, Limits, Measured } from './facts';

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

/** Write units of one append of so many events, from those of one event and those of a whole batch. */
export function unitsOf(events: number, { hindsight }: Measured): number {
  const each = (hindsight.batchOf25WriteUnits - hindsight.writeUnits) / (ASSUMED.batch - 1);
  return hindsight.writeUnits + (events - 1) * each;
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
