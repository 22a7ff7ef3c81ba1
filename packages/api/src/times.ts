import { parseTimeOrDay, timeZoneOf, writtenMoment, type DayBound } from '@hindsight/domain';
import { z } from 'zod';

/**
 * Times in query parameters: RFC 3339 with an offset, or a date alone. What a date means depends on another parameter,
 * `tz`. So the schemas only check, and `zonedTimes` converts all times of a query at once.
 */

const TIME_HELP =
  'must be a time in RFC 3339 with an offset, such as 2026-11-23T09:30:00Z, or a date, such as 2026-11-23';
/** A `+` in a query string has already been decoded to a space. */
const LOST_PLUS = /^\S+[T\s]\d{2}:\d{2}:\d{2}(\.\d+)? \d{2}:\d{2}$/i;
const PLUS_HELP = '; a "+" in a query string means a space: write it as %2B, or give the time in UTC with Z';

const utc = (shown: number): number => shown;

const timeOrDay = z
  .string()
  .refine((text) => parseTimeOrDay(text, utc, 'first') !== undefined, {
    error: ({ input }) => (LOST_PLUS.test(String(input)) ? TIME_HELP + PLUS_HELP : TIME_HELP),
  })
  .meta({
    id: 'TimeOrDay',
    description: 'RFC 3339 with an offset (write a "+" as %2B), or a date, which is a day in `tz`.',
    override: {
      type: undefined,
      anyOf: [
        { ...writtenMoment, description: 'A moment.' },
        {
          type: 'string',
          format: 'date',
          pattern: String.raw`^\d{4}-\d{2}-\d{2}$`,
          description: 'A day.',
          examples: ['2026-11-23'],
        },
      ],
    },
  });

/** Which moment a date alone means, for every parameter that is a time. */
const dayBounds = z.registry<{ readonly bound: DayBound; readonly orVersion?: true }>();

const BOUNDS: Readonly<Record<DayBound, string>> = {
  first: 'A date means its first millisecond.',
  last: 'A date means its last millisecond.',
  next: 'A date means its end, so that the day is included.',
};

const VERSION = /^\d{1,15}$/;

/** A version, or a recorded time; a date alone means the end of the day. The query then has its digits, or its time. */
export const versionOrTime = (description: string) =>
  z
    .string()
    .refine((text) => VERSION.test(text) || parseTimeOrDay(text, utc, 'last') !== undefined, {
      error: `must be a version, such as 7; or it ${TIME_HELP}`,
    })
    .optional()
    .meta({
      description: `${description} ${BOUNDS.last}`,
      override: {
        type: undefined,
        anyOf: [
          { type: 'string', pattern: String.raw`^\d{1,15}$`, description: 'A version.', examples: ['7'] },
          { $ref: '#/components/schemas/TimeOrDay' },
        ],
      },
      examples: ['7', '2026-11-23T09:30:00Z'],
    })
    .register(dayBounds, { bound: 'last', orVersion: true });

/** Whether the digits of `versionOrTime` name a version. */
export const isVersion = (text: string): boolean => VERSION.test(text);

/** A time, or a date alone: then the first or last moment of that day, or the one after it. */
export const time = (description: string, bound: DayBound) =>
  timeOrDay
    .optional()
    .meta({ description: `${description} ${BOUNDS[bound]}` })
    .register(dayBounds, { bound });

/** As `time`, for a body in which it must be there. */
export const requiredTime = (description: string, bound: DayBound) =>
  timeOrDay.meta({ description: `${description} ${BOUNDS[bound]}` }).register(dayBounds, { bound });

/** The word for the last recorded time whose answers are final. */
export const SETTLED = 'settled';

/** As `time`, or the word `settled`. */
export const timeOrSettled = (description: string) =>
  z
    .union([timeOrDay, z.literal(SETTLED)], { error: `${TIME_HELP}, or settled` })
    .optional()
    .meta({
      description: `${description} ${BOUNDS.last} \`settled\`: the last moment whose answers are final.`,
    })
    .register(dayBounds, { bound: 'last' });

const OFFSET = String.raw`^[+-]([01]\d|2[0-3]):?[0-5]\d$`;
const NAMES = [...new Set(['UTC', ...Intl.supportedValuesOf('timeZone')])];

const timeZone = z
  .string()
  .refine((name) => timeZoneOf(name) !== undefined, {
    error: 'must be a time zone such as Europe/Berlin, or an offset such as %2B02:00',
  })
  .meta({
    id: 'TimeZone',
    description: 'A name of the IANA database, or an offset (write its "+" as %2B).',
    override: {
      type: undefined,
      anyOf: [
        { type: 'string', enum: NAMES },
        { type: 'string', pattern: OFFSET },
      ],
    },
    examples: ['Europe/Berlin', '+02:00'],
  });

/** The time zone of dates without a time. */
export const tz = timeZone.optional().meta({
  description: 'The time zone of dates without a time. Absent: that of the deployment, by default UTC.',
});

/**
 * The parameters of a query, its times in UTC to the millisecond, without `tz`.
 * @param shape the schemas of the parameters
 * @param defaultZone the time zone of the deployment
 */
export function zonedTimes(
  shape: Readonly<Record<string, z.ZodType>>,
  query: Readonly<Record<string, unknown>>,
  defaultZone: string,
): Record<string, unknown> {
  const { tz: name = defaultZone, ...rest } = query;
  const zone = timeZoneOf(String(name)) ?? utc;
  return Object.fromEntries(
    Object.entries(rest).map(([parameter, value]) => {
      const schema = shape[parameter];
      const { bound, orVersion } = (schema && dayBounds.get(schema)) ?? {};
      const isOther = value === SETTLED || (orVersion && isVersion(String(value)));
      if (bound === undefined || isOther) return [parameter, value];
      return [parameter, parseTimeOrDay(String(value), zone, bound)];
    }),
  );
}
