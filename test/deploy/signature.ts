import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** A request as it came in. */
export interface Received {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** AWS takes signatures that are at most this far off its clock. */
const SKEW_MS = 5 * 60_000;

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
const escaped = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

function canonicalQuery(query: string): string {
  return [...new URLSearchParams(query)]
    .map(([name, value]) => [escaped(name), escaped(value)] as const)
    .sort(([a, av], [b, bv]) => (a === b ? (av < bv ? -1 : 1) : a < b ? -1 : 1))
    .map((pair) => pair.join('='))
    .join('&');
}

function canonicalRequest({ method, url, headers, body }: Received, signed: readonly string[]): string {
  const [path = '/', query = ''] = url.split('?');
  const values = signed.map((name) => `${name}:${(headers[name] ?? '').trim().replace(/ +/g, ' ')}\n`);
  // Every service but S3 escapes the path, as it stands in the request, once more.
  const canonicalPath = path.split('/').map(escaped).join('/');
  return [method, canonicalPath, canonicalQuery(query), values.join(''), signed.join(';'), sha256(body)].join(
    '\n',
  );
}

interface Signature {
  readonly accessKey: string;
  readonly day: string;
  readonly region: string;
  readonly service: string;
  /** The names of the headers that are signed. */
  readonly signed: readonly string[];
  readonly signature: string;
}

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/;

function signatureOf({ headers }: Received): Signature | undefined {
  const parts = AUTHORIZATION.exec(headers['authorization'] ?? '');
  if (!parts) return undefined;
  const [, accessKey = '', day = '', region = '', service = '', names = '', signature = ''] = parts;
  return { accessKey, day, region, service, signed: names.split(';'), signature };
}

/** Whether the time and the content that a request claims are its own. */
function isItself({ headers, body }: Received, { day, signed }: Signature): boolean {
  const { 'x-amz-date': date = '', 'x-amz-content-sha256': content } = headers;
  const at = Date.parse(date.replace(/^(\d{4})(\d{2})(\d{2}T\d{2})(\d{2})(\d{2}Z)$/, '$1-$2-$3:$4:$5'));
  const inTime = Math.abs(Date.now() - at) <= SKEW_MS && date.startsWith(day);
  return inTime && signed.includes('host') && (content === undefined || content === sha256(body));
}

function expected(request: Received, { day, region, service, signed }: Signature, secret: string): Buffer {
  const scope = `${day}/${region}/${service}/aws4_request`;
  const { 'x-amz-date': date = '' } = request.headers;
  const text = ['AWS4-HMAC-SHA256', date, scope, sha256(canonicalRequest(request, signed))].join('\n');
  const key = hmac(hmac(hmac(hmac(`AWS4${secret}`, day), region), service), 'aws4_request');
  return hmac(key, text);
}

/**
 * Whose signature (Signature Version 4) a request bears, by AWS's own description of it and none of its libraries.
 * @param secretOf the secret of an access key
 * @returns the access key; undefined when there is no signature, or it is not right
 */
export function signerOf(
  request: Received,
  scope: { readonly region: string; readonly service: string },
  secretOf: (accessKey: string) => string | undefined,
): string | undefined {
  const found = signatureOf(request);
  if (found?.region !== scope.region || found.service !== scope.service) return undefined;
  const secret = secretOf(found.accessKey);
  if (secret === undefined || !isItself(request, found)) return undefined;
  const right = timingSafeEqual(expected(request, found, secret), Buffer.from(found.signature, 'hex'));
  return right ? found.accessKey : undefined;
}
