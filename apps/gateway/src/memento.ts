import type { IncomingMessage } from 'node:http';
import type { Moment } from '@hindsight/event-log';
import { pathOf } from './http';
import { malformed } from './problems';

/**
 * States as mementos of a product (RFC 7089): the URL of the state is both the original resource and its
 * TimeGate.
 */

const HTTP_DATE = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/** @throws Problem malformed-request */
function readDate(text: string): string {
  const time = HTTP_DATE.test(text) ? new Date(text) : undefined;
  // Formatting the date again must return the input. This refuses 30 February and a wrong day of the week.
  if (time !== undefined && !Number.isNaN(time.getTime()) && time.toUTCString() === text)
    return time.toISOString();
  throw malformed([
    {
      path: 'Accept-Datetime',
      message: 'must be a date as HTTP writes it, such as Mon, 23 Nov 2026 09:30:00 GMT',
    },
  ]);
}

/**
 * The time that `Accept-Datetime` requests. An `asOf` in the query is more specific and takes precedence; the
 * header must nevertheless be a valid date.
 * @throws Problem malformed-request
 */
export function askedByHeader(
  { headers }: Pick<IncomingMessage, 'headers'>,
  asOf: string | undefined,
): Pick<Moment, 'asOf'> {
  const given = headers['accept-datetime'];
  if (typeof given !== 'string') return {};
  const time = readDate(given);
  return asOf === undefined ? { asOf: time } : {};
}

function mementoAddress(productId: string, { asOf, knownAt, version }: Moment): string {
  const query = Object.entries({ asOf, knownAt, version }).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${value}`],
  );
  return `${pathOf(productId, 'state')}?${query.join('&')}`;
}

/** @param negotiated whether the time came from `Accept-Datetime`; the response then has another URL */
export function mementoHeaders(
  productId: string,
  moment: Moment,
  negotiated: boolean,
): Record<string, string> {
  const original = pathOf(productId, 'state');
  const links = [
    `<${original}>; rel="original timegate"`,
    `<${pathOf(productId, 'timeline')}>; rel="timemap"; type="application/json"`,
  ];
  if (moment.asOf === undefined) return { Link: links.join(', ') };
  const date = new Date(moment.asOf).toUTCString();
  const address = mementoAddress(productId, moment);
  return {
    'Memento-Datetime': date,
    Link: [...links, `<${address}>; rel="memento"; datetime="${date}"`].join(', '),
    ...(negotiated && { 'Content-Location': address }),
  };
}
