import type { Refusal } from '@hindsight/event-log';

/** How an execution can fail. The names are a contract: clients of the state machine match on them. */
export const failures = {
  InvalidEvent: 'InvalidEvent',
  UnknownEventType: 'UnknownEventType',
  RuleBroken: 'RuleBroken',
  EventIdReused: 'EventIdReused',
  VersionConflict: 'VersionConflict',
  TargetNotFound: 'TargetNotFound',
  /** Others wrote to the product at every try; nothing was stored. */
  Contention: 'Contention',
  /** The table or a function could not be reached or is throttled; unknown whether anything was stored. */
  StoreUnavailable: 'StoreUnavailable',
  /** A fault of this software. */
  ProcessingFailed: 'ProcessingFailed',
} as const;

export type FailureName = keyof typeof failures;

/** The cause of a failed execution, a JSON text. */
export interface Failure {
  readonly error: string;
  readonly cause: string;
}

/** What the service allows a cause to be, in characters. */
const CAUSE_LIMIT = 32_000;

type RuleBroken = Extract<Refusal, { error: 'RuleBroken' }>;

/** The latest changes go first, then the latest conflicts; the first and the deepest conflict stay. */
function shortened(refusal: RuleBroken): RuleBroken {
  const { changes, conflicts } = refusal.adjustment;
  if (changes.length > 0) {
    return {
      ...refusal,
      adjustment: { ...refusal.adjustment, changes: changes.slice(0, Math.floor(changes.length * 0.8)) },
    };
  }
  const marked = conflicts.filter(({ first, deepest }) => first ?? deepest);
  const plain = conflicts.filter(({ first, deepest }) => !(first ?? deepest));
  const kept = [...marked, ...plain.slice(0, Math.floor(plain.length * 0.8))];
  const sorted = kept.sort((a, b) =>
    a.effectiveAt < b.effectiveAt ? -1 : a.effectiveAt > b.effectiveAt ? 1 : a.version - b.version,
  );
  return { ...refusal, adjustment: { ...refusal.adjustment, conflicts: sorted } };
}

/** A refusal as the failure of an execution, its lists cut to what a cause may hold; their totals stay. */
export function failureOf(refusal: Refusal): Failure {
  const { error, ...rest } = refusal;
  const cause = JSON.stringify(rest);
  if (cause.length <= CAUSE_LIMIT || refusal.error !== 'RuleBroken') return { error, cause };
  return failureOf(shortened(refusal));
}
