import { parseTime, productIdSchema } from '@hindsight/domain';
import { z } from 'zod';
import type { DocumentSettings } from './settings';

/** What requests carry beside a body. Requests are read by these schemas, and the documentation is made of them. */

const TIME_HELP = 'must be a time in RFC 3339 with an offset, such as 2026-11-23T09:30:00Z';
/** A `+` in a query string is a space by the time it is read. */
const LOST_PLUS = /^\S+[T\s]\d{2}:\d{2}:\d{2}(\.\d+)? \d{2}:\d{2}$/i;
const PLUS_HELP = '; a "+" in a query string means a space: write it as %2B, or give the time in UTC with Z';

/** Normalised to UTC with milliseconds. */
const time = (description: string) =>
  z
    .string()
    .transform((text, context) => {
      const utc = parseTime(text);
      if (utc !== undefined) return utc;
      const message = LOST_PLUS.test(text) ? TIME_HELP + PLUS_HELP : TIME_HELP;
      context.issues.push({ code: 'custom', message, input: text });
      return z.NEVER;
    })
    .optional()
    .meta({
      description: `${description} RFC 3339 with an offset; write a "+" as %2B.`,
      override: { type: 'string', format: 'date-time', examples: ['2026-11-23T09:30:00Z'] },
    });

/** A whole number, written in digits. */
const integer = (least: number, most: number, fallback?: number) =>
  z
    .string()
    .transform((text, context) => {
      const number = /^\d{1,16}$/.test(text) ? Number(text) : NaN;
      if (number >= least && number <= most) return number;
      const message = `must be a whole number from ${least} to ${most}`;
      context.issues.push({ code: 'custom', message, input: text });
      return z.NEVER;
    })
    .meta({
      override: {
        type: 'integer',
        minimum: least,
        maximum: most,
        ...(fallback !== undefined && { default: fallback }),
      },
    });

const oneOf = <const T extends readonly [string, ...string[]]>(...values: T) =>
  z.enum(values, { error: `must be ${values.join(' or ')}` });

/** Several, repeated or with commas between; read in order of name, each once. */
const someOf = (values: readonly string[]) =>
  z
    .array(z.string())
    .transform((given, context) => {
      if (given.every((value) => values.includes(value))) return [...new Set(given)].sort();
      const message = `must be one or more of ${values.join(', ')}`;
      context.issues.push({ code: 'custom', message, input: given });
      return z.NEVER;
    })
    .meta({ override: { type: 'array', items: { type: 'string', enum: values } } });

/** The execution of the address. */
export const executionPath = z.object({ name: z.string().regex(/^[A-Za-z0-9_-]{1,80}$/) });

/** The product of the address. */
export const productPath = z.object({ productId: productIdSchema.meta({ examples: ['100'] }) });

const known = {
  knownAt: time('As it was known at this recorded time. Absent: everything known.'),
  version: integer(1, Number.MAX_SAFE_INTEGER)
    .optional()
    .meta({ description: 'As it was known through this version. Not together with knownAt.' }),
};

/** Remembers what is wrong with a parameter. */
export type Refuse = (name: string, message: string) => void;

/** What is known, is known through a time or through a version. */
export function oneOfKnown(query: { knownAt?: unknown; version?: unknown }, refuse: Refuse): void {
  if (query.knownAt !== undefined && query.version !== undefined)
    refuse('version', 'cannot be combined with knownAt: give one of the two');
}

export const stateQuery = z.object({ asOf: time('The effective time, inclusive. Absent: now.'), ...known });

const paging = ({ defaultPage, largestPage }: DocumentSettings) => ({
  direction: oneOf('forward', 'backward').default('forward'),
  limit: integer(1, largestPage, defaultPage).default(defaultPage),
  cursor: z
    .string()
    .optional()
    .meta({ description: 'The `nextCursor` of the page before, with otherwise the same parameters.' }),
  from: time('From this time on, on the axis of the order.'),
  to: time('Before this time.'),
});

export const eventsQuery = (settings: DocumentSettings, eventTypes: readonly string[]) =>
  z.object({
    order: oneOf('recorded', 'effective').default('recorded').meta({
      description:
        'recorded: the log as it was written, corrections and all. effective: the events that count, after corrections.',
    }),
    ...paging(settings),
    type: someOf(eventTypes)
      .optional()
      .meta({ description: 'Only these types; repeated or with commas between.' }),
    knownAt: known.knownAt.meta({
      description: 'Only with order=effective: as it was known at this recorded time.',
    }),
    version: known.version.meta({
      description: 'Only with order=effective: as it was known through this version.',
    }),
  });

type ListQuery = Partial<z.output<ReturnType<typeof eventsQuery>>>;

/** What holds across the parameters of a list; `order` is absent where there is one only. */
export function listRules(query: ListQuery, refuse: Refuse): void {
  const { from, to, order } = query;
  if (from !== undefined && to !== undefined && from >= to) refuse('to', 'must be later than from');
  oneOfKnown(query, refuse);
  if (order !== 'recorded') return;
  for (const name of ['knownAt', 'version'] as const)
    if (query[name] !== undefined) refuse(name, 'needs order=effective');
}

export const timelineQuery = (settings: DocumentSettings) => z.object({ ...paging(settings), ...known });

export const tailQuery = z.object({
  after: integer(0, 999_999_999_999).optional().meta({
    description: 'Begin after this version; 0: at the first event. Absent: at the next new event.',
  }),
  adjustments: oneOf('true', 'false')
    .default('true')
    .meta({ description: 'false: events alone, without messages about what late ones changed.' }),
});

export const tailHeaders = z.object({
  'Last-Event-ID': z
    .string()
    .optional()
    .meta({
      description:
        'The id of the last message that was heard; clients that come back send it by themselves. Goes before `after`.',
      examples: ['7'],
    }),
});

export const appendQuery = z.object({
  dryRun: oneOf('true', 'false')
    .default('false')
    .meta({ description: 'Answers what the append would answer, and stores nothing.' }),
  onConflict: oneOf('reject', 'flag').optional().meta({
    description:
      'What to do when the adjusted history breaks a rule. Absent: as the deployment says, by default reject.',
  }),
});

const ENTITY_TAGS = String.raw`^(\*|(W/)?"[!#-~]*"([\t ]*,[\t ]*(W/)?"[!#-~]*")*)$`;

export const appendHeaders = z.object({
  'Idempotency-Key': z
    .string()
    .optional()
    .meta({
      description:
        'The eventId of an event without one; of several, `key`, `key:1`, `key:2` and so on. With another batch it is 409. It never expires.',
      examples: ['order-7-line-1'],
    }),
  'If-Match': z
    .string()
    .optional()
    .meta({
      description:
        'The current version must be one of these ETags, compared strongly; * for any, if the product exists.',
      pattern: ENTITY_TAGS,
      examples: ['"3"'],
    }),
  'If-None-Match': z
    .string()
    .optional()
    .meta({
      description:
        'With *, the product must not exist yet; with ETags, the current version must be none of these.',
      pattern: ENTITY_TAGS,
      examples: ['*'],
    }),
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
    .meta({
      description: 'One ETag or several; 304 while the answer is still one of these.',
      examples: ['"3"'],
    }),
});

export const stateHeaders = conditionalHeaders.extend({
  'Accept-Datetime': z
    .string()
    .optional()
    .meta({
      description: 'asOf as RFC 7089 asks for it, to the second; an asOf in the address wins.',
      examples: ['Mon, 23 Nov 2026 09:30:00 GMT'],
    }),
});
