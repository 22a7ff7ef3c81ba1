import { z } from 'zod';

/** What the gateway answers, as schemas: the documentation is made of them, and tests hold answers to them. */

const decimal = z
  .string()
  .regex(/^-?(0|[1-9]\d*)(\.\d*[1-9])?$/)
  .meta({ description: 'An exact decimal: no exponent, no trailing zeros.', examples: ['150', '0.5', '-3'] });
const time = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/)
  .meta({
    format: 'date-time',
    description: 'UTC, to the millisecond.',
    examples: ['2026-11-23T09:30:00.000Z'],
  });
const version = z.int().min(1);
const productId = z.string().regex(/^[A-Za-z0-9._-]{1,128}$/);

const money = z.strictObject({ amount: decimal, currency: z.string() }).meta({ id: 'Money' });

const conflictFields = {
  rule: z.string(),
  deficit: decimal,
  eventId: z.string(),
  version,
  effectiveAt: time,
};

const state = z
  .strictObject({
    productId,
    quantity: decimal,
    unitPrice: money.nullable(),
    color: z.string().nullable(),
    size: z.string().nullable(),
    status: z.enum(['available', 'outOfStock']),
    conflicts: z
      .array(z.strictObject(conflictFields))
      .optional()
      .meta({ description: 'Present while a shortage that was accepted by onConflict=flag lasts.' }),
  })
  .meta({ id: 'State' });

const eventReference = z
  .strictObject({ eventId: z.string(), eventType: z.string(), version, effectiveAt: time, recordedAt: time })
  .meta({ id: 'EventReference' });

const recordedEvent = z
  .looseObject({
    eventId: z.string(),
    eventType: z.string(),
    eventCategory: z.literal('inventory'),
    productId,
    version,
    schemaVersion: z.int(),
    effectiveAt: time,
    recordedAt: time,
    correlationId: z.string().optional(),
    causationId: z.string().optional(),
    reason: z.string().optional(),
    metadata: z.record(z.string(), z.string()).optional(),
  })
  .meta({
    id: 'RecordedEvent',
    description: 'An event as it stands in the log, with the fields of its type.',
  });

const appendedEvent = recordedEvent
  .extend({
    variance: decimal.optional().meta({ description: 'What a count found: counted minus expected.' }),
  })
  .meta({ id: 'AppendedEvent' });

const adjustment = z
  .strictObject({
    effectiveFrom: time,
    eventsReplayed: z.int().min(0),
    before: state
      .nullable()
      .meta({ description: 'The state at the moment of recording, without this append.' }),
    after: state.nullable(),
    changes: z.array(
      z.strictObject({
        from: time,
        to: time.nullable().meta({ description: 'null: it lasts.' }),
        field: z.enum(['quantity', 'unitPrice', 'color', 'size', 'status']),
        before: z.unknown(),
        after: z.unknown(),
      }),
    ),
    changesTotal: z.int().min(0),
    conflicts: z.array(
      z.strictObject({
        ...conflictFields,
        first: z.literal(true).optional(),
        deepest: z.literal(true).optional(),
      }),
    ),
    conflictsTotal: z.int().min(0),
  })
  .meta({
    id: 'Adjustment',
    description:
      'What a late event changes in the past. The lists have at most 100 entries, the totals count all.',
  });

export const appended = z
  .strictObject({
    productId,
    version: version.meta({ description: 'The head version after the append.' }),
    events: z.array(appendedEvent),
    state: state
      .nullable()
      .meta({ description: 'The state at the moment of recording; null when no event counts then.' }),
    adjustment: adjustment.optional(),
    dryRun: z.literal(true).optional(),
  })
  .meta({ id: 'Appended' });

export const stateAnswer = z
  .strictObject({
    productId,
    asOf: time,
    knownAt: time.nullable(),
    version: version.meta({ description: 'The last version known at that moment.' }),
    state,
    lastEvent: eventReference.meta({ description: 'The last event that counts, by effective time.' }),
  })
  .meta({ id: 'StateAnswer' });

const nextCursor = z
  .string()
  .nullable()
  .meta({ description: 'Give it as `cursor` for the next page; null at the end.' });

export const eventPage = z
  .strictObject({ productId, events: z.array(recordedEvent), nextCursor })
  .meta({ id: 'EventPage' });

export const timelinePage = z
  .strictObject({
    productId,
    entries: z.array(
      z.strictObject({
        effectiveAt: time,
        event: eventReference,
        state,
        changed: z.array(z.enum(['quantity', 'unitPrice', 'color', 'size', 'status'])),
        variance: decimal.optional(),
      }),
    ),
    nextCursor,
  })
  .meta({ id: 'TimelinePage' });

export const health = z.strictObject({ status: z.literal('ok') });

const check = z.enum(['ok', 'unavailable']);
export const readiness = z.strictObject({
  status: z.literal('ready'),
  checks: z.strictObject({ eventLog: check, workflow: check }),
});

export const problem = z
  .looseObject({
    type: z
      .string()
      .regex(/^\/problems\/[a-z0-9-]+$/)
      .meta({ description: 'Stable; compare this. The address of a page about it.' }),
    title: z.string(),
    status: z.int(),
    detail: z.string().meta({ description: 'What is wrong here, in plain words.' }),
    errors: z
      .array(z.strictObject({ path: z.string(), message: z.string() }))
      .optional()
      .meta({
        description:
          'Where the input is wrong: a parameter, a header, or a path such as `[3].unitPrice.currency`.',
      }),
  })
  .meta({ id: 'Problem', description: 'Problem details (RFC 9457).' });

/** A broken rule: what the append would have changed, and where it would have broken the rule. */
export const brokenRule = problem
  .extend({
    rule: z.string().optional(),
    adjustment: adjustment.optional(),
    conflicts: adjustment.shape.conflicts.optional(),
  })
  .meta({ id: 'Conflict' });

const executionName = z.string().meta({ description: 'Names it; the last part of its address.' });

export const execution = z
  .discriminatedUnion('status', [
    z.strictObject({ execution: executionName, status: z.literal('running') }),
    z.strictObject({ execution: executionName, status: z.literal('succeeded'), result: appended }),
    z.strictObject({
      execution: executionName,
      status: z.literal('failed'),
      problem: brokenRule.meta({ description: 'What the append would have answered.' }),
    }),
  ])
  .meta({ id: 'Execution', description: 'An append in the background.' });
