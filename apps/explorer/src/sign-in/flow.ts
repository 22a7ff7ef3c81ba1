/**
 * OpenID Connect, authorization code flow with PKCE. A bundle of its own: pages of servers that ask for a token do not
 * load it.
 */
import * as oauth from 'oauth4webapi';
import type { Begun, SignInSettings } from './settings';

/** The issuer sends people back to here; its client must have exactly this address. */
const redirectUri = (): string => `${location.origin}/`;

/** Unencrypted only where the server allows it: on this machine. The library marks this option so that nobody overlooks it. */
// eslint-disable-next-line @typescript-eslint/no-deprecated
const options = (url: string) => ({ [oauth.allowInsecureRequests]: url.startsWith('http:') });

async function discover({ issuer }: SignInSettings): Promise<oauth.AuthorizationServer> {
  const url = new URL(issuer);
  return oauth.processDiscoveryResponse(url, await oauth.discoveryRequest(url, options(issuer)));
}

/** The issuer's page, and what its answer is checked with. */
export async function begin(settings: SignInSettings): Promise<{ url: string; begun: Begun }> {
  const { authorization_endpoint: endpoint } = await discover(settings);
  if (endpoint === undefined) throw new Error('the issuer names no page to sign in');
  const begun = {
    state: oauth.generateRandomState(),
    nonce: oauth.generateRandomNonce(),
    verifier: oauth.generateRandomCodeVerifier(),
  };
  const url = new URL(endpoint);
  const parameters = {
    ...settings.parameters,
    client_id: settings.clientId,
    redirect_uri: redirectUri(),
    response_type: 'code',
    scope: settings.scopes.join(' '),
    state: begun.state,
    nonce: begun.nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(begun.verifier),
    code_challenge_method: 'S256',
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return { url: url.href, begun };
}

/** The token for the issuer's answer. */
export async function complete(
  settings: SignInSettings,
  answer: URLSearchParams,
  begun: Begun,
): Promise<string> {
  const client: oauth.Client = { client_id: settings.clientId };
  const issuer = await discover(settings);
  const checked = oauth.validateAuthResponse(issuer, client, answer, begun.state);
  const response = await oauth.authorizationCodeGrantRequest(
    ...([issuer, client, oauth.None(), checked, redirectUri(), begun.verifier] as const),
    { additionalParameters: { ...settings.parameters }, ...options(settings.issuer) },
  );
  const { access_token: token } = await oauth.processAuthorizationCodeResponse(issuer, client, response, {
    expectedNonce: begun.nonce,
    requireIdToken: true,
  });
  return token;
}

/** Where the session at the issuer ends; undefined: the issuer has no such page. */
export async function endOfSession(settings: SignInSettings): Promise<string | undefined> {
  const { end_session_endpoint: endpoint } = await discover(settings);
  if (endpoint === undefined) return undefined;
  const url = new URL(endpoint);
  url.searchParams.set('client_id', settings.clientId);
  url.searchParams.set('post_logout_redirect_uri', redirectUri());
  return url.href;
}
