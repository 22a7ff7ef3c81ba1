import { fc, test as property } from '@fast-check/jest';
import { fromWallClock, parseTimeOrDay, timeZoneOf, type TimeZone } from './zoned-time';

const zone = (name: string): TimeZone => timeZoneOf(name)!;

test.each([
  ['2026-10-31', 'UTC', '2026-10-31T00:00:00.000Z', '2026-10-31T23:59:59.999Z'],
  ['2026-10-31', 'Europe/Berlin', '2026-10-30T23:00:00.000Z', '2026-10-31T22:59:59.999Z'],
  ['2026-10-31', '+02:00', '2026-10-30T22:00:00.000Z', '2026-10-31T21:59:59.999Z'],
  ['2026-10-31', '-0330', '2026-10-31T03:30:00.000Z', '2026-11-01T03:29:59.999Z'],
  // 23 and 25 hours.
  ['2026-03-29', 'Europe/Berlin', '2026-03-28T23:00:00.000Z', '2026-03-29T21:59:59.999Z'],
  ['2026-10-25', 'Europe/Berlin', '2026-10-24T22:00:00.000Z', '2026-10-25T22:59:59.999Z'],
  // No 00:00: the day begins at 01:00.
  ['2024-04-26', 'Africa/Cairo', '2024-04-25T22:00:00.000Z', '2024-04-26T20:59:59.999Z'],
  // No 00:00 either: clocks went from 23:30 to 00:30.
  ['1919-03-31', 'America/Toronto', '1919-03-31T04:30:00.000Z', '1919-04-01T03:59:59.999Z'],
  // 00:00 twice: clocks went from 00:01 back to 23:01 of the day before, which therefore ends after this day began.
  ['2009-11-01', 'America/St_Johns', '2009-11-01T02:30:00.000Z', '2009-11-02T03:29:59.999Z'],
  ['2009-10-31', 'America/St_Johns', '2009-10-31T02:30:00.000Z', '2009-11-01T03:29:59.999Z'],
  // The day before the one that Samoa left out.
  ['2011-12-29', 'Pacific/Apia', '2011-12-29T10:00:00.000Z', '2011-12-30T09:59:59.999Z'],
])('%s in %s lasts from %s to %s', (day, name, first, last) => {
  expect(parseTimeOrDay(day, zone(name), 'first')).toBe(first);
  expect(parseTimeOrDay(day, zone(name), 'last')).toBe(last);
  expect(Date.parse(parseTimeOrDay(day, zone(name), 'next')!) - 1).toBe(Date.parse(last));
});

test('a time with an offset needs no zone, and what is neither is neither', () => {
  const berlin = zone('Europe/Berlin');
  expect(parseTimeOrDay('2026-10-31T12:00:00+01:00', berlin, 'last')).toBe('2026-10-31T11:00:00.000Z');
  for (const text of ['2026-02-30', '2026-10-31T12:00:00', '31.10.2026', ''])
    expect(parseTimeOrDay(text, berlin, 'last')).toBeUndefined();
  for (const name of ['Mars/Olympus', '', '+25:00', '+2']) expect(timeZoneOf(name)).toBeUndefined();
});

test.each([
  ['2026-10-31T12:00:00Z', 'Europe/Berlin', '2026-10-31T11:00:00.000Z'],
  // Twice: the first one. Never: as long after the change as it would have been.
  ['2026-10-25T02:30:00Z', 'Europe/Berlin', '2026-10-25T00:30:00.000Z'],
  ['2026-03-29T02:30:00Z', 'Europe/Berlin', '2026-03-29T01:30:00.000Z'],
])('the clock shows %s in %s at %s', (shown, name, utc) => {
  expect(new Date(fromWallClock(Date.parse(shown), zone(name))).toISOString()).toBe(utc);
});

const zones = ['Europe/Berlin', 'America/St_Johns', 'America/Sao_Paulo', 'Africa/Cairo', 'Asia/Kathmandu'];
zones.push('Pacific/Apia', 'America/Havana', 'Australia/Lord_Howe', 'Asia/Beirut', 'UTC');

/** The day that a calendar in the zone shows, by the platform and not by this module. */
const calendarDay = (utc: number, timeZone: string): string =>
  new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(utc);

property.prop([fc.constantFrom(...zones), fc.integer({ min: 0, max: 40_000 })], { numRuns: 500 })(
  'every day: its first and last moment are of that day, and nothing around it is',
  (name, number) => {
    const day = new Date(Date.UTC(1985, 0, 1) + number * 86_400_000).toISOString().slice(0, 10);
    const first = Date.parse(parseTimeOrDay(day, zone(name), 'first')!);
    const last = Date.parse(parseTimeOrDay(day, zone(name), 'last')!);
    if (name === 'Pacific/Apia' && day === '2011-12-30') return;
    expect([calendarDay(first, name), calendarDay(last, name)]).toEqual([day, day]);
    expect(calendarDay(first - 1, name) < day).toBe(true);
    expect(calendarDay(last + 1, name) > day).toBe(true);
    for (const hour of [1, 2, 26]) {
      expect(calendarDay(first - hour * 3_600_000, name)).not.toBe(day);
      expect(calendarDay(last + hour * 3_600_000, name)).not.toBe(day);
    }
  },
);
