import { parseTimeOrDay, timeZoneOf, type DayBound } from '@hindsight/domain';
import { EXIT, Failure } from './exit';

/** The time zone of a date without a time. */
export interface Zoned {
  readonly tz: string;
}

/**
 * Converts a time to the service's format. A date alone becomes a moment of that day in the zone; the service
 * validates everything else.
 * @throws Failure if there is no such time zone
 */
export function momentOf(text: string, bound: DayBound, { tz }: Zoned): string {
  const zone = timeZoneOf(tz);
  if (zone === undefined)
    throw new Failure(`--tz must be a time zone such as Europe/Berlin or +02:00, not "${tz}"`, EXIT.usage);
  return parseTimeOrDay(text, zone, bound) ?? text;
}
