import type { Schemas } from '@hindsight/client';
import { text } from '../text';
import { localText } from './time';

export type Closing = Schemas['Closing'];
export type Closings = Schemas['Closings'];
export type ClosingPreview = Schemas['ClosingPreview'];

/** What a person fills in to close a period. */
export interface Asked {
  /** The last day of the period, in the viewer's zone. */
  readonly day: string;
  /** Empty: what the day suggests. */
  readonly closingId: string;
  readonly name: string;
}

const two = (value: number): string => String(value).padStart(2, '0');

export const dayOf = (moment: Date): string =>
  `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}`;

/** The last day of the month before a moment. */
export const lastMonthEnd = (now: number): string => {
  const moment = new Date(now);
  return dayOf(new Date(moment.getFullYear(), moment.getMonth(), 0));
};

/** The month that a day ends, or the day itself. */
export function suggestedId(day: string): string {
  const [year = 0, month = 0, date = 0] = day.split('-').map(Number);
  const isLast = new Date(year, month, 0).getDate() === date;
  return isLast ? day.slice(0, 7) : day;
}

export const viewersZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** The body of the request; undefined: the day is missing. */
export function requestOf({ day, closingId, name }: Asked): Schemas['ClosingRequest'] | undefined {
  if (!/^\d{4}-\d\d-\d\d$/.test(day)) return undefined;
  const id = closingId.trim() === '' ? suggestedId(day) : closingId.trim();
  return { closingId: id, asOf: day, tz: viewersZone(), ...(name.trim() !== '' && { name: name.trim() }) };
}

/** The end of a day is read as that, and not as 23:59:59.999. */
export function throughText(asOf: string): string {
  const moment = Date.parse(asOf);
  const [before, after] = [new Date(moment), new Date(moment + 1)];
  const [day = '', time = ''] = localText(moment).split(', ');
  return before.getDate() !== after.getDate() && after.getHours() === 0 && after.getMilliseconds() === 0
    ? text.closingsPage.endOf(day)
    : `${day}, ${time}`;
}

/** The one that may be reopened: the last that still closes something. */
export const lastOf = ({ closings, closedThrough }: Closings): Closing | undefined =>
  closings.findLast(({ status, asOf }) => status !== 'reopened' && asOf === closedThrough);

/** Closings with which one can be compared: their reports are stored, and they know more. */
export const laterThan = ({ closings }: Closings, { closingId, knownAt }: Closing): readonly Closing[] =>
  closings.filter(
    (other) =>
      other.closingId !== closingId &&
      other.closedAt !== null &&
      other.knownAt !== null &&
      knownAt !== null &&
      other.knownAt >= knownAt,
  );
