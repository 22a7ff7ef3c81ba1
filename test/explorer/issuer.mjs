// node issuer.mjs PORT CLIENT_ID PAGE: an OpenID provider with one public client. It prints a line of JSON: a token that
// has expired, and one for another API.
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import Provider from 'oidc-provider';

const [, , port, clientId, page] = process.argv;
const issuer = `http://127.0.0.1:${port}`;
const audience = 'https://stock.example';
const scope = 'state:read events:write events:write:late events:write:closed';

const { privateKey } = await generateKeyPair('RS256', { extractable: true });
const key = { ...(await exportJWK(privateKey)), kid: 'key', alg: 'RS256', use: 'sig' };

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: clientId,
      token_endpoint_auth_method: 'none',
      redirect_uris: [page],
      post_logout_redirect_uris: [page],
      grant_types: ['authorization_code'],
      response_types: ['code'],
    },
  ],
  jwks: { keys: [key] },
  cookies: { keys: ['a key of this test'] },
  clientBasedCORS: () => true,
  findAccount: (_, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
  features: {
    devInteractions: { enabled: true },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: () => ({ scope, audience, accessTokenFormat: 'jwt' }),
    },
  },
});

const token = (aud, expires) =>
  new SignJWT({ scope })
    .setProtectedHeader({ alg: 'RS256', kid: 'key' })
    .setIssuer(issuer)
    .setSubject('ada')
    .setAudience(aud)
    .setExpirationTime(expires)
    .sign(privateKey);
const now = Math.floor(Date.now() / 1_000);
const tokens = { expired: await token(audience, now - 60), foreign: await token('another', now + 3_600) };
provider.listen(Number(port), '127.0.0.1', () => process.stdout.write(`${JSON.stringify(tokens)}\n`));
