import { assert } from '@hindsight/bitemporal';
import {
  eventIdSchema,
  parseAct,
  parseSent,
  printable,
  type ConflictPolicy,
  type InputError,
  type Refused,
  type Registry,
  type SentEvent,
} from '@hindsight/domain';
import type { LatePolicy } from '@hindsight/event-log';
import type { ActCommand, ActPart, AppendCommand } from './product-log';
import * as z from 'zod';
import { invalidInput, tooLarge, type Failure } from './failures';
import { fits } from './payload';
import { eventsIn, FORMATS, type Format } from './ways-in/envelopes';
import { keyed, naming } from './ways-in/keyed';

/** The fields that all log lines about one append share, from the request to the stored event. */
export interface Trace {
  readonly requestId?: string | undefined;
  /** The name of the execution. */
  readonly execution?: string | undefined;
  /** Of the W3C's Trace Context. */
  readonly traceparent?: string | undefined;
}

/** The gateway's request to the workflow: events of one product, or an act, whose events name their products. */
export type WorkflowRequest = RequestOptions &
  ({ readonly productId: string; readonly act?: never } | { readonly act: true; readonly productId?: never });

interface RequestOptions {
  /** An event, an array of 1 to 25, an EventBridge envelope or a CloudEvent. */
  readonly body: unknown;
  /** The declared format of the body. Absent: each event is recognized by its fields. */
  readonly format?: Format | undefined;
  /** The caller that records the events. */
  readonly recordedBy?: string | undefined;
  /** Names the events that have no id. */
  readonly idempotencyKey?: string | undefined;
  /** The head version that the append must find; 0: the product must not exist yet. Not in an act. */
  readonly expectedVersion?: number | undefined;
  readonly dryRun?: boolean | undefined;
  readonly onConflict?: ConflictPolicy | undefined;
  /** False: the caller may not change the past. Absent: may. */
  readonly allowLate?: boolean | undefined;
  /** What to do with an event in a closed period. Absent: refuse it. The caller may reopen. */
  readonly onLate?: LatePolicy | undefined;
  readonly trace?: Trace | undefined;
  /**
   * The output of the execution tells a refusal, with all details. Absent: the execution fails by the name of the refusal,
   * with a code as its cause. The state machine itself reads it.
   */
  readonly answerRefusals?: true | undefined;
}

/** The input from an EventBridge rule: the unchanged envelope. */
export interface EventBridgeEnvelope {
  readonly id?: string;
  readonly detail: { readonly ProductEvent: unknown };
}

/** The input of an execution. */
export type WorkflowInput = WorkflowRequest | EventBridgeEnvelope;

/** The output of ValidateEvent: the next state, and its input. */
export type Validated = Judged & { readonly trace: Trace };

type Judged =
  | { readonly route: string; readonly command: AppendCommand | ActCommand; readonly attempt: 0 }
  | { readonly route: string; readonly failure: Failure };

export const INVALID_ROUTE = 'invalid';
export const BATCH_ROUTE = 'batch';
/** Prefixed, so that no type name can be confused with one of the other routes. */
export const routeOf = (eventType: string): string => `type:${eventType}`;

/** Written to log lines unchanged. */
const word = z.string().regex(/^[A-Za-z0-9._:-]{1,128}$/);

const request = z.strictObject({
  productId: z.string().optional(),
  act: z.boolean().default(false),
  body: z.unknown().optional(),
  format: z.enum(FORMATS).optional(),
  recordedBy: printable(256).optional(),
  idempotencyKey: z.string().optional(),
  expectedVersion: z.int().min(0).optional(),
  dryRun: z.boolean().default(false),
  onConflict: z.enum(['reject', 'flag']).optional(),
  allowLate: z.boolean().default(true),
  onLate: z.enum(['reject', 'carry', 'reopen']).default('reject'),
  trace: z.strictObject({ requestId: word, execution: word, traceparent: word }).partial().optional(),
  answerRefusals: z.literal(true).optional(),
});

function invalid(errors: readonly InputError[], unknownType?: string): Judged {
  if (unknownType === undefined)
    return { route: INVALID_ROUTE, failure: invalidInput('InvalidEvent', errors) };
  return { route: routeOf(unknownType.slice(0, 128)), failure: invalidInput('UnknownEventType', errors) };
}

const isEnvelope = (value: unknown): value is { id?: unknown; detail: unknown } =>
  typeof value === 'object' && value !== null && 'detail' in value;

const envelopeId = (body: unknown): string | undefined =>
  isEnvelope(body) && typeof body.id === 'string' ? body.id : undefined;

/** The trace of an envelope that started an execution directly: its id is the only identifier available. */
function traceOf(input: unknown): Trace {
  const id = word.safeParse(envelopeId(input));
  return id.success ? { requestId: id.data } : {};
}

interface Defaults {
  readonly newId: () => string;
  /** The deployment's conflict policy if the request does not specify one. */
  readonly onConflict: ConflictPolicy;
  /** Records the events of envelopes that start an execution: the rule of the event bus. */
  readonly bus?: string;
}

type Asked = z.output<typeof request>;

/** The events of a request by product: one part, if it is not an act. */
type Read =
  | {
      readonly ok: true;
      readonly parts: readonly ActPart[];
      /** Ids that were made here, for events that came without one. */
      readonly newIds: readonly string[];
    }
  | Refused;

const refused = (path: string, message: string): Refused => ({ ok: false, errors: [{ path, message }] });
const refusedKey = (message: string): Refused => refused('Idempotency-Key', message);

function parsed(
  registry: Registry,
  asked: Asked,
  { sent, newId }: Sending,
): { readonly ok: true; readonly parts: readonly ActPart[] } | Refused {
  const { act, productId } = asked;
  if (act) return parseAct(registry, sent, newId);
  const one = parseSent(registry, sent, { newId, ...(productId !== undefined && { productId }) });
  return one.ok ? { ok: true, parts: [{ productId: one.productId, events: one.events }] } : one;
}

interface Sending {
  readonly sent: readonly SentEvent[];
  readonly newId: (productId?: string) => string;
}

/** The events of a request with their ids. */
function eventsOf(registry: Registry, asked: Asked, defaults: Defaults): Read {
  const { body, format, act, productId, expectedVersion, idempotencyKey: key } = asked;
  const problem = eventIdSchema.optional().safeParse(key).error?.issues[0]?.message;
  if (problem !== undefined) return refusedKey(problem);
  if (act && productId !== undefined) return refused('productId', 'is named by each event of an act');
  if (act && expectedVersion !== undefined)
    return refused('expectedVersion', 'is the version of one product, and an act may have several');
  const opened = eventsIn(body, format);
  if ('errors' in opened) return { ok: false, errors: opened.errors };
  const { sent } = opened;
  const named: string[] = [];
  const made: string[] = [];
  const newId =
    key === undefined ? () => made[made.push(defaults.newId()) - 1] as string : naming(key, named);
  const read = parsed(registry, asked, { sent, newId });
  if (!read.ok) return read;
  if (key === undefined) return { ...read, newIds: made };
  if (!named.every((id) => eventIdSchema.safeParse(id).success))
    return refusedKey('is too long to name every event of the batch');
  return { ...read, parts: keyed(read.parts, sent), newIds: [] };
}

function judged(registry: Registry, asked: Asked, defaults: Defaults): Judged {
  const { act, dryRun, allowLate, onLate, onConflict = defaults.onConflict, expectedVersion } = asked;
  const read = eventsOf(registry, asked, defaults);
  if (!read.ok) return invalid(read.errors, read.unknownType);
  const [one, ...others] = read.parts;
  assert(one !== undefined, 'a request that is valid has an event');
  const [first] = one.events;
  const isSingle = others.length === 0 && one.events.length === 1;
  const route = isSingle && first ? routeOf(first.eventType) : BATCH_ROUTE;
  const common = {
    recordedBy: asked.recordedBy ?? 'anonymous',
    onConflict,
    dryRun,
    ...(read.newIds.length > 0 && { newIds: read.newIds }),
    ...(!allowLate && { allowLate }),
    ...(onLate !== 'reject' && { onLate }),
  };
  const command: AppendCommand | ActCommand = act
    ? { parts: read.parts, ...common }
    : { ...one, ...common, ...(expectedVersion !== undefined && { expectedVersion }) };
  // The gateway accepts a quarter of this. The event bus accepts the maximum of a state, and defaults add to
  // it.
  if (!fits({ route, command })) return { route: INVALID_ROUTE, failure: tooLarge };
  return { route, command, attempt: 0 };
}

/** Performs all validation: turns an execution's input into a command, or returns all of its errors. */
export function validate(registry: Registry, input: unknown, defaults: Defaults): Validated {
  const read = request.safeParse(isEnvelope(input) ? { body: input, recordedBy: defaults.bus } : input);
  if (!read.success) {
    const errors = read.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
    return { ...invalid(errors), trace: {} };
  }
  const { trace = traceOf(input) } = read.data;
  return { ...judged(registry, read.data, defaults), trace };
}
