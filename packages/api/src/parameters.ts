import { productIdSchema } from '@hindsight/domain';
import { z } from 'zod';
import type { DocumentSettings } from './settings';
import { time, tz } from './times';

/**
 * Parameters and headers of requests. The gateway parses requests with these schemas, and the document is
 * generated from them.
 */

const HTTP_DATE = String.raw`^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$`;

/** A whole number in decimal digits. */
export const integer = (least: number, most: number) =>
  z
    .string()
    .transform((text, context) => {
      const number = /^\d{1,16}$/.test(text) ? Number(text) : NaN;
      if (number >= least && number <= most) return number;
      const message = `must be a whole number from ${least} to ${most}`;
      context.issues.push({ code: 'custom', message, input: text });
      return z.NEVER;
    })
    .meta({ override: { type: 'integer', minimum: least, maximum: most } });

export const oneOf = <const T extends readonly [string, ...string[]]>(...values: T) =>
  z.enum(values, { error: `must be ${values.join(' or ')}` });

/** `true` or `false`. */
const flag = () =>
  z
    .string()
    .transform((text, context) => {
      if (text === 'true' || text === 'false') return text === 'true';
      context.issues.push({ code: 'custom', message: 'must be true or false', input: text });
      return z.NEVER;
    })
    .meta({ override: { type: 'boolean' } });

/** Several values, repeated or separated by commas; sorted by name, without duplicates. */
export const someOf = (values: readonly string[]) =>
  z
    .array(z.string())
    .transform((given, context) => {
      if (given.every((value) => values.includes(value))) return [...new Set(given)].sort();
      const message = `must be one or more of ${values.join(', ')}`;
      context.issues.push({ code: 'custom', message, input: given });
      return z.NEVER;
    })
    .meta({ override: { type: 'array', minItems: 1, items: { type: 'string', enum: values } } });

/** The execution in the URL. */
export const executionPath = z.object({
  name: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,80}$/)
    .meta({ description: 'The name of the execution, from `Location` of the append.', examples: ['a1b2c3'] }),
});

/** The product in the URL. */
export const productPath = z.object({
  productId: productIdSchema.meta({ description: 'The product, such as a SKU.', examples: ['lamp'] }),
});

const known = {
  tz,
  knownAt: time('Only events that were recorded at or before this moment count. Absent: all.', 'last'),
  version: integer(1, Number.MAX_SAFE_INTEGER)
    .optional()
    .meta({ description: 'Only events through this version count. Not together with `knownAt`.' }),
};

/** Reports what is wrong with a parameter. */
export type Refuse = (name: string, message: string) => void;

/** What is known is limited either by a time or by a version, not by both. */
export function oneOfKnown(query: { knownAt?: unknown; version?: unknown }, refuse: Refuse): void {
  if (query.knownAt !== undefined && query.version !== undefined)
    refuse('version', 'cannot be combined with knownAt: give one of the two');
}

export const stateQuery = z.object({
  asOf: time('The effective time, inclusive. Absent: now.', 'last'),
  ...known,
});

export const formats = oneOf('json', 'ndjson', 'csv').optional().meta({
  description: 'The format, instead of `Accept`: for addresses that a browser opens.',
});

export const limitOf = ({ defaultPage, largestPage }: DocumentSettings) =>
  integer(1, largestPage)
    .default(defaultPage)
    .meta({ description: `The maximum number of items on the page. Default: \`${defaultPage}\`.` });

export const sealedCursor = z.string().optional().meta({
  description: '`nextCursor` of the previous page, with otherwise the same parameters.',
  pattern: '^[A-Za-z0-9_-]+$',
});

const paging = (settings: DocumentSettings) => ({
  direction: oneOf('forward', 'backward').default('forward').meta({ description: 'Oldest or newest first.' }),
  limit: limitOf(settings),
  cursor: sealedCursor,
  from: time('The earliest time, inclusive: effective or recorded, as the list is ordered.', 'first'),
  to: time('The latest time, exclusive. Must be after `from`.', 'next'),
  tz,
});

export const eventsQuery = (settings: DocumentSettings, eventTypes: readonly string[]) =>
  z.object({
    order: oneOf('recorded', 'effective').default('recorded').meta({
      description:
        '`recorded`: the log as it was written, corrections included. `effective`: the events that count, after corrections.',
    }),
    ...paging(settings),
    type: someOf(eventTypes)
      .optional()
      .meta({ description: 'Only these types; repeat the parameter, or separate them by commas.' }),
    knownAt: known.knownAt.meta({
      description:
        'Only with `order=effective`: only events that were recorded at or before this moment count.',
    }),
    version: known.version.meta({
      description:
        'Only with `order=effective`: only events through this version count. Not together with `knownAt`.',
    }),
  });

type ListQuery = Partial<z.output<ReturnType<typeof eventsQuery>>>;

/** Rules across the parameters of a list; `order` is absent if the list has only one order. */
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
    description: 'Start after this version; 0: at the first event. Absent: at the next new event.',
  }),
  adjustments: flag().default(true).meta({
    description: '`false`: events only, without messages about what late events changed. Default: `true`.',
  }),
});

export const tailHeaders = z.object({
  'Last-Event-ID': z
    .string()
    .optional()
    .meta({
      description:
        'The id of the last message received; an EventSource sends it by itself. Takes precedence over `after`.',
      pattern: String.raw`^\d{1,12}\+?$`,
      examples: ['7'],
    }),
});

export const dryRun = (description: string) =>
  flag()
    .default(false)
    .meta({ description: `${description} Default: \`false\`.` });

export const appendQuery = z.object({
  dryRun: dryRun(
    'Return what the append would return, and store nothing. Needs the scope `state:read` as well.',
  ),
  onConflict: oneOf('reject', 'flag').optional().meta({
    description:
      'What to do if the append would violate a rule: refuse it, or store it and flag the conflict. Absent: `reject`.',
  }),
  onLate: oneOf('reject', 'carry', 'reopen').optional().meta({
    description:
      'What to do with an event that takes effect in a closed period. `reject`: refuse it. `carry`: record it at the first open instant, with `carriedFrom`; corrections are refused. `reopen`: record it where it belongs; needs the scope `events:write:closed`. Absent: `reject`.',
  }),
});

const ENTITY_TAGS = String.raw`^(\*|(W/)?"[!#-~]*"([\t ]*,[\t ]*(W/)?"[!#-~]*")*)$`;

export const appendHeaders = z.object({
  'Idempotency-Key': z
    .string()
    .optional()
    .meta({
      description:
        'The eventId of an event without one; of several, `key`, `key:1`, `key:2` and so on. Of several it has at most 125 characters. With another batch it is 409. It never expires.',
      minLength: 1,
      maxLength: 128,
      pattern: '^[!-~]([ -~]*[!-~])?$',
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
        '`respond-async`: start the append in the background and return 202 with the address of the execution.',
      examples: ['respond-async'],
    }),
});

export const conditionalHeaders = z.object({
  'If-None-Match': z
    .string()
    .optional()
    .meta({
      description: 'One or more ETags; 304 if the answer still has one of them.',
      examples: ['"3"'],
    }),
});

export const stateHeaders = conditionalHeaders.extend({
  'Accept-Datetime': z
    .string()
    .optional()
    .meta({
      description: '`asOf` in the format of RFC 7089, to the second; `asOf` in the address takes precedence.',
      pattern: HTTP_DATE,
      examples: ['Mon, 23 Nov 2026 09:30:00 GMT'],
    }),
});
