import { createHash, createHmac } from 'node:crypto';
import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { SignatureV4 } from '@smithy/signature-v4';

/** The signer's hash, of what Node has. */
class Sha256 {
  constructor(secret) {
    this.hash = secret ? createHmac('sha256', secret) : createHash('sha256');
  }
  update(data) {
    this.hash.update(data);
  }
  digest() {
    return Promise.resolve(this.hash.digest());
  }
}

/** `fetch`, signed with SigV4 by the AWS credentials of this environment. */
export async function signedFetch(
  url,
  { service = 'execute-api', region, method = 'GET', headers = {}, body },
) {
  const { protocol, hostname, port, host, pathname, searchParams } = new URL(url);
  const signer = new SignatureV4({
    service,
    region,
    credentials: defaultProvider(),
    sha256: Sha256,
  });
  const query = Object.fromEntries(searchParams);
  const unsigned = { method, protocol, hostname, port, path: pathname, query, body };
  const signed = await signer.sign({ ...unsigned, headers: { ...headers, host } });
  return fetch(url, { method, headers: signed.headers, body });
}
