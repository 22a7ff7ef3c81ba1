import type { IncomingMessage } from 'node:http';
import type { Moment } from '@hindsight/event-log';
import { pathOf } from './http';
import { malformed } from './problems';

/** States as mementos of a product (RFC 7089): the state's address is the original and its own time gate. */

const HTTP_DATE = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/** @throws Problem malformed-request */
function readDate(text: string): string {
  const time = HTTP_DATE.test(text) ? new Date(text) : undefined;
  // Written back, it must be the same: 30 February and a wrong day of the week are not.
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
 * The moment that `Accept-Datetime` asks for. An `asOf` in the address says more exactly what is meant, and wins; the
 * header has to be a date all the same.
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

/** @param negotiated the moment came of `Accept-Datetime`; the address of the answer is another one then */
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
