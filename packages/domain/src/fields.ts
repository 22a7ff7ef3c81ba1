import * as z from 'zod';

/** The characters that `printable` rejects, as far as a pattern can express them in every language. */
const PRINTABLE = String.raw`^[^\x00-\x1f\x7f-\x9f\u2028\u2029]*$`;
const hasControl = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u;
const METADATA_BYTES = 2048;

/** 1 to `most` printable characters. */
export function printable(most: number) {
  return z
    .string({ error: 'must be a string' })
    .refine((text) => [...text].length >= 1 && [...text].length <= most, {
      error: `must have 1 to ${most} characters`,
    })
    .refine((text) => !hasControl.test(text), { error: 'must have printable characters only' })
    .meta({ minLength: 1, maxLength: most, pattern: PRINTABLE });
}

export const eventId = printable(128);

/**
 * The characters that `productId` rejects, except for the normalization form, which a pattern can't express.
 */
const PRODUCT_ID = String.raw`^(?!\s|\.{1,2}$)[^\x00-\x1f\x7f-\x9f\u2028\u2029]*[^\s\x00-\x1f\x7f-\x9f]$`;

/**
 * SKUs as they occur in practice: slash, blank, plus and umlaut are common. SKUs are compared by their bytes,
 * so two spellings that look the same must be the same: one normalization form, and no blanks at the ends.
 * `.` and `..` are path segments in a URL, whatever their encoding.
 */
export const productId = printable(128)
  .refine((text) => text.normalize('NFC') === text, {
    error: 'must be in the Unicode normalization form NFC',
  })
  .refine((text) => text.trim() === text, { error: 'must not begin or end with a blank' })
  .refine((text) => !/^\.{1,2}$/.test(text), { error: 'must not be . or ..' })
  .meta({ minLength: 1, maxLength: 128, pattern: PRODUCT_ID });

function utf8Bytes(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}

const metadataMeta = {
  type: 'object',
  additionalProperties: { type: 'string' },
  description: 'A flat object of strings, at most 2 KiB.',
} as const;

const checkMetadata = (value: unknown, context: z.RefinementCtx): void => {
  const issue = (message: string, path: string[] = []) => context.addIssue({ code: 'custom', message, path });
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    issue('must be a flat object of strings');
    return;
  }
  for (const [key, text] of Object.entries(value)) {
    if (typeof text !== 'string') issue('must be a string', [key]);
    else if (/[\p{Cs}]/u.test(text) || /[\p{Cs}]/u.test(key)) issue('must be well-formed text', [key]);
  }
  if (utf8Bytes(JSON.stringify(value)) > METADATA_BYTES) issue('must not exceed 2 KiB');
};

const metadata = z.custom<Record<string, string>>().superRefine(checkMetadata).meta(metadataMeta);

/** The optional fields of every event type. */
export const contextFields = {
  correlationId: printable(128).optional(),
  causationId: printable(128).optional(),
  reason: printable(1000).optional(),
  /** The origin, such as a till; for a CloudEvent its `source`. */
  source: printable(1000).optional(),
  metadata: metadata.optional(),
};
