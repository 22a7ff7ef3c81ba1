import { createHash, createHmac } from 'node:crypto';
import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { SignatureV4 } from '@smithy/signature-v4';
import { EXIT, Failure } from './exit';

/** The signer's hash, of what Node has. */
class Sha256 {
  readonly #hash;

  constructor(secret?: unknown) {
    this.#hash =
      secret === undefined ? createHash('sha256') : createHmac('sha256', secret as string | Buffer);
  }

  update(data: string | Uint8Array): void {
    this.#hash.update(data);
  }

  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest());
  }

  reset(): void {
    throw new Error('a hash is used once');
  }
}

/** One for all requests: credentials that were found are kept until they expire. */
const credentials = defaultProvider();

/** Values by name; a name that comes several times has a list. */
function queryOf(parameters: URLSearchParams): Record<string, string[]> {
  return Object.fromEntries([...parameters.keys()].map((name) => [name, parameters.getAll(name)]));
}

/**
 * A request signed for an API of a region (Signature Version 4), by the AWS credentials of this environment.
 * @throws Failure if there are none
 */
export async function signed(request: Request, region: string): Promise<Request> {
  const found = await credentials().catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Failure(`--sigv4 found no AWS credentials: ${reason}`, EXIT.usage);
  });
  const { protocol, hostname, port, host, pathname, searchParams } = new URL(request.url);
  const body = request.body === null ? undefined : Buffer.from(await request.arrayBuffer());
  const signer = new SignatureV4({ service: 'execute-api', region, credentials: found, sha256: Sha256 });
  const { headers } = await signer.sign({
    ...{ method: request.method, protocol, hostname, path: pathname, query: queryOf(searchParams) },
    ...(port !== '' && { port: Number(port) }),
    headers: { ...Object.fromEntries(request.headers), host },
    body,
  });
  const { signal, method, redirect } = request;
  return new Request(request.url, { method, headers, signal, redirect, ...(body && { body }) });
}
