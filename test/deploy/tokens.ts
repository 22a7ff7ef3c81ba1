import { createSign, createVerify, generateKeyPairSync, type KeyObject } from 'node:crypto';

type Claims = Readonly<Record<string, unknown>>;

/** An identity provider with one key. */
export interface Issuer {
  readonly url: string;
  readonly publicKey: KeyObject;
  /** A token (RS256) that says this. */
  token(claims: Claims): string;
}

const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

export function makeIssuer(url: string): Issuer {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    url,
    publicKey,
    token(claims) {
      const now = Math.floor(Date.now() / 1000);
      const content = `${encoded({ alg: 'RS256', typ: 'JWT', kid: '1' })}.${encoded({ iss: url, iat: now, exp: now + 600, ...claims })}`;
      return `${content}.${createSign('RSA-SHA256').update(content).sign(privateKey, 'base64url')}`;
    },
  };
}

/** What a token says, when an HTTP API's JWT authorizer would take it. */
export function claimsOf(
  authorization: string,
  issuer: Issuer,
  { audience }: { readonly audience: readonly string[] },
): Claims | undefined {
  const [head = '', content = '', signature = ''] = authorization.replace(/^Bearer /i, '').split('.');
  const verified = createVerify('RSA-SHA256')
    .update(`${head}.${content}`)
    .verify(issuer.publicKey, signature, 'base64url');
  if (!verified) return undefined;
  const claims = JSON.parse(Buffer.from(content, 'base64url').toString()) as Claims;
  const now = Date.now() / 1000;
  const { iss, aud, client_id: client, exp, nbf = 0, iat = 0 } = claims;
  const for_ = [aud ?? client].flat().some((one) => audience.includes(String(one)));
  const inTime = Number(exp) > now && Number(nbf) <= now && Number(iat) <= now;
  return iss === issuer.url && for_ && inTime ? claims : undefined;
}
