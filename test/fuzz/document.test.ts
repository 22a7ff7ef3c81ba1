import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc, { type Arbitrary } from 'fast-check';
import { figures } from '../support/figures';
import { startServer, type RunningServer } from '../support/processes';
import { brokenRequestsOf, type BrokenRequest } from './bounds';
import { Sender, type Exchange } from './exchange';
import { validRequestsOf, type ApiDescription } from './requests';
import { PRODUCTS } from './schema';

const REQUESTS = Number(process.env['FUZZ_REQUESTS'] ?? 300);
const SEED = Number(process.env['SEED'] ?? 1);
const AT_ONCE = 8;

jest.setTimeout(60 * 60_000);

const dataDir = mkdtempSync(join(tmpdir(), 'hindsight-document-'));
let server: RunningServer;
let description: ApiDescription;

beforeAll(async () => {
  server = await startServer(dataDir, { LOG_LEVEL: 'silent' });
  description = (await (await fetch(`${server.url}/openapi.json`)).json()) as ApiDescription;
  // The target of corrections.
  const body = JSON.stringify({ eventId: 'delivery-1', eventType: 'productReceived', quantity: 1_000_000 });
  for (const product of PRODUCTS) {
    const url = `${server.url}/products/${encodeURIComponent(product)}/events`;
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    expect(answer.status).toBe(201);
  }
});
afterAll(async () => {
  await server.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

/** Sends requests, and counts the answers by status; `faultOf` says what is wrong with one. */
async function sendAll<R extends BrokenRequest | Parameters<Sender['exchange']>[0]>(
  requests: Arbitrary<R>,
  faultOf: (request: R, exchange: Exchange) => string | undefined,
  numRuns = REQUESTS,
): Promise<{ readonly statuses: Map<number, number>; readonly faults: string[] }> {
  const queue = fc.sample(requests, { numRuns, seed: SEED });
  const sender = new Sender(server.url);
  const statuses = new Map<number, number>();
  const faults: string[] = [];
  const work = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const exchange = await sender.exchange({ kind: 'valid', ...next });
      const { status } = exchange.seen;
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      const fault = faultOf(next, exchange);
      if (fault !== undefined) faults.push(`${fault}: ${JSON.stringify(next).slice(0, 600)}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  sender.close();
  return { statuses, faults };
}

const summary = (statuses: ReadonlyMap<number, number>): string =>
  [...statuses]
    .sort(([a], [b]) => a - b)
    .map(([status, count]) => `${count} × ${status}`)
    .join(', ');

function refusalOfValid(_: unknown, { seen: { status, body } }: Exchange): string | undefined {
  const isRefused = [400, 405, 406, 411, 413, 415, 422, 431, 500].includes(status);
  return isRefused ? `${status} ${JSON.stringify(body)}`.slice(0, 400) : undefined;
}

/** The place that an answer names is the broken one, or part of it, or what it is part of. */
const isNamed = (names: string, path: string): boolean => {
  const [shorter, longer] = names.length < path.length ? [names, path] : [path, names];
  return shorter !== '' && (longer === shorter || longer.startsWith(`${shorter}.`));
};

function acceptanceOfBroken({ names }: BrokenRequest, { seen }: Exchange): string | undefined {
  const { status, body } = seen;
  if (status < 400 || status >= 500) return `accepted with ${status}`;
  if (names === undefined) return undefined;
  const { errors = [] } = body as { errors?: { path: string }[] };
  const isTold = errors.some(({ path }) => isNamed(names, path));
  return isTold ? undefined : `${status} does not name ${names}: ${JSON.stringify(errors).slice(0, 300)}`;
}

test(`${REQUESTS} requests that the document allows (seed ${SEED}): none is malformed or invalid`, async () => {
  const { statuses, faults } = await sendAll(validRequestsOf(description), refusalOfValid);
  figures(`${REQUESTS} valid requests: ${summary(statuses)}`);
  expect(faults.slice(0, 10)).toEqual([]);
  expect((statuses.get(201) ?? 0) + (statuses.get(200) ?? 0)).toBeGreaterThan(REQUESTS / 3);
});

test(`${REQUESTS} requests that break one bound each (seed ${SEED}): every one is refused, and the bound named`, async () => {
  const { statuses, faults } = await sendAll(brokenRequestsOf(description), acceptanceOfBroken);
  figures(`${REQUESTS} requests with one bound broken: ${summary(statuses)}`);
  expect(faults.slice(0, 10)).toEqual([]);
});

describe('a document that is wrong is caught', () => {
  const changed = (from: string, to: string): ApiDescription =>
    JSON.parse(JSON.stringify(description).replaceAll(from, to)) as ApiDescription;

  test('one that allows what the server refuses', async () => {
    const wrong = changed('"const":"inventory"', '"const":"warehouse"');
    const { faults } = await sendAll(validRequestsOf(wrong), refusalOfValid, 100);
    expect(faults).toContainEqual(expect.stringContaining('eventCategory'));
  });

  test('one that forbids what the server accepts', async () => {
    const wrong = changed('"maxLength":128', '"maxLength":12');
    const { faults } = await sendAll(brokenRequestsOf(wrong), acceptanceOfBroken, 200);
    expect(faults).toContainEqual(expect.stringMatching(/^accepted with 20\d/));
  });
});
