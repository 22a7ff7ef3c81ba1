import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import type { RequestHandler, Response } from 'express';
import { REVALIDATE } from './http';
import { originsOf, withSignIn, type SignIn } from './sign-in';
import { sendTagged } from './tagged';

/** The page for people and its assets, by their addresses. */
export interface Explorer {
  readonly page: string;
  readonly assets: ReadonlyMap<string, Asset>;
}

interface Asset {
  readonly type: string;
  readonly content: Buffer;
}

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
};

/** The addresses of the page's own router. Some of them are addresses of the API as well, for programs. */
const PAGES = /^\/(p\/[^/]+|stock|closings|import)?$/;
const ASSETS = '/assets/';

/** Names of assets contain a hash of their content. */
const FOR_EVER = 'public, max-age=31536000, immutable';

/** Only its own scripts and styles, and requests to this server and to the issuer that people sign in with. */
const policyFor = (signIn: SignIn | undefined): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "worker-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    ["connect-src 'self'", ...(signIn ? originsOf(signIn) : [])].join(' '),
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join(';');

/** The Lambda's bundle has the page in a folder next to its own file. */
function folder(): string | undefined {
  const bundled = join(__dirname, 'explorer');
  if (existsSync(bundled)) return bundled;
  try {
    return dirname(require.resolve('@hindsight/explorer/page'));
  } catch {
    return undefined;
  }
}

/** Reads the page that was built; undefined: it was not. */
export function readExplorer(): Explorer | undefined {
  const root = folder();
  if (root === undefined) return undefined;
  const assets = readdirSync(join(root, 'assets')).map((name) => {
    const type = TYPES[extname(name)] ?? 'application/octet-stream';
    return [ASSETS + name, { type, content: readFileSync(join(root, 'assets', name)) }] as const;
  });
  return { page: readFileSync(join(root, 'index.html'), 'utf8'), assets: new Map(assets) };
}

/** A worker obeys the policy that its script comes with, not the one of its page. */
function sendAsset(response: Response, { type, content }: Asset, policy: string): void {
  response.set({ 'Cache-Control': FOR_EVER, 'Content-Security-Policy': policy }).type(type).send(content);
}

/**
 * Answers browsers with the page, and everyone with its assets. A browser asks for HTML first; a program that accepts
 * anything gets the API's answer at the same address. @param read called once, for the first browser
 */
export function explorerPages(read: () => Explorer | undefined, signIn?: SignIn): RequestHandler {
  let explorer: { readonly found: Explorer | undefined } | undefined;
  const policy = policyFor(signIn);
  return (request, response, next) => {
    const { path, method } = request;
    // An address with a format asks the API, also from a browser.
    const isPage = PAGES.test(path) && !/[?&]format=/.test(request.url);
    if ((method !== 'GET' && method !== 'HEAD') || !(isPage || path.startsWith(ASSETS))) return next();
    if (isPage) response.vary('Accept');
    if (isPage && request.accepts(['application/json', 'text/html']) !== 'text/html') return next();
    explorer ??= { found: read() };
    const { found } = explorer;
    const asset = found?.assets.get(path);
    if (asset !== undefined) return sendAsset(response, asset, policy);
    if (!isPage || found === undefined) return next();
    response.set({ 'Cache-Control': REVALIDATE, 'Content-Security-Policy': policy });
    const text = signIn === undefined ? found.page : withSignIn(found.page, signIn);
    return sendTagged(request, response, { type: 'text/html', text });
  };
}
