import fc from 'fast-check';
import { moment, parseTime } from './time';

const two = (n: number): string => String(n).padStart(2, '0');

/** A moment of the years 0001 to 9998, in whole milliseconds: at any offset its year has four digits. */
const milliseconds = fc
  .date({
    min: new Date('0001-01-01T00:00:00Z'),
    max: new Date('9998-12-31T23:59:59.999Z'),
    noInvalidDate: true,
  })
  .map((date) => date.getTime());
const offsets = fc.integer({ min: -23 * 60 - 59, max: 23 * 60 + 59 });

/** A moment as the clock on a wall at an offset (in minutes) shows it, with any finer digits. */
function written(time: number, offset: number, finer: string): string {
  const wall = new Date(time + offset * 60_000).toISOString().replace('Z', '');
  const [hours, minutes] = [Math.floor(Math.abs(offset) / 60), Math.abs(offset) % 60];
  return `${wall}${finer}${offset < 0 ? '-' : '+'}${two(hours)}:${two(minutes)}`;
}

describe('parseTime', () => {
  test('answers UTC to the millisecond, whatever the offset; finer digits are cut off', () => {
    fc.assert(
      fc.property(milliseconds, offsets, fc.stringMatching(/^\d{0,9}$/), (time, offset, finer) => {
        expect(parseTime(written(time, offset, finer))).toBe(new Date(time).toISOString());
      }),
    );
  });

  test('order of texts is order of time', () => {
    fc.assert(
      fc.property(milliseconds, milliseconds, (a, b) => {
        const [first, second] = [a, b].map((time) => parseTime(new Date(time).toISOString()) as string);
        expect((first as string) < (second as string)).toBe(a < b);
      }),
    );
  });

  test('validates against the calendar: a date is valid if Date returns it unchanged', () => {
    const dates = fc.tuple(
      fc.integer({ min: 1, max: 9998 }),
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 1, max: 31 }),
    );
    fc.assert(
      fc.property(dates, ([year, month, day]) => {
        const text = `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}T12:00:00.000Z`;
        const date = new Date(text);
        const exists = !Number.isNaN(date.getTime()) && date.toISOString() === text;
        expect(parseTime(text)).toBe(exists ? text : undefined);
      }),
    );
  });

  test.each([
    ['2026-11-23T09:30:00Z', '2026-11-23T09:30:00.000Z'],
    ['2026-11-23t09:30:00z', '2026-11-23T09:30:00.000Z'],
    ['2026-11-23T09:30:00.5Z', '2026-11-23T09:30:00.500Z'],
    ['2026-11-23T09:30:00.9999999Z', '2026-11-23T09:30:00.999Z'],
    ['2026-11-23T09:30:00-00:00', '2026-11-23T09:30:00.000Z'],
    ['2026-11-23T00:30:00+01:00', '2026-11-22T23:30:00.000Z'],
    ['2026-12-31T23:30:00-01:00', '2027-01-01T00:30:00.000Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
    ['2000-02-29T00:00:00Z', '2000-02-29T00:00:00.000Z'],
    ['0000-01-01T00:00:00Z', '0000-01-01T00:00:00.000Z'],
    ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
  ])('%s is %s', (text, expected) => {
    expect(parseTime(text)).toBe(expected);
  });

  test.each([
    ['30 February', '2026-02-30T00:00:00Z'],
    ['29 February of a common year', '2026-02-29T00:00:00Z'],
    ['29 February of 1900', '1900-02-29T00:00:00Z'],
    ['31 April', '2026-04-31T00:00:00Z'],
    ['month 13', '2026-13-01T00:00:00Z'],
    ['month 0', '2026-00-01T00:00:00Z'],
    ['day 0', '2026-01-00T00:00:00Z'],
    ['24 o’clock', '2026-11-23T24:00:00Z'],
    ['minute 60', '2026-11-23T09:60:00Z'],
    ['a leap second, which no Date holds', '2016-12-31T23:59:60Z'],
    ['an offset of 24 hours', '2026-11-23T09:30:00+24:00'],
    ['an offset of 60 minutes', '2026-11-23T09:30:00+01:60'],
    ['no offset', '2026-11-23T09:30:00'],
    ['an offset without a colon', '2026-11-23T09:30:00+0100'],
    ['an offset of hours alone', '2026-11-23T09:30:00+01'],
    ['no seconds', '2026-11-23T09:30Z'],
    ['a date alone', '2026-11-23'],
    ['a space for the T', '2026-11-23 09:30:00Z'],
    ['a comma before the fraction', '2026-11-23T09:30:00,5Z'],
    ['an empty fraction', '2026-11-23T09:30:00.Z'],
    ['a year of two digits', '26-11-23T09:30:00Z'],
    ['a year of six digits', '+002026-11-23T09:30:00Z'],
    ['a year before 0000 in UTC', '0000-01-01T00:00:00+01:00'],
    ['a year after 9999 in UTC', '9999-12-31T23:59:59-01:00'],
    ['the basic format', '20261123T093000Z'],
    ['a line break at the end', '2026-11-23T09:30:00Z\n'],
    ['a space at the front', ' 2026-11-23T09:30:00Z'],
    ['words', 'yesterday'],
    ['nothing', ''],
  ])('%s is no time', (_, text) => {
    expect(parseTime(text)).toBeUndefined();
  });
});

describe('a moment in an event', () => {
  const problemOf = (input: unknown) => moment.safeParse(input).error?.issues.map(({ message }) => message);

  test('is read as UTC', () => {
    expect(moment.parse('2026-11-23T10:30:00+01:00')).toBe('2026-11-23T09:30:00.000Z');
  });

  test('is refused with an example', () => {
    expect(problemOf('23.11.2026')).toEqual([
      'must be a time in RFC 3339 with an offset, such as "2026-11-23T09:30:00Z"',
    ]);
  });

  test.each([[0], [1763890200000], [null], [{}], [undefined]])('%p is no text of one', (input) => {
    expect(problemOf(input)).toEqual(['must be a time in RFC 3339 with an offset']);
  });
});
