import type { InputError } from '@hindsight/domain';
import type { Refusal } from './product-log';
import { shortened } from './payload';

/** How an execution can fail. The names are a contract: clients of the state machine match on them. */
export const failures = {
  InvalidEvent: 'InvalidEvent',
  UnknownEventType: 'UnknownEventType',
  RuleBroken: 'RuleBroken',
  EventIdReused: 'EventIdReused',
  VersionConflict: 'VersionConflict',
  TargetNotFound: 'TargetNotFound',
  /** The events, together with their items and their results, exceed the payload limit of an execution. */
  TooLarge: 'TooLarge',
  /** The caller may append, and not change the past. */
  LateNotAllowed: 'LateNotAllowed',
  /** An event takes effect in a closed period, or changes what does. */
  PeriodClosed: 'PeriodClosed',
  /** Others wrote to the product at every try; nothing was stored. */
  Contention: 'Contention',
  /** The store has no room for more of this product. Nothing was stored, and no retry helps. */
  ProductFull: 'ProductFull',
  /**
   * The store rejected the write as invalid. Nothing was stored: a bug in this software or an error in its
   * setup.
   */
  WriteRejected: 'WriteRejected',
  /** The table or a function could not be reached or is throttled; unknown whether anything was stored. */
  StoreUnavailable: 'StoreUnavailable',
  /** The product has events that only newer code can read. Nothing was stored. */
  CodeTooOld: 'CodeTooOld',
  /** A fault of this software. */
  ProcessingFailed: 'ProcessingFailed',
} as const;

export type FailureName = keyof typeof failures;

/** Failures that answer what was sent: nothing is wrong with the system. Every other end of an execution is a fault. */
export const refusals = [
  'InvalidEvent',
  'UnknownEventType',
  'RuleBroken',
  'EventIdReused',
  'VersionConflict',
  'TargetNotFound',
  'TooLarge',
  'LateNotAllowed',
  'PeriodClosed',
] as const satisfies readonly FailureName[];

/**
 * How an append failed. Step Functions logs the cause of every failed execution, whatever its log level, and details
 * quote the events: the cause of a failed execution is the code. Details are in the output of executions whose input
 * asks for them by `answerRefusals`.
 */
export interface Failure {
  readonly error: string;
  /** Of a broken rule, the rule's code; otherwise that of the error. */
  readonly code: string;
  /** All details, a JSON text. */
  readonly cause: string;
}

/** `LateNotAllowed` as `late-not-allowed`. */
const kebab = (name: string): string =>
  name.replace(/(?<=[a-z])[A-Z]/g, (letter) => `-${letter}`).toLowerCase();

/** The limit on a cause, in characters: a little less than the service's. */
const CAUSE_LIMIT = 32_000;

/** A refusal as the failure of an execution, with lists that are cut to the limit of a cause; their totals stay exact. */
export function failureOf(refusal: Refusal): Failure {
  const { error, ...rest } = refusal;
  const { productId, detail } = refusal;
  const cause = JSON.stringify(
    productId === undefined ? rest : { ...rest, detail: `product ${productId}: ${detail}` },
  );
  const code = refusal.error === 'RuleBroken' ? refusal.rule : kebab(error);
  if (cause.length <= CAUSE_LIMIT || refusal.error !== 'RuleBroken') return { error, code, cause };
  return failureOf({ ...refusal, adjustment: shortened(refusal.adjustment) });
}

/** An append that the states of an execution can't carry; several appends of fewer events can. */
export const tooLarge: Failure = {
  error: failures.TooLarge,
  code: kebab(failures.TooLarge),
  cause: JSON.stringify({
    detail:
      'the events, with what is stored and answered of them, are more than one append can carry; send fewer at a time',
  }),
};

/** Errors that an answer lists, at most. */
const ERRORS = 100;

/** A client's text in an error, for people to read: field names may be of any length. */
const clip = (text: string, most: number): string => {
  if (text.length <= most) return text;
  return `${[...text.slice(0, 2 * most)].slice(0, most - 1).join('')}…`;
};

/**
 * Reports the validation errors of an input as an execution's failure, as many of them as a cause has room
 * for.
 */
export function invalidInput(
  error: 'InvalidEvent' | 'UnknownEventType',
  problems: readonly InputError[],
): Failure {
  let errors = problems
    .slice(0, ERRORS)
    .map((error) => ({ ...error, path: clip(error.path, 200), message: clip(error.message, 500) }));
  const [first] = errors;
  const detail = first
    ? `${first.path === '' ? 'the body' : first.path} ${first.message}`
    : 'the event is invalid';
  for (;;) {
    const cause = JSON.stringify({ detail, errors });
    if (cause.length <= CAUSE_LIMIT) return { error, code: kebab(error), cause };
    errors = errors.slice(0, Math.floor(errors.length * 0.8));
  }
}
