import { z } from 'zod';
import { stockRow } from './schemas';
import { decimal, nextCursor, productId, time } from './values';

/** Answers about closings. */

export const closing = z
  .strictObject({
    closingId: z.string(),
    name: z.string().nullable(),
    asOf: time.meta({ description: 'The last effective time that it closes.' }),
    status: z.enum(['closing', 'closed', 'reopened']).meta({
      description:
        '`closing`: the period is locked, and its report is not stored yet. `closed`: it is. `reopened`: events may take effect there again.',
    }),
    begunAt: time,
    begunBy: z.string(),
    knownAt: time.nullable().meta({
      description: 'The recorded time of the report; null: not chosen yet.',
    }),
    products: z.int().min(0).nullable().meta({
      description: 'The rows of the report; null: it is not stored.',
    }),
    closedAt: time.nullable().meta({ description: 'When the report was stored; null: not yet.' }),
    reopenedAt: time.nullable(),
    reopenedBy: z.string().nullable(),
  })
  .meta({ id: 'Closing' });

export const closings = z
  .strictObject({
    closings: z.array(closing),
    closedThrough: time.nullable().meta({
      description: 'Everything at or before this effective time is closed; null: nothing is.',
    }),
  })
  .meta({ id: 'Closings' });

const listed = (what: string) => `The first 100 of them: ${what}`;

export const closingPreview = z
  .strictObject({
    dryRun: z.literal(true),
    closingId: z.string(),
    name: z.string().nullable(),
    asOf: time,
    products: z.int().min(0).meta({ description: 'Products that the report would have as of now.' }),
    settledThrough: time.nullable().meta({
      description:
        'Answers about what was known until then are final. null: none is, since a product is set aside, or the views are not complete.',
    }),
    setAside: z.array(productId).meta({
      description: "Products that can't be indexed; a closing waits until there is none.",
    }),
    belowZero: z
      .array(z.strictObject({ productId, quantity: decimal }))
      .meta({ description: listed('products whose stock is below zero at `asOf`.') }),
    belowZeroTotal: z.int().min(0),
    conflicts: z
      .array(
        z.strictObject({
          productId,
          rule: z.string(),
          deficit: decimal,
          eventId: z.string(),
          effectiveAt: time,
        }),
      )
      .meta({ description: listed('rules that are broken at `asOf`, and the event since which they are.') }),
    conflictsTotal: z.int().min(0),
  })
  .meta({ id: 'ClosingPreview', description: 'What is missing for a closing.' });

export const closingReport = z
  .strictObject({
    closing,
    products: z.array(stockRow),
    nextCursor,
  })
  .meta({ id: 'ClosingReport' });
