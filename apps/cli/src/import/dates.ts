import { fromWallClock, parseTime, parseTimeOrDay, type TimeZone } from '@hindsight/domain';

/** How a column writes its times. */
export type DateFormat = 'iso' | 'dmy' | 'mdy' | 'excel' | 'unix';

export const DATE_FORMATS: readonly DateFormat[] = ['iso', 'dmy', 'mdy', 'excel', 'unix'];

const NUMBER = /^\d+(\.\d+)?$/;
const LOCAL = /^(\d{4})-(\d{2})-(\d{2})[T ](\d{1,2}):(\d{2})(?::(\d{2}))?(?:\.\d+)?$/;
const PARTS =
  /^(\d{1,2})([./-])(\d{1,2})\2(\d{4})(?:,? (\d{1,2}):(\d{2})(?::(\d{2}))?(?: ?([ap])\.?m\.?)?)?$/i;

const DAY_MS = 86_400_000;
/** Day 0 of a spreadsheet. Spreadsheets count 29 February 1900, a day that did not exist. */
const EXCEL_EPOCH = Date.UTC(1899, 11, 30);

/** What a sample of a column reveals about its format. */
export interface DatesFound {
  /** undefined: the values leave it open, or contradict each other. */
  readonly format: DateFormat | undefined;
  /** A value that fits more than one format. */
  readonly example: string;
}

/** The format of a column: `3/4/2010` alone may be in March or in April, and is not decided. */
export function dateFormatOf(values: Iterable<string>): DatesFound {
  const found = new Set<DateFormat | undefined>();
  let example = '';
  for (const value of values) {
    const [, first, separator, second] = PARTS.exec(value) ?? [];
    let format: DateFormat | undefined;
    if (/^\d{4}-\d{2}-\d{2}/.test(value)) format = 'iso';
    else if (separator === '.') format = 'dmy';
    else if (Number(first) > 12) format = 'dmy';
    else if (Number(second) > 12) format = 'mdy';
    if (format === undefined) example ||= value;
    found.add(format);
  }
  const [format, other] = [...found].filter((one) => one !== undefined);
  if (other !== undefined) return { format: undefined, example };
  return { format: format === 'iso' && found.has(undefined) ? undefined : format, example };
}

/** The fields of a clock time, read as if it were UTC; undefined if there is no such time. */
function clock(parts: readonly number[]): number | undefined {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts;
  const shown = Date.UTC(year, month - 1, day, hour, minute, second);
  const back = new Date(shown);
  const same =
    back.getUTCMonth() === month - 1 && back.getUTCDate() === day && hour < 24 && minute < 60 && second < 60;
  return same ? shown : undefined;
}

function fromParts(text: string, format: 'dmy' | 'mdy'): number | undefined {
  const match = PARTS.exec(text);
  if (match === null) return undefined;
  const [first, second, year, minute, seconds] = [1, 3, 4, 6, 7].map((index) => Number(match[index] ?? 0));
  const [day, month] = format === 'dmy' ? [first, second] : [second, first];
  let hour = Number(match[5] ?? 0);
  const half = match[8]?.toLowerCase();
  if (half !== undefined && (hour < 1 || hour > 12)) return undefined;
  if (half !== undefined) hour = (hour % 12) + (half === 'p' ? 12 : 0);
  return clock([year ?? 0, month ?? 0, day ?? 0, hour, minute ?? 0, seconds ?? 0]);
}

/** A time in UTC with milliseconds; a date alone is the beginning of its day. undefined: none in this format. */
export function timeIn(text: string, format: DateFormat, zone: TimeZone): string | undefined {
  const utc = (shown: number | undefined): string | undefined =>
    shown === undefined ? undefined : parseTime(new Date(fromWallClock(shown, zone)).toISOString());
  switch (format) {
    case 'iso': {
      const local = LOCAL.exec(text);
      if (local !== null)
        return utc(clock(local.slice(1).map((part: string | undefined) => Number(part ?? 0))));
      return parseTimeOrDay(text.replace(/^(\S+) (\S+)$/, '$1T$2'), zone, 'first');
    }
    case 'dmy':
    case 'mdy':
      return utc(fromParts(text, format));
    case 'excel':
      return NUMBER.test(text) ? utc(EXCEL_EPOCH + Math.round(Number(text) * DAY_MS)) : undefined;
    case 'unix':
      return NUMBER.test(text)
        ? parseTime(new Date(Math.floor(Number(text) * 1000)).toISOString())
        : undefined;
  }
}

/** Times that need no zone to be understood. */
export const hasOffset = (text: string): boolean => /(?:[Zz]|[+-]\d{2}:\d{2})$/.test(text);
