import { parseTimeOrDay, timeZoneOf, type DayBound } from '@hindsight/domain';
import { EXIT, Failure } from './exit';

/** In which time zone a date alone is meant. */
export interface Zoned {
  readonly tz: string;
}

/**
 * A time as the service takes it. A date alone becomes a moment of that day in the zone; anything else is left to the
 * service to validate.
 * @throws Failure if there is no such time zone
 */
export function momentOf(text: string, bound: DayBound, { tz }: Zoned): string {
  const zone = timeZoneOf(tz);
  if (zone === undefined)
    throw new Failure(`--tz must be a time zone such as Europe/Berlin or +02:00, not "${tz}"`, EXIT.usage);
  return parseTimeOrDay(text, zone, bound) ?? text;
}
