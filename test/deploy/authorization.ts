import { REGION, type Account, type Json } from './account';
import { signerOf, type Received } from './signature';
import { claimsOf, type Issuer } from './tokens';

/** Who can call an API: the secrets of access keys, and who issues tokens. */
export interface Callers {
  secretOf(accessKey: string): string | undefined;
  readonly issuers: readonly Issuer[];
}

/** What the function knows of the caller, or why there is none. */
export type Verdict =
  | { readonly ok: true; readonly authorizer?: Json }
  | { readonly ok: false; readonly status: 401 | 403 | 429 };

/** A route as it is deployed. */
interface Route {
  readonly routeKey: string;
  readonly authorizationType: 'NONE' | 'AWS_IAM' | 'JWT';
  readonly authorizerId?: string;
  readonly authorizationScopes?: readonly string[];
}

/** Whether a route is about a request; `{name}` stands for a part of the path, `{name+}` for the rest of it. */
function matches({ routeKey }: Route, { method, url }: Received): boolean {
  const [wanted, pattern = ''] = routeKey.split(' ');
  const [path = ''] = url.split('?');
  const escapedPattern = pattern.replace(/[.]/g, '\\.');
  const source = escapedPattern.replace(/\{\w+\+\}/g, '.+').replace(/\{\w+\}/g, '[^/]+');
  return [method, 'ANY'].includes(wanted ?? '') && new RegExp(`^${source}$`).test(path);
}

/** The more of a route is written out, the earlier it is asked; `$default` comes last. */
const rank = ({ routeKey }: Route) =>
  routeKey === '$default' ? 3 : routeKey.includes('+}') ? 2 : routeKey.includes('{') ? 1 : 0;

function byToken(received: Received, route: Route, issuer: Issuer | undefined, jwt: Json): Verdict {
  const { authorization } = received.headers;
  if (authorization === undefined || issuer === undefined) return { ok: false, status: 401 };
  const claims = claimsOf(authorization, issuer, { audience: jwt['audience'] as string[] });
  if (claims === undefined) return { ok: false, status: 401 };
  const { scope, scp } = claims;
  const granted = [scope, scp].flatMap((one) => (typeof one === 'string' ? one.split(' ') : []));
  const { authorizationScopes: wanted = [] } = route;
  if (wanted.length > 0 && !wanted.some((scope) => granted.includes(scope)))
    return { ok: false, status: 403 };
  return { ok: true, authorizer: { jwt: { claims, scopes: wanted.length > 0 ? wanted : null } } };
}

function bySignature(received: Received, callers: Callers): Verdict {
  const scope = { region: REGION, service: 'execute-api' };
  const accessKey = signerOf(received, scope, (key) => callers.secretOf(key));
  if (accessKey === undefined) return { ok: false, status: 403 };
  const userArn = `arn:aws:iam::123456789012:user/${accessKey}`;
  return {
    ok: true,
    authorizer: { iam: { accessKey, accountId: '123456789012', userArn, userId: accessKey } },
  };
}

/** Judges requests as API Gateway does, by the routes and authorizers of an API that is deployed. */
export async function authorization(account: Account, apiId: string, callers: Callers) {
  const ask = async (what: string) =>
    JSON.parse(await account.rest('apigateway', 'GET', `/v2/apis/${apiId}/${what}`)) as Json;
  const routes = ((await ask('routes'))['items'] as Route[]).sort((a, b) => rank(a) - rank(b));
  const jwtOf = new Map<string, Json>();
  for (const { authorizerId: id } of routes) {
    if (id) jwtOf.set(id, (await ask(`authorizers/${id}`))['jwtConfiguration'] as Json);
  }
  return (received: Received): Verdict => {
    const route = routes.find((one) => one.routeKey === '$default' || matches(one, received));
    switch (route?.authorizationType) {
      case 'NONE':
        return { ok: true };
      case 'AWS_IAM':
        return bySignature(received, callers);
      case 'JWT': {
        const jwt = jwtOf.get(route.authorizerId ?? '') ?? {};
        return byToken(
          received,
          route,
          callers.issuers.find(({ url }) => url === jwt['issuer']),
          jwt,
        );
      }
      case undefined:
        return { ok: false, status: 403 };
    }
  };
}
