import { parseTime } from './time';

/*
 * Days and wall-clock times in a time zone. A local day need not have 24 hours and need not begin at 00:00
 * (in Cairo clocks go from 00:00 to 01:00). 00:00 may occur twice (in St. John's clocks once went from 00:01
 * back to 23:01) or not at all (Samoa skipped 30 December 2011). So a day is never computed from an offset
 * alone: a candidate counts only if the zone's clock shows the time at that moment.
 */

/** The local time of a zone at a moment, as if it were UTC; both in milliseconds. */
export type TimeZone = (utc: number) => number;

/** Which moment of a day: its first millisecond, its last, or the first one after it. */
export type DayBound = 'first' | 'last' | 'next';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** Larger than any offset, so that we see the offsets before and after a clock change. */
const AROUND = 1.5 * DAY;

const OFFSET = /^([+-])([01]\d|2[0-3]):?([0-5]\d)$/;
const ISO_DAY = /^\d{4}-\d{2}-\d{2}$/;

const PARTS = {
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  hour: 'numeric',
  minute: 'numeric',
} as const;

function clockOf(timeZone: string): TimeZone {
  const format = new Intl.DateTimeFormat('en-US', {
    ...{ timeZone, calendar: 'gregory', numberingSystem: 'latn', hourCycle: 'h23' },
    ...PARTS,
    second: 'numeric',
  });
  return (utc) => {
    const parts = Object.fromEntries(
      format.formatToParts(utc).map(({ type, value }) => [type, Number(value)]),
    );
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
    return Date.UTC(year, month - 1, day, hour, minute, second) + (((utc % 1000) + 1000) % 1000);
  };
}

/** A time zone by its IANA name or as an offset such as `+02:00`; undefined: there is no such zone. */
export function timeZoneOf(name: string): TimeZone | undefined {
  const [, sign, hours, minutes] = OFFSET.exec(name) ?? [];
  if (sign !== undefined) {
    const offset = (Number(hours) * 60 + Number(minutes)) * MINUTE * (sign === '-' ? -1 : 1);
    return (utc) => utc + offset;
  }
  try {
    return clockOf(name);
  } catch {
    return undefined;
  }
}

/** The moments at which the zone's clock shows a time: none if it was skipped, two if it was repeated. */
function momentsOf(shown: number, zone: TimeZone): number[] {
  const offsets = [shown - AROUND, shown + AROUND].map((utc) => zone(utc) - utc);
  return [...new Set(offsets)].map((offset) => shown - offset).filter((utc) => zone(utc) === shown);
}

/** The first moment from which the zone's clock shows this time or a later one. */
function reached(shown: number, zone: TimeZone): number {
  let [before, after] = [shown - AROUND, shown + AROUND];
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (zone(middle) >= shown) after = middle;
    else before = middle;
  }
  return after;
}

function boundOf(day: number, zone: TimeZone, bound: DayBound): number {
  const midnight = bound === 'first' ? day : day + DAY;
  const moments = momentsOf(midnight, zone);
  if (moments.length === 0) moments.push(reached(midnight, zone));
  if (bound === 'first') return Math.min(...moments);
  // A second 00:00 that only repeats an hour of the new day (Havana goes from 01:00 back to 00:00) does not
  // end a day.
  const ends = moments.filter((utc) => zone(utc - 1) < midnight);
  return Math.max(...ends) - (bound === 'last' ? 1 : 0);
}

/** The first and the last moment that RFC 3339 can write. A day at either end is cut there. */
const FIRST_MOMENT = Date.parse('0000-01-01T00:00:00.000Z');
const LAST_MOMENT = Date.parse('9999-12-31T23:59:59.999Z');

const textOf = (utc: number): string =>
  new Date(Math.min(Math.max(utc, FIRST_MOMENT), LAST_MOMENT)).toISOString();

/**
 * Parses RFC 3339 with an offset, or a date alone, which means a moment of that day in the zone. Returns UTC
 * with milliseconds, or `undefined` for any other text, 30 February included.
 */
export function parseTimeOrDay(text: string, zone: TimeZone, bound: DayBound): string | undefined {
  if (!ISO_DAY.test(text)) return parseTime(text);
  const day = parseTime(`${text}T00:00:00Z`);
  return day === undefined ? undefined : textOf(boundOf(Date.parse(day), zone, bound));
}

/**
 * The moment at which a zone's clock shows a time, such as `2026-10-31T08:26:00` (milliseconds as if it were
 * UTC). If the time occurs twice, the first one. A skipped time is shifted past the clock change by as much
 * as it would have been.
 */
export function fromWallClock(shown: number, zone: TimeZone): number {
  const moments = momentsOf(shown, zone);
  return moments.length > 0 ? Math.min(...moments) : shown - (zone(shown - AROUND) - (shown - AROUND));
}
