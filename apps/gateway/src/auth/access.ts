import type { IncomingMessage } from 'node:http';
import type { RequestHandler, Response } from 'express';
import { Problem } from '../problems';
import type { Authenticator } from './authenticator';
import type { Scope } from '@hindsight/api';
import type { Principal } from './principal';

type Identity = { readonly principal: Principal } | { readonly refusal: unknown };

const identities = new WeakMap<IncomingMessage, Identity>();

function remember(request: IncomingMessage, response: Response, identity: Identity): void {
  identities.set(request, identity);
  if ('principal' in identity) response.locals['caller'] = identity.principal.subject;
}

/** Records the caller if it is already known. Everything that runs before authentication uses this. */
export function recognizing({ known }: Authenticator): RequestHandler {
  return (request, response, next) => {
    const principal = known?.(request);
    if (principal !== undefined) remember(request, response, { principal });
    next();
  };
}

/** Identifies the caller, once per request. This may take a while, so open routes skip it. */
export async function identify(
  authenticate: Authenticator,
  request: IncomingMessage,
  response: Response,
): Promise<void> {
  if (identities.has(request)) return;
  const identity: Identity = await authenticate(request).then(
    (principal) => ({ principal }),
    (refusal: unknown) => ({ refusal }),
  );
  remember(request, response, identity);
}

/** The caller of a request; undefined if the request has no credentials. */
export function callerOf(request: IncomingMessage): Principal | undefined {
  const identity = identities.get(request);
  return identity && 'principal' in identity ? identity.principal : undefined;
}

export const mayDo = (request: IncomingMessage, scope: Scope): boolean =>
  callerOf(request)?.scopes.has(scope) ?? false;

/** @throws Problem unauthenticated, insufficient-scope */
export function demandScope(request: IncomingMessage, scope: Scope): void {
  const identity = identities.get(request);
  if (identity === undefined) throw new Error('the request has not been authenticated');
  if ('refusal' in identity) throw identity.refusal;
  if (identity.principal.scopes.has(scope)) return;
  throw new Problem('insufficient-scope', `this needs the scope ${scope}`, {
    headers: {
      'WWW-Authenticate': `Bearer realm="hindsight", error="insufficient_scope", scope="${scope}"`,
    },
  });
}
