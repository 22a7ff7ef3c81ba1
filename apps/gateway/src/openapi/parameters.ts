import { z } from 'zod';
import type { Settings } from '../settings';

const time = (description: string) =>
  z
    .string()
    .optional()
    .meta({
      description: `${description} RFC 3339 with an offset; write a "+" as %2B.`,
      format: 'date-time',
      examples: ['2026-11-23T09:30:00Z'],
    });

/** The execution of the address. */
export const executionPath = z.object({ name: z.string().regex(/^[A-Za-z0-9_-]{1,80}$/) });

/** The product of the address. */
export const productPath = z.object({
  productId: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,128}$/)
    .meta({ examples: ['100'] }),
});

const known = {
  knownAt: time('As it was known at this recorded time. Absent: everything known.'),
  version: z
    .int()
    .min(1)
    .optional()
    .meta({ description: 'As it was known through this version. Not together with knownAt.' }),
};

export const stateQuery = z.object({ asOf: time('The effective time, inclusive. Absent: now.'), ...known });

const paging = ({ defaultPage, largestPage }: Settings) => ({
  direction: z.enum(['forward', 'backward']).default('forward'),
  limit: z.int().min(1).max(largestPage).default(defaultPage),
  cursor: z
    .string()
    .optional()
    .meta({ description: 'The `nextCursor` of the page before, with otherwise the same parameters.' }),
  from: time('From this time on, on the axis of the order.'),
  to: time('Before this time.'),
});

export const eventsQuery = (settings: Settings, eventTypes: readonly string[]) =>
  z.object({
    order: z.enum(['recorded', 'effective']).default('recorded').meta({
      description:
        'recorded: the log as it was written, corrections and all. effective: the events that count, after corrections.',
    }),
    ...paging(settings),
    type: z
      .array(z.enum(eventTypes))
      .optional()
      .meta({ description: 'Only these types; repeated or with commas between.' }),
    knownAt: known.knownAt.meta({
      description: 'Only with order=effective: as it was known at this recorded time.',
    }),
    version: known.version.meta({
      description: 'Only with order=effective: as it was known through this version.',
    }),
  });

export const timelineQuery = (settings: Settings) => z.object({ ...paging(settings), ...known });

export const appendQuery = z.object({
  dryRun: z
    .enum(['true', 'false'])
    .default('false')
    .meta({ description: 'Answers what the append would answer, and stores nothing.' }),
  onConflict: z.enum(['reject', 'flag']).optional().meta({
    description:
      'What to do when the adjusted history breaks a rule. Absent: as the deployment says, by default reject.',
  }),
});

export const appendHeaders = z.object({
  'Idempotency-Key': z
    .string()
    .optional()
    .meta({
      description:
        'The eventId of an event without one; of several, `key:0`, `key:1` and so on. Good for ever.',
      examples: ['order-7-line-1'],
    }),
  'If-Match': z
    .string()
    .optional()
    .meta({ description: 'The head version that must be found, in quotes; * for any.', examples: ['"3"'] }),
  'If-None-Match': z.literal('*').optional().meta({ description: 'The product must not exist yet.' }),
  Prefer: z
    .string()
    .optional()
    .meta({
      description:
        'respond-async: start the append, and answer 202 with the address where it can be followed.',
      examples: ['respond-async'],
    }),
});

export const conditionalHeaders = z.object({
  'If-None-Match': z
    .string()
    .optional()
    .meta({ description: 'An ETag; 304 while the state is still that one.', examples: ['"3"'] }),
});
