import { positionKey } from '@hindsight/bitemporal';
import type { Adjustment, Conflict } from '@hindsight/domain';
import { cancellationCodes } from '@hindsight/event-log';

/**
 * Step Functions limits a state's input and output to 262,144 bytes of JSON in UTF-8. It ends an execution
 * that exceeds them with `States.DataLimitExceeded`, which a client would receive as a server error.
 * Therefore this module rejects an append that does not fit before it is stored, with an error name of its
 * own.
 *
 * A dry run must give the same verdict as the append. So anything that differs between the two, and between
 * the attempts of one append, is counted at its maximum size: the trace, the counters, and the fault of a
 * failed write.
 */
const PAYLOAD_LIMIT = 262_144;

/**
 * The events of one append, and the items per event: the event, its id, and the tombstone of a correction.
 */
const MOST_ITEMS = 25 * 3;

/** The maximum that a state can carry in addition to a command or a plan. */
const GREATEST_REST = {
  attempt: 99,
  throttles: 99,
  waitSeconds: 99,
  trace: Object.fromEntries(['requestId', 'execution', 'traceparent'].map((name) => [name, 'x'.repeat(128)])),
  fault: {
    Error: 'DynamoDb.TransactionCanceledException',
    Cause: [
      'Transaction cancelled, please refer cancellation reasons for specific reasons ',
      `[${Array<string>(MOST_ITEMS).fill(cancellationCodes['stream-full'][0]).join(', ')}] `,
      `(Service: DynamoDb, Status Code: 400, Request ID: ${'x'.repeat(128)}, Extended Request ID: null)`,
    ].join(''),
  },
};

const bytesOf = (value: object): number => Buffer.byteLength(JSON.stringify(value));

/** Whether the states that carry this stay within the limit, whatever becomes of the execution. */
export const fits = (carried: object): boolean => bytesOf({ ...carried, ...GREATEST_REST }) <= PAYLOAD_LIMIT;

const fewer = <T>(list: readonly T[]): readonly T[] => list.slice(0, Math.floor(list.length * 0.8));

/** The latest changes go first, then the latest conflicts; the first and the deepest conflict stay. */
export function shortened(adjustment: Adjustment): Adjustment {
  const { changes, conflicts } = adjustment;
  if (changes.length > 0) return { ...adjustment, changes: fewer(changes) };
  const marked = conflicts.filter(({ first, deepest }) => first ?? deepest);
  const kept = [...marked, ...fewer(conflicts.filter(({ first, deepest }) => !(first ?? deepest)))];
  const positionOf = ({ effectiveAt, version }: Conflict) => positionKey({ effectiveAt, version });
  return { ...adjustment, conflicts: kept.sort((a, b) => (positionOf(a) < positionOf(b) ? -1 : 1)) };
}

/** Whether `shortened` has no list entries left to drop. */
export const isShortest = ({ changes, conflicts }: Adjustment): boolean =>
  changes.length === 0 && conflicts.every(({ first, deepest }) => first ?? deepest);
