import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startServer, type RunningServer } from '../support/processes';
import { randomFrom } from '../support/random';
import { Api } from '../support/api';

const CYCLES = Number(process.env['CYCLES'] ?? 3);
const SEED = Number(process.env['SEED'] ?? 1);
const PRODUCTS = ['a', 'b', 'c'];
const CLIENTS = 6;

jest.setTimeout(60_000 + CYCLES * 30_000);

/** A process and all that descend from it, as the system lists them. */
function treeOf(root: number): number[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n');
  const pairs = lines.map((line) => line.trim().split(/\s+/).map(Number));
  const found = [root];
  for (const pid of found)
    found.push(...pairs.filter(([, parent]) => parent === pid).map(([child]) => child as number));
  return found;
}

interface Told {
  readonly product: string;
  readonly eventId: string;
  readonly version: number;
}

describe(`kill -9 of the whole tree under load, ${CYCLES} times (seed ${SEED})`, () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'hindsight-crash-'));
  const random = randomFrom(SEED);
  const acknowledged: Told[] = [];
  let sent = 0;
  let server: RunningServer;

  afterAll(async () => {
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  /** Appends one event after another until the server is gone, or it is told to end. */
  async function client(api: Api, name: string, until: () => boolean): Promise<void> {
    for (let index = 0; !until(); index += 1) {
      const product = PRODUCTS[Math.floor(random() * PRODUCTS.length)] as string;
      const eventId = `${name}-${index}`;
      const late = random() < 0.2 ? { effectiveAt: '2026-01-01T00:00:00Z' } : {};
      sent += 1;
      const answer = await api
        .append(product, { eventId, eventType: 'productReceived', quantity: 1, ...late })
        .catch(() => undefined);
      if (answer === undefined) return;
      if (answer.status === 201)
        acknowledged.push({ product, eventId, version: answer.body.version as number });
    }
  }

  async function cycle(number: number): Promise<void> {
    server = await startServer(dataDir);
    const api = new Api(server.url);
    let killed = false;
    const before = acknowledged.length;
    const clients = Array.from({ length: CLIENTS }, (_, index) =>
      client(api, `${number}-${index}`, () => killed),
    );
    const enough = 5 + Math.floor(random() * 25);
    while (acknowledged.length < before + enough) await pause(1 + random() * 10);
    for (const pid of treeOf(server.pid)) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It was gone before its turn came.
      }
    }
    killed = true;
    await Promise.all(clients);
    await server.ended;
  }

  it('loses no acknowledged event and doubles none; versions have no gap, states are the sums', async () => {
    for (let number = 1; number <= CYCLES; number += 1) await cycle(number);
    server = await startServer(dataDir);
    const api = new Api(server.url);
    let stored = 0;
    for (const product of PRODUCTS) {
      const events = await api.events(product);
      stored += events.length;
      expect(events.map(({ version }) => version)).toEqual(events.map((_, index) => index + 1));
      expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(events.length);
      const byId = new Map(events.map(({ eventId, version }) => [eventId, version]));
      for (const told of acknowledged.filter((each) => each.product === product)) {
        expect([told.eventId, byId.get(told.eventId)]).toEqual([told.eventId, told.version]);
      }
      const { body } = await api.state(product);
      expect(body.state.quantity).toBe(String(events.length));
    }
    process.stdout.write(
      `crash: ${CYCLES} kills, ${sent} sent, ${acknowledged.length} acknowledged, ${stored} stored\n`,
    );
  });
});
