import fc, { type Arbitrary } from 'fast-check';
import { damaged, hostileTexts, hostileValues } from './damage';
import { queryOf, textOf, type FuzzRequest } from './request';

const HEADERS = [
  'Accept',
  'Accept-Datetime',
  'Content-Type',
  'If-Match',
  'If-None-Match',
  'Idempotency-Key',
  'Prefer',
  'X-Request-Id',
  'Content-Encoding',
  'Authorization',
  'ce-specversion',
  'ce-id',
  'Range',
  'Expect',
];
const HEADER_VALUES = [
  '*/*',
  'image/png',
  'application/json;q=0',
  '"1"',
  'W/"1"',
  '*',
  '"1", "2"',
  '""',
  'respond-async',
  'gzip',
  'identity',
  'text/plain',
  'application/json; charset=utf-16',
  'application/cloudevents+json',
  'Fri, 20 Nov 2026 10:00:00 GMT',
  'bytes=0-1',
  '1.0',
  'ключ',
  '%',
  'x'.repeat(4_000),
];

/** Requests with one thing wrong about them. */
export function nearly(valid: Arbitrary<FuzzRequest>): Arbitrary<FuzzRequest> {
  const header = fc.tuple(
    fc.constantFrom(...HEADERS.filter((name) => name !== 'Expect')),
    fc.oneof(fc.constantFrom(...HEADER_VALUES), hostileValues.map(textOf)),
  );
  const parameter = fc.tuple(
    fc.constantFrom(
      'asOf',
      'as_of',
      'limit',
      'cursor',
      'order',
      'version',
      'knownAt',
      'type',
      'from',
      'to',
      'dryRun',
      'x',
      '__proto__',
    ),
    hostileValues.map(textOf),
  );
  return fc
    .tuple(valid, fc.constantFrom('body', 'header', 'query', 'repeat'), fc.tuple(header, parameter), fc.nat())
    .chain(([request, what, [[name, value], pair], where]) => {
      const kind = 'nearly valid' as const;
      if (what === 'body' && request.body !== undefined)
        return damaged(fc.constant(JSON.parse(request.body) as unknown)).map((body) => ({
          ...request,
          kind,
          body: textOf(body),
        }));
      if (what === 'header')
        return fc.constant({ ...request, kind, headers: { ...request.headers, [name]: value } });
      const parts = request.query.split('&').filter((part) => part !== '');
      const more =
        what === 'repeat' ? (parts[where % Math.max(1, parts.length)] ?? 'limit=1') : queryOf([pair]);
      return fc.constant({ ...request, kind, query: [...parts, more].join('&') });
    });
}

/** Requests that mean harm. */
export function hostile(valid: Arbitrary<FuzzRequest>): Arbitrary<FuzzRequest> {
  const paths = fc.oneof(
    fc.constantFrom(
      ...[
        '%ff',
        '%00',
        '%2e%2e',
        '..',
        'a%2Fb',
        '%',
        'a'.repeat(300),
        '💩',
        '%F0%9F%92%A9',
        '__proto__',
        ';x',
        'a%20b',
      ],
    ),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }),
  );
  const methods = fc.constantFrom(
    'GET',
    'HEAD',
    'POST',
    'PUT',
    'DELETE',
    'PATCH',
    'OPTIONS',
    'TRACE',
    'PROPFIND',
  );
  return fc
    .tuple(valid, paths, methods, hostileTexts, fc.nat(3))
    .map(([request, segment, method, body, what]): FuzzRequest => {
      const kind = 'hostile' as const;
      if (what === 0)
        return { ...request, kind, path: request.path.replace(/[^/]+(?=\/[^/]*$)|[^/]+$/, () => segment) };
      if (what === 1) return { ...request, kind, method };
      if (what === 2) return { ...request, kind, query: `${request.query}&${segment}=${segment}` };
      return { ...request, kind, body };
    });
}
