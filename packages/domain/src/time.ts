import * as z from 'zod';

const RFC_3339 = /^(\d{4}-\d{2}-\d{2})[Tt](\d{2}:\d{2}:\d{2})(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/;
const calendar = z.iso.datetime({ offset: true });

/**
 * Parses RFC 3339 with an offset. Returns UTC with milliseconds (finer digits are truncated), the only form
 * in which times are stored and compared. Returns `undefined` for any other text, 30 February included.
 */
export function parseTime(text: string): string | undefined {
  const match = RFC_3339.exec(text);
  if (match === null) return undefined;
  const [, date, time, fraction = '', zone = ''] = match;
  const tidy = `${date}T${time}${fraction.slice(0, 4)}${zone.toUpperCase()}`;
  if (!calendar.safeParse(tidy).success) return undefined;
  const utc = new Date(tidy).toISOString();
  return utc.length === 24 ? utc : undefined;
}

/** A moment as the log and answers hold it. */
export const instant = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/)
  .meta({
    format: 'date-time',
    description: 'UTC, to the millisecond.',
    examples: ['2026-11-23T09:30:00.000Z'],
  });

/** The JSON schema of a moment in a request. */
export const writtenMoment = {
  type: 'string',
  format: 'date-time',
  pattern: RFC_3339.source,
  description: 'RFC 3339 with an offset.',
  examples: ['2026-11-23T09:30:00Z'],
} as const;

/** A moment in RFC 3339 with an offset, kept to the millisecond in UTC. */
export const moment = z
  .string({ error: 'must be a time in RFC 3339 with an offset' })
  .meta(writtenMoment)
  .transform((input, context) => {
    const utc = parseTime(input);
    if (utc !== undefined) return utc;
    context.issues.push({
      code: 'custom',
      message: 'must be a time in RFC 3339 with an offset, such as "2026-11-23T09:30:00Z"',
      input,
    });
    return z.NEVER;
  })
  .pipe(instant);
