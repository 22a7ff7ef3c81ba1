import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Page } from 'playwright-core';
import { ownBrowser, violationsOf } from '../support/browser';
import { freePort, startServer, type RunningServer } from '../support/processes';

// Each test loads a dozen pages of two servers.
jest.setTimeout(120_000);

const CLIENT = 'explorer';
const browser = ownBrowser();
const folder = mkdtempSync(join(tmpdir(), 'hindsight-sign-in-'));
/** What must stay out of the server's log: every code and token. */
const secrets = new Set<string>();
let server: RunningServer;
let issuer: string;
let provider: ChildProcess;
let tokens: { readonly expired: string; readonly foreign: string };

beforeAll(async () => {
  const [port, own] = [await freePort(), await freePort()];
  issuer = `http://127.0.0.1:${own}`;
  const program = join(__dirname, 'issuer.mjs');
  provider = spawn(process.execPath, [program, String(own), CLIENT, `http://127.0.0.1:${port}/`], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  for await (const line of createInterface({ input: provider.stdout ?? process.stdin })) {
    tokens = JSON.parse(line) as typeof tokens;
    break;
  }
  server = await startServer(join(folder, 'data'), {
    PORT: String(port),
    JWT_ISSUER: issuer,
    JWT_AUDIENCE: 'https://stock.example',
    OIDC_CLIENT_ID: CLIENT,
    OIDC_PARAMETERS: 'resource=https://stock.example',
    LOG_LEVEL: 'info',
  });
});
afterAll(async () => {
  provider.kill();
  await once(provider, 'exit');
  await server.stop();
  const { output } = await server.ended;
  rmSync(folder, { recursive: true, force: true });
  expect(output).toContain('answered');
  expect(secrets.size).toBeGreaterThan(3);
  for (const secret of secrets) expect(output).not.toContain(secret);
});

const tokenOf = (page: Page) => page.evaluate<string | null>("sessionStorage.getItem('hindsight-token')");

/** A page whose codes are collected. The provider's page for tests has fonts from elsewhere, which it does not get. */
async function open(path: string): Promise<Page> {
  const page = await browser.open(`${server.url}${path}`);
  await page.route(
    ({ hostname }) => hostname !== '127.0.0.1',
    (route) => route.abort(),
  );
  page.on('request', (request) => {
    const code = new URL(request.url()).searchParams.get('code');
    if (code !== null) secrets.add(code);
  });
  return page;
}

/** From the prompt to the page, with the name and the consent of a person. */
async function signIn(page: Page): Promise<void> {
  await page.click('#sign-in');
  await page.fill('[name=login]', 'ada');
  await page.fill('[name=password]', 'lovelace');
  await page.click('[type=submit]');
  await page.click('[type=submit]');
}

test('people sign in with the issuer, come back to where they were, and are known to the server', async () => {
  const page = await open('/p/lamp?asOf=2026-11-17T12:00:00.000Z');
  await page.waitForSelector('#sign-in');
  expect(await violationsOf(page)).toEqual([]);
  await signIn(page);
  await page.waitForSelector('.curl');
  expect(page.url()).toBe(`${server.url}/p/lamp?asOf=2026-11-17T12:00:00.000Z`);
  const token = String(await tokenOf(page));
  secrets.add(token);
  const append = await fetch(`${server.url}/products/lamp/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ eventType: 'productReceived', quantity: 5 }),
  });
  expect(await append.json()).toMatchObject({ events: [{ recordedBy: 'ada' }] });
  await page.reload();
  await page.waitForSelector('.curl');
  expect(await page.evaluate('Object.keys(sessionStorage)')).toEqual(['hindsight-token']);
  expect(browser.complaints()).toEqual([]);
});

test('the answer of the issuer is not in the history', async () => {
  const page = await open('/');
  await signIn(page);
  await page.waitForSelector('.offer, #products');
  secrets.add(String(await tokenOf(page)));
  await page.goBack();
  await page.goForward();
  await page.waitForSelector('.offer, #products');
  expect(page.url()).toBe(`${server.url}/`);
});

test.each(['expired', 'foreign'] as const)('a token that is %s leads to signing in again', async (kind) => {
  const page = await open('/');
  secrets.add(tokens[kind]);
  await page.evaluate(`sessionStorage.setItem('hindsight-token', '${tokens[kind]}')`);
  await page.reload();
  await page.waitForSelector('#sign-in-failed');
  expect(await page.textContent('#sign-in-failed')).toMatch('does not accept this sign-in');
  await signIn(page);
  await page.waitForSelector('.offer, #products');
  expect(await tokenOf(page)).not.toBe(tokens[kind]);
});

test('signing out forgets the token, and ends the session at the issuer', async () => {
  const page = await open('/');
  await signIn(page);
  await page.click('text=Sign out');
  await page.waitForURL(`${issuer}/**`);
  await page.click('text=Yes, sign me out');
  await page.waitForURL(`${server.url}/**`);
  await page.waitForSelector('#sign-in');
  expect(await tokenOf(page)).toBeNull();
  // The issuer asks who it is.
  await page.click('#sign-in');
  await page.waitForSelector('[name=login]');
});

test('an answer that nobody asked for is refused', async () => {
  const page = await open('/?code=forged-code&state=forged-state');
  await page.waitForSelector('#sign-in-failed');
  expect(await page.textContent('#sign-in-failed')).toMatch('not begun in this tab');
  expect(page.url()).toBe(`${server.url}/`);
  expect(await tokenOf(page)).toBeNull();
});

test.each([
  ['with another state', 'code=forged-code&state=another', 'Signing in did not work'],
  ['with a code of nobody', 'code=forged-code&state=STATE&iss=ISSUER', 'Signing in did not work'],
  ['of another issuer', 'code=forged-code&state=STATE&iss=https://evil.example', 'Signing in did not work'],
  ['that says no', 'error=access_denied&error_description=not+today&state=STATE&iss=ISSUER', 'not today'],
])('an answer %s is refused', async (_, answer, said) => {
  const page = await open('/');
  await page.click('#sign-in');
  await page.waitForSelector('[name=login]');
  await page.goto(`${server.url}/docs`);
  const kept = await page.evaluate<string>("sessionStorage.getItem('hindsight-sign-in')");
  const { state } = JSON.parse(kept) as { state: string };
  const query = answer.replace('STATE', state).replace('ISSUER', issuer);
  await page.goto(`${server.url}/?${query}`);
  await page.waitForSelector('#sign-in-failed');
  expect(await page.textContent('#sign-in-failed')).toMatch(said);
  expect(page.url()).toBe(`${server.url}/`);
  expect(await tokenOf(page)).toBeNull();
});

test('an issuer that does not answer is said so, and a token is still taken', async () => {
  const page = await open('/');
  await page.route(`${issuer}/**`, (route) => route.abort());
  await page.click('#sign-in');
  await page.waitForSelector('#sign-in-failed');
  await page.click('summary');
  await page.fill('#token', 'wrong');
  await page.keyboard.press('Enter');
  await page.waitForSelector('text=does not accept this sign-in');
});
