import { existsSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { probePort, startDynamoDb } from '@hindsight/local-aws';
import { rawly } from '../support/raw';
import type { Application } from './application';
import { eventually } from './application';
import { append, applications, quantity, received } from './applications';

// Each start takes a second or two on a free machine, and many times that on a busy one.
jest.setTimeout(90_000);

const { folder, start, startAndWait, again, stopAll } = applications('start');
afterAll(stopAll);

const reachable = (url: string): Promise<boolean> =>
  fetch(`${url}/healthz`).then(
    () => true,
    () => false,
  );

/** A request whose head the gateway has read, and whose body is still to come. */
async function begun(url: string, productId: string) {
  const body = JSON.stringify(received);
  const headers = {
    'content-type': 'application/json',
    'content-length': body.length,
    expect: '100-continue',
  };
  const sent = request(`${url}/products/${productId}/events`, { method: 'POST', headers });
  const status = new Promise<number | undefined>((resolve, reject) => {
    sent.on('error', reject);
    sent.on('response', (response) => {
      response.resume().on('end', () => resolve(response.statusCode));
    });
  });
  await new Promise((resolve) => {
    sent.once('continue', resolve);
    sent.flushHeaders();
  });
  return {
    finish: () => {
      sent.end(body);
      return status;
    },
  };
}

/** It ended by itself, with one line for people and nothing else. */
async function refused(application: Application): Promise<string> {
  const { code, stdout, stderr } = await application.ended;
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(/^hindsight: [^\n]+\n$/);
  return stderr;
}

describe('while it runs', () => {
  let running: Application;
  beforeAll(async () => {
    running = await startAndWait('shared');
  });

  test('it says where it listens, and a request to try that works', async () => {
    expect(running.output).toContain(`Hindsight listens on ${running.url}: `);
    const [, url = '', body = ''] = /curl -X POST (\S+) .*-d '(.*)'/.exec(running.output) ?? [];
    const headers = { 'content-type': 'application/json' };
    expect((await fetch(url, { method: 'POST', headers, body })).status).toBe(201);
    const [, state = ''] = /curl (\S+\/state)/.exec(running.output) ?? [];
    expect((await fetch(state)).status).toBe(200);
  });

  test('SKUs with slash, blank, plus and umlaut are products like any other', async () => {
    for (const productId of ['A/B', 'Öl 5+', '100%', '%2F']) {
      const at = (resource: string) => `/products/${encodeURIComponent(productId)}/${resource}`;
      const batch = [{ ...received, productId }, received];
      const stored = await rawly(running.url, 'POST', at('events'), batch);
      const location = `${at('state')}?version=2`;
      expect(stored).toMatchObject({ status: 201, location, body: { productId } });
      const state = { productId, quantity: '10' };
      expect(await rawly(running.url, 'GET', location)).toMatchObject({ status: 200, body: { state } });
      const events = [{ version: 1 }, { version: 2 }];
      expect(await rawly(running.url, 'GET', at('events'))).toMatchObject({ status: 200, body: { events } });
    }
  });

  test('a second start on the same DATA_DIR is refused in one line, and does it no harm', async () => {
    const second = await start('shared');
    expect(await refused(second)).toContain(
      `DATA_DIR ${join(folder, 'shared')} is in use by process ${running.pid}`,
    );
    expect(await append(running.url, 'unharmed')).toBe(201);
  });

  test('a start on its port is refused in one line', async () => {
    const second = await start('other', { PORT: String(running.port) });
    expect(await refused(second)).toContain(`port ${running.port} of 127.0.0.1 is taken`);
  });
});

test.each([
  ['PORT', 'http'],
  ['DATA_DIR', __filename],
  ['DYNAMODB_ENDPOINT', 'localhost'],
])('a bad %s is refused in one line that names it', async (name, value) => {
  expect(await refused(await start('unused', { [name]: value }))).toContain(name);
});

test('a DYNAMODB_ENDPOINT where nothing listens is refused in one line', async () => {
  const endpoint = `http://127.0.0.1:${await probePort('127.0.0.1')}`;
  expect(await refused(await start('unused', { DYNAMODB_ENDPOINT: endpoint }))).toContain(endpoint);
});

test('DYNAMODB_ENDPOINT takes the place of the embedded engine', async () => {
  const engine = await startDynamoDb();
  const application = await startAndWait('no-engine', { DYNAMODB_ENDPOINT: engine.endpoint });
  expect(await append(application.url, 'elsewhere')).toBe(201);
  expect(() => application.part('dynoxide')).toThrow('no dynoxide');
  expect(existsSync(join(folder, 'no-engine'))).toBe(false);
  expect(await application.stop()).toMatchObject({ code: 0, stderr: '' });
  await engine.stop();
});

describe.each([
  ['SIGTERM', (application: Application) => application.signal('SIGTERM')],
  ['Ctrl-C', (application: Application) => application.interrupt()],
])('on %s', (name, stop) => {
  test('it finishes what is in flight, leaves no process behind, and finds everything again', async () => {
    const first = await startAndWait(name);
    const inFlight = await begun(first.url, 'thing');
    stop(first);
    await eventually(async () => !(await reachable(first.url)));
    expect(await inFlight.finish()).toBe(201);
    expect(await first.ended).toMatchObject({ code: 0, stderr: '' });
    expect(first.remains()).toEqual([]);
    const second = await startAndWait(name);
    expect(await quantity(second.url, 'thing')).toBe('5');
    await second.stop();
  });
});

test('SIGTERM before it is ready ends it as well', async () => {
  const application = await start('early');
  // The lock is the first thing that it makes: what follows is being started.
  await eventually(() => existsSync(join(folder, 'early', 'hindsight.db')));
  application.remember();
  application.signal('SIGTERM');
  expect(await application.ended).toMatchObject({ code: 0, stderr: '' });
  await eventually(() => application.remains().length === 0);
});

test('SIGKILL leaves no process behind; a start right after it, on the same port, finds everything', async () => {
  const first = await startAndWait('killed');
  expect(await append(first.url, 'thing')).toBe(201);
  first.signal('SIGKILL');
  const second = again(first.port, 'killed');
  await second.ready();
  expect(await quantity(second.url, 'thing')).toBe('5');
  await eventually(() => first.remains().length === 0);
  await second.stop();
});

test('appends in the background that a SIGKILL interrupts are carried out at the next start, once each', async () => {
  const first = await startAndWait('interrupted');
  const accepted = async (n: number): Promise<string | null> => {
    const response = await fetch(`${first.url}/products/thing-${n % 4}/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', prefer: 'respond-async' },
      body: JSON.stringify(received),
    });
    await response.arrayBuffer();
    return response.status === 202 ? response.headers.get('location') : null;
  };
  const answers = Array.from({ length: 40 }, (_, n) => accepted(n).catch(() => null));
  await Promise.race(answers.slice(8));
  first.signal('SIGKILL');
  const locations = (await Promise.all(answers)).filter((location) => location !== null);
  expect(locations.length).toBeGreaterThan(0);

  const second = await startAndWait('interrupted');
  const statusOf = async (location: string) =>
    ((await (await fetch(`${second.url}${location}`)).json()) as { status: string }).status;
  for (const location of locations) await eventually(async () => (await statusOf(location)) === 'succeeded');
  const products = ['thing-0', 'thing-1', 'thing-2', 'thing-3'];
  const totals = await Promise.all(products.map((product) => quantity(second.url, product)));
  const stored = totals.reduce((sum, total) => sum + Number(total), 0) / 5;
  // Those whose 202 was lost may be stored as well, but nothing twice.
  expect(stored).toBeGreaterThanOrEqual(locations.length);
  expect(stored).toBeLessThanOrEqual(40);
  await second.stop();
});
