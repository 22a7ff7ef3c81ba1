import { parseDecimal, productIdSchema } from '@hindsight/domain';
import { z } from 'zod';
import { formats, limitOf, oneOf, sealedCursor, someOf } from './parameters';
import type { DocumentSettings } from './settings';
import { time, timeOrSettled, tz } from './times';

/** Parameters of the routes across products. */

function text(most: number) {
  const error = `must have 1 to ${most} characters`;
  return z.string().min(1, { error }).max(most, { error });
}

const feedCursor = z
  .string()
  .regex(/^\d{1,12}\.\d{1,12}$/, { error: 'must be the position of an entry of the feed, such as 12.3' })
  .optional()
  .meta({ description: 'Begin after this entry: `nextCursor` of a page, or `position` of an entry.' });

const feedTypes = (eventTypes: readonly string[]) =>
  someOf(eventTypes)
    .optional()
    .meta({ description: 'Only these types; repeat the parameter, or separate them by commas.' });

export const feedQuery = (settings: DocumentSettings, eventTypes: readonly string[]) =>
  z.object({
    cursor: feedCursor.meta({
      description:
        'Begin after this entry: `nextCursor` of a page, or `position` of an entry. Absent: at the first event.',
    }),
    limit: limitOf(settings),
    type: feedTypes(eventTypes),
  });

export const feedStreamQuery = (eventTypes: readonly string[]) =>
  z.object({
    cursor: feedCursor.meta({
      description:
        'Begin after this entry: `nextCursor` of a page, or `position` of an entry; `1.0`: at the first event. Absent: at the next new event.',
    }),
    type: feedTypes(eventTypes),
  });

/** A decimal, as a limit of a filter. */
const decimalLimit = (description: string) =>
  z
    .string()
    .transform((text, context) => {
      const parsed = parseDecimal(text);
      if ('value' in parsed) return parsed.value;
      context.issues.push({ code: 'custom', message: parsed.problem, input: text });
      return z.NEVER;
    })
    .optional()
    .meta({ description, override: { type: 'string', pattern: String.raw`^-?\d{1,12}(\.\d{1,6})?$` } });

const VERSION = String.raw`:\d{1,12}$`;

/** The pattern of a product id, followed by a version. */
const PRODUCT_AT_VERSION = String(productIdSchema.meta()?.pattern)
  .replaceAll('$', () => VERSION)
  .replace('^', () => `^(?=.{1,128}${VERSION})`);

/** The version of a product that a list must include. */
const atLeast = z
  .string()
  .transform((text, context) => {
    const [, productId, version] = /^(.{1,128}):(\d{1,12})$/su.exec(text) ?? [];
    if (productId !== undefined && productIdSchema.safeParse(productId).success)
      return { productId, version: Number(version) };
    const message = 'must be a product id, a colon and a version, such as lamp:3';
    context.issues.push({ code: 'custom', message, input: text });
    return z.NEVER;
  })
  .optional()
  .meta({
    description:
      '`<productId>:<version>`, as an append returned them: waits up to 2 seconds until the list includes that version.',
    override: { type: 'string', pattern: PRODUCT_AT_VERSION, examples: ['lamp:3'] },
  });

export const productsQuery = (settings: DocumentSettings) =>
  z.object({
    prefix: text(128).optional().meta({ description: 'Only product ids that begin so.' }),
    name: text(200).optional().meta({
      description: 'Only products whose name contains this text, in upper or lower case.',
    }),
    status: someOf(['available', 'low', 'outOfStock']).optional().meta({
      description: 'Only these statuses; repeat the parameter, or separate them by commas.',
    }),
    below: decimalLimit('Only quantities below this one.'),
    above: decimalLimit('Only quantities above this one.'),
    sort: oneOf('productId', 'quantity', 'changed').default('productId').meta({
      description: 'By product id, by quantity with the smallest first, or by change with the newest first.',
    }),
    limit: limitOf(settings),
    cursor: sealedCursor,
    atLeast,
  });

export const stockQuery = (settings: DocumentSettings) =>
  z.object({
    asOf: time('The effective time, inclusive. Absent: now.', 'last'),
    knownAt: timeOrSettled('Only events that were recorded at or before this moment count. Absent: now.'),
    tz,
    format: formats,
    limit: limitOf(settings).meta({
      description: `JSON only: the maximum number of products that the page looks at. Default: \`${settings.defaultPage}\`.`,
    }),
    cursor: sealedCursor.meta({
      description: 'JSON only: `nextCursor` of the previous page. It keeps both times.',
    }),
  });

export const stockDiffQuery = (settings: DocumentSettings) =>
  z.object({
    asOf: time('The effective time that both answers are about, inclusive. Absent: now.', 'last'),
    from: time('The recorded time of the earlier answer. Absent: before the first event.', 'last'),
    to: timeOrSettled('The recorded time of the later answer. Absent: now.'),
    tz,
    format: formats,
    limit: limitOf(settings),
    cursor: sealedCursor.meta({
      description: 'JSON only: `nextCursor` of the previous page. It keeps all three times.',
    }),
  });

export const feedHeaders = z.object({
  'Last-Event-ID': z
    .string()
    .optional()
    .meta({
      description:
        'The id of the last message received; an EventSource sends it by itself. Takes precedence over `cursor`.',
      pattern: String.raw`^\d{1,12}\.\d{1,12}$`,
      examples: ['12.3'],
    }),
});
