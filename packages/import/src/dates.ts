import { fromWallClock, parseTime, parseTimeOrDay, type TimeZone } from '@hindsight/domain';

/** How a column writes its times. */
export type DateFormat = 'iso' | 'dmy' | 'mdy' | 'excel' | 'unix';

export const DATE_FORMATS: readonly DateFormat[] = ['iso', 'dmy', 'mdy', 'excel', 'unix'];

const NUMBER = /^\d+(\.\d+)?$/;
const LOCAL = /^(\d{4})-(\d{2})-(\d{2})[T ](\d{1,2}):(\d{2})(?::(\d{2}))?(?:\.\d+)?$/;
/** With an offset, as people and programs write it: `2026-11-02 09:15:00 +0100`. */
const OFFSET =
  /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(:\d{2}(?:\.\d+)?)? ?(?:([+-]\d{2}):?(\d{2})|([Zz]|UTC))$/;
const PARTS =
  /^(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})(?:,? (\d{1,2}):(\d{2})(?::(\d{2}))?(?: ?([ap])\.?m\.?)?)?$/i;
/** Two digits of a year from here on are of the century before. */
const PIVOT_YEAR = 70;
/** Seconds of the epoch reach this in the year 5138; milliseconds were here in 1973. */
const MILLISECONDS_FROM = 100_000_000_000;

const DAY_S = 86_400;
/** The year 10000. */
const LAST_MS = Date.UTC(10_000, 0);
const LAST_SERIAL_DAY = 2_958_466;
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

/** An hour of 24 from one of 12 with its half of the day. */
function hourOf(hour: number, half: string | undefined): number | undefined {
  if (half === undefined) return hour;
  return hour < 1 || hour > 12 ? undefined : (hour % 12) + (half === 'p' ? 12 : 0);
}

const yearOf = (year: number, text: string): number =>
  text.length === 2 ? year + (year < PIVOT_YEAR ? 2000 : 1900) : year;

function fromParts(text: string, format: 'dmy' | 'mdy'): number | undefined {
  const match = PARTS.exec(text);
  if (match === null) return undefined;
  const [first = 0, second = 0, shown = 0, minute = 0, seconds = 0] = [1, 3, 4, 6, 7].map((index) =>
    Number(match[index] ?? 0),
  );
  const [day, month] = format === 'dmy' ? [first, second] : [second, first];
  const hour = hourOf(Number(match[5] ?? 0), match[8]?.toLowerCase());
  if (hour === undefined) return undefined;
  return clock([yearOf(shown, match[4] ?? ''), month, day, hour, minute, seconds]);
}

const epochMs = (value: number): number => Math.floor(value < MILLISECONDS_FROM ? value * 1000 : value);

/** A time in UTC with milliseconds; a date alone is the beginning of its day. undefined: none in this format. */
export function timeIn(text: string, format: DateFormat, zone: TimeZone): string | undefined {
  const utc = (shown: number | undefined): string | undefined =>
    shown === undefined ? undefined : parseTime(new Date(fromWallClock(shown, zone)).toISOString());
  switch (format) {
    case 'iso': {
      const local = LOCAL.exec(text);
      if (local !== null)
        return utc(clock(local.slice(1).map((part: string | undefined) => Number(part ?? 0))));
      const [, day, minutes, seconds = ':00', hours, more] = OFFSET.exec(text) ?? [];
      if (day === undefined) return parseTimeOrDay(text, zone, 'first');
      return parseTime(`${day}T${minutes}${seconds}${hours === undefined ? 'Z' : `${hours}:${more}`}`);
    }
    case 'dmy':
    case 'mdy':
      return utc(fromParts(text, format));
    case 'excel':
      return NUMBER.test(text) && Number(text) < LAST_SERIAL_DAY
        ? utc(EXCEL_EPOCH + Math.round(Number(text) * DAY_S) * 1000)
        : undefined;
    case 'unix':
      return NUMBER.test(text) && epochMs(Number(text)) < LAST_MS
        ? parseTime(new Date(epochMs(Number(text))).toISOString())
        : undefined;
  }
}

/** Times that need no zone to be understood. */
export const hasOffset = (text: string): boolean => OFFSET.test(text);
