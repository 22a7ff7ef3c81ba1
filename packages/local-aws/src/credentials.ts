import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** Credentials that sign the requests to the endpoints of one start. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/**
 * Generates credentials for each start. The access key id is constant because DynamoDB Local may separate
 * tables by it. Only the secret authenticates a caller.
 */
export const newCredentials = (): Credentials => ({
  accessKeyId: 'local',
  secretAccessKey: randomBytes(32).toString('base64url'),
});

const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');
const hmac = (key: string | Buffer, data: string): Buffer => createHmac('sha256', key).update(data).digest();

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^/,]{1,128})\/(\d{8}\/[\w-]{1,64}\/[\w-]{1,64}\/aws4_request), ?SignedHeaders=([a-z0-9;-]{1,1024}), ?Signature=([0-9a-f]{64})$/;

interface Signed {
  readonly accessKeyId: string;
  /** `20261128/us-east-1/dynamodb/aws4_request` */
  readonly scope: string;
  readonly headers: string;
  readonly signature: string;
}

function signedOf({ headers }: IncomingMessage): Signed | undefined {
  const [, accessKeyId, scope, names, signature] = AUTHORIZATION.exec(headers.authorization ?? '') ?? [];
  if (accessKeyId === undefined || scope === undefined || names === undefined || signature === undefined)
    return undefined;
  return { accessKeyId, scope, headers: names, signature };
}

/**
 * A header value in its signed form. Node joins repeated headers with ", " and AWS with ","; clients don't
 * repeat signed headers.
 */
const valueOf = ({ headers }: IncomingMessage, name: string): string =>
  String(headers[name] ?? '')
    .trim()
    .replace(/ {2,}/g, ' ');

/**
 * Verifies AWS Signature Version 4 on requests to `/` without a query; the protocols here use no others. It
 * does not compare the signature's date with the clock: the secret lives no longer than the process that
 * checks it.
 */
export class SignatureVerifier {
  /** Deriving the key of a scope takes four HMACs. The key changes once a day. */
  readonly #keys = new Map<string, Buffer>();

  constructor(private readonly credentials: Credentials) {}

  verify(request: IncomingMessage, body: Buffer): boolean {
    const signed = signedOf(request);
    if (signed === undefined || signed.accessKeyId !== this.credentials.accessKeyId) return false;
    const names = signed.headers.split(';');
    if (!['host', 'x-amz-date', 'x-amz-target'].every((name) => names.includes(name))) return false;
    const lines = names.map((name) => `${name}:${valueOf(request, name)}\n`);
    const canonical = `${request.method}\n/\n\n${lines.join('')}\n${signed.headers}\n${sha256(body)}`;
    const date = valueOf(request, 'x-amz-date');
    const text = `AWS4-HMAC-SHA256\n${date}\n${signed.scope}\n${sha256(canonical)}`;
    return timingSafeEqual(hmac(this.#keyOf(signed.scope), text), Buffer.from(signed.signature, 'hex'));
  }

  #keyOf(scope: string): Buffer {
    const known = this.#keys.get(scope);
    if (known !== undefined) return known;
    // A caller without the secret chooses scopes as it likes.
    if (this.#keys.size >= 16) this.#keys.clear();
    const key = scope
      .split('/')
      .reduce<Buffer>(
        (previous, part) => hmac(previous, part),
        Buffer.from(`AWS4${this.credentials.secretAccessKey}`),
      );
    this.#keys.set(scope, key);
    return key;
  }
}
