import { decimalText, fieldNames, instant, productIdSchema, stateFields } from '@hindsight/domain';
import { z } from 'zod';

/** Building blocks of responses and problems, as schemas. */

/** The schema name of an event type. */
export const titled = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

export const decimal = decimalText;
export const time = instant;
export const version = z.int().min(1);
export const productId = productIdSchema;

const fields = Object.fromEntries(fieldNames.map((name) => [name, stateFields[name].schema]));

/** The schema name of a field of the state. */
export const fieldName = z.enum(fieldNames);

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
    ...fields,
    conflicts: z
      .array(z.strictObject(conflictFields))
      .optional()
      .meta({ description: 'Present while a shortage that was accepted by onConflict=flag lasts.' }),
  })
  .meta({ id: 'State' });

const total = (what: string) =>
  z
    .int()
    .min(0)
    .nullable()
    .meta({ description: `The number of ${what}, up to 1,000; null: more.` });

/** At most 100 entries; the first and the deepest are marked. */
const conflicts = z.array(
  z.strictObject({
    ...conflictFields,
    first: z.literal(true).optional(),
    deepest: z.literal(true).optional(),
  }),
);

/** Something an append accepted but did not apply, or something its sender may not have intended. */
export const notices = z
  .array(
    z.strictObject({
      code: z.string().meta({ description: 'Stable: compare this.' }),
      detail: z.string().meta({ description: 'A sentence for people.' }),
      path: z.string().optional().meta({ description: 'The field that it is about.' }),
    }),
  )
  .meta({
    description:
      'What the append carried but did not apply, or what its sender may not have meant: an attribute that stays as it is, another currency, a time far ahead or long ago, a changed variance of a later count.',
  });

/** Changes with which a refused shipment would fit. */
export const remedies = z
  .strictObject({
    possibleFrom: time
      .optional()
      .meta({ description: 'The earliest moment, not before the asked one, at which it would fit.' }),
    fits: decimal.meta({ description: 'The greatest quantity that fits at the asked moment.' }),
    needs: z.strictObject({ quantity: decimal, by: time }).meta({
      description: 'The smallest receipt that would make it fit, and when it must have come at the latest.',
    }),
  })
  .meta({
    id: 'Remedies',
    description: 'What would make the shipment fit. All of it is true when it is given.',
  });

export const adjustment = z
  .strictObject({
    effectiveFrom: time,
    eventsAffected: z.int().min(0),
    before: state
      .nullable()
      .meta({ description: 'The state at the moment of recording, without this append.' }),
    after: state.nullable(),
    changes: z.array(
      z.strictObject({
        from: time,
        to: time.nullable().meta({ description: 'null: it lasts.' }),
        field: z
          .enum([...fieldNames, 'variance'])
          .meta({ description: 'A field of the state, or what a later count found.' }),
        before: z.unknown(),
        after: z.unknown(),
        eventId: z.string().optional().meta({ description: 'The count, if `field` is `variance`.' }),
      }),
    ),
    changesTotal: total('changes'),
    conflicts,
    conflictsTotal: total('conflicts'),
  })
  .meta({
    id: 'Adjustment',
    description:
      'What a late event changes in the past. The lists have at most 100 entries, the totals count all.',
  });

export const settled = z.boolean().meta({
  description:
    'Whether the answer about `asOf` and `knownAt` is final: no event can be recorded any more that would change it.',
});

/** Of answers that are not about one `asOf` and one `knownAt`. */
export const settledPage = z.boolean().meta({
  description:
    'Whether what was known at the recorded times of the answer is final: no event can be recorded any more that would change it.',
});

export const nextCursor = z
  .string()
  .nullable()
  .meta({ description: 'Give it as `cursor` for the next page; null at the end.' });
