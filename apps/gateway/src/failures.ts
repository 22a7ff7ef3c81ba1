import type { Failure, FailureName } from '@hindsight/workflow';
import { z } from 'zod';
import { Problem, unavailable } from './problems';

function hasConflicts(value: unknown): boolean {
  return (
    typeof value === 'object' && value !== null && 'conflicts' in value && Array.isArray(value.conflicts)
  );
}

/** The fields of a failure's cause that clients may see; the rest stays internal. */
const causeSchema = z
  .object({
    detail: z.string(),
    errors: z.array(z.object({ path: z.string(), message: z.string(), productId: z.string().optional() })),
    productId: z.string(),
    rule: z.string().regex(/^[a-z0-9-]{1,64}$/),
    adjustment: z.custom<{ readonly conflicts: readonly unknown[] }>(hasConflicts),
    remedies: z.record(z.string(), z.unknown()),
    eventId: z.string(),
    closingId: z.string(),
    closedThrough: z.string(),
    version: z.number(),
    currentVersion: z.number(),
    index: z.number(),
    targetEventId: z.string(),
  })
  .partial();
type Cause = z.output<typeof causeSchema>;

function causeOf(text: string): Cause {
  try {
    return causeSchema.safeParse(JSON.parse(text)).data ?? {};
  } catch {
    // The cause of a failed execution is a code: of a broken rule, the rule's.
    return causeSchema.safeParse({ rule: text }).data ?? {};
  }
}

const NOT_KNOWN = 'no answer came from the workflow; the events may or may not have been stored';

/** Errors of AWS itself, which are likely temporary. */
const PASSING = /^(States\.(Timeout|TaskFailed|HeartbeatTimeout)$|(Lambda|DynamoD[bB])\.)/;

/** 503 for an append whose outcome is unknown. */
export const lostAnswer = (): Problem => unavailable(NOT_KNOWN);

/** 503 for a product with events that only newer code can read. */
export const codeTooOld = (detail: string): Problem =>
  new Problem('code-too-old', detail, { headers: { 'Retry-After': '60' } });

/** A rule without a problem type of its own is identified by `rule`. */
function ruleBroken({ detail = 'a rule would be broken', rule, ...cause }: Cause): Problem {
  const { productId, adjustment, remedies } = cause;
  return new Problem(rule === 'insufficient-stock' ? rule : 'rule-broken', detail, {
    members: { productId, rule, adjustment, remedies },
  });
}

/**
 * The workflow reports a single expected version; the client may have sent several, or one that can't exist.
 */
function versionConflict({ currentVersion = 0 }: Cause): Problem {
  return versionConflictAt(currentVersion);
}

/** 412 with the head version in the body and, if there is one, as the `ETag`. */
export function versionConflictAt(
  currentVersion: number,
  detail = currentVersion === 0
    ? 'the product does not exist'
    : `the product is at version ${currentVersion}`,
): Problem {
  return new Problem('version-conflict', detail, {
    members: { currentVersion },
    headers: currentVersion > 0 ? { ETag: `"${currentVersion}"` } : {},
  });
}

/**
 * An internal failure of a task (ProcessingFailed) is 503, not 500: the usual causes are temporary, and a
 * retry with the same ids is safe.
 */
const byError: Readonly<Record<FailureName, (cause: Cause) => Problem>> = {
  InvalidEvent: ({ detail = 'an event is not valid', errors = [] }) =>
    new Problem('invalid-event', detail, { members: { errors } }),
  UnknownEventType: ({ detail = 'unknown event type', errors = [] }) =>
    new Problem('unknown-event-type', detail, { members: { errors } }),
  RuleBroken: ruleBroken,
  EventIdReused: (cause) => {
    const { productId, eventId, version } = cause;
    const { detail = 'the event id is already used for a different event' } = cause;
    return new Problem('event-id-reused', detail, { members: { productId, eventId, version } });
  },
  VersionConflict: versionConflict,
  TargetNotFound: (cause) => {
    const { detail = 'the target event was not found', productId, index, targetEventId } = cause;
    return new Problem('target-not-found', detail, { members: { productId, index, targetEventId } });
  },
  LateNotAllowed: ({ detail = 'the append is too far from now', productId }) =>
    new Problem('late-events-not-allowed', detail, {
      members: { productId },
      headers: {
        'WWW-Authenticate': 'Bearer realm="hindsight", error="insufficient_scope", scope="events:write:late"',
      },
    }),
  PeriodClosed: ({ detail = 'the period is closed', ...cause }) => {
    const { productId, eventId, closingId, closedThrough } = cause;
    return new Problem('period-closed', detail, {
      members: { productId, eventId, closingId, closedThrough },
    });
  },
  Contention: ({ detail = 'other appends to this product were faster' }) =>
    new Problem('contention', detail, { headers: { 'Retry-After': '1' } }),
  TooLarge: ({ detail = 'the events are more than one append can carry' }) =>
    new Problem('payload-too-large', detail),
  ProductFull: ({ detail = 'the store has no room for more of this product' }) =>
    new Problem('product-full', detail),
  WriteRejected: () => new Problem('internal-error', 'the store rejected the write; nothing was stored'),
  CodeTooOld: ({ detail = 'this code is too old for the events of the product' }) => codeTooOld(detail),
  StoreUnavailable: lostAnswer,
  ProcessingFailed: lostAnswer,
};

const isKnown = (error: string): error is FailureName => Object.hasOwn(byError, error);

/**
 * Maps a failed execution to the problem that the client receives.
 * @param readsState false: a broken rule is named, without the state that it shows, because the caller may only write
 */
export function problemOf({ error, cause }: Pick<Failure, 'error' | 'cause'>, readsState: boolean): Problem {
  if (error === 'RuleBroken' && !readsState) {
    const { rule } = causeOf(cause);
    return ruleBroken({ rule, detail: `the rule ${rule ?? 'of a product'} would be broken` });
  }
  if (isKnown(error)) return byError[error](causeOf(cause));
  if (PASSING.test(error)) return lostAnswer();
  return new Problem('internal-error', 'the workflow ended in a way that the gateway does not know');
}
