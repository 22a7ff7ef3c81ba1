import { productIdSchema } from '@hindsight/domain';
import { z } from 'zod';

/** What answers and problems are made of, as schemas. */

/** The name of a type's schema. */
export const titled = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

export const decimal = z
  .string()
  .regex(/^-?(0|[1-9]\d*)(\.\d*[1-9])?$/)
  .meta({ description: 'An exact decimal: no exponent, no trailing zeros.', examples: ['150', '0.5', '-3'] });
export const time = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/)
  .meta({
    format: 'date-time',
    description: 'UTC, to the millisecond.',
    examples: ['2026-11-23T09:30:00.000Z'],
  });
export const version = z.int().min(1);
export const productId = productIdSchema;

export const money = z.strictObject({ amount: decimal, currency: z.string() }).meta({ id: 'Money' });

const conflictFields = {
  rule: z.string(),
  deficit: decimal,
  eventId: z.string(),
  version,
  effectiveAt: time,
};

export const state = z
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

/** At most 100; the first and the deepest are marked. */
export const conflicts = z.array(
  z.strictObject({
    ...conflictFields,
    first: z.literal(true).optional(),
    deepest: z.literal(true).optional(),
  }),
);

export const adjustment = z
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
    conflicts,
    conflictsTotal: z.int().min(0),
  })
  .meta({
    id: 'Adjustment',
    description:
      'What a late event changes in the past. The lists have at most 100 entries, the totals count all.',
  });
