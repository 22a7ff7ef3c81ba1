import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Api } from '../support/api';
import { runHindsight } from '../support/hindsight';
import { startServer, type RunningServer } from '../support/processes';

jest.setTimeout(300_000);

let folder: string;
let server: RunningServer | undefined;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'hindsight-backup-'))));
afterEach(async () => {
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('a backup that is made under writes has all that was recorded before it, and restores to the same answers', async () => {
  const dataDir = join(folder, 'data');
  server = await startServer(dataDir, { SETTLE_SECONDS: '3' });
  const api = new Api(server.url);
  const stored: { product: string; event: { eventId: string; [field: string]: unknown } }[] = [];
  let writing = true;
  const writer = async (product: string): Promise<void> => {
    for (let number = 0; writing; number++) {
      const eventId = `${product}-${number}`;
      const late = number % 3 === 2 ? { effectiveAt: `2026-01-0${1 + (number % 9)}T00:00:00Z` } : {};
      const event = { eventId, eventType: 'productReceived', quantity: 1, ...late };
      const { status } = await api.append(product, event);
      if (status === 201) stored.push({ product, event });
    }
  };
  const writers = ['cup', 'mug', 'jug'].map(writer);
  while (stored.length < 30) await new Promise(setImmediate);
  const before = [...stored];
  const backup = join(folder, 'backup.ndjson');
  const env = { SETTLE_SECONDS: '3' };
  const exported = await runHindsight(
    ['export', 'events', '--direct', '--data-dir', dataDir, '--output', backup],
    env,
  );
  writing = false;
  await Promise.all(writers);
  expect(exported).toMatchObject({ code: 0 });
  // It ran beside writers.
  expect(stored.length).toBeGreaterThan(before.length);

  const restored = join(folder, 'restored');
  const direct = ['--direct', '--keep-recorded', '--data-dir', restored];
  expect(await runHindsight(['import', backup, ...direct], env)).toMatchObject({ code: 0 });
  expect(await runHindsight(['verify', '--data-dir', restored], env)).toMatchObject({ code: 0 });
  const lines = readFileSync(backup, 'utf8').trim().split('\n');
  const events = lines.map(
    (line) => JSON.parse(line) as { productId: string; eventId: string; version: number },
  );
  const has = new Set(events.map(({ eventId }) => eventId));
  expect(before.filter(({ event }) => !has.has(event.eventId))).toEqual([]);

  const copy = await startServer(restored);
  try {
    const old = new Api(copy.url);
    for (const product of ['cup', 'mug', 'jug']) {
      const version = events.filter(({ productId }) => productId === product).length;
      const asOf = '2026-01-05T12:00:00Z';
      const [there, here] = await Promise.all(
        [old, api].map((each) => each.state(product, { asOf, version })),
      );
      expect(there?.status).toBe(200);
      expect(there?.body).toEqual(here?.body);
    }
    // All is sent again: what is in the backup is recognized, the rest is stored.
    for (const { product, event } of stored) {
      const again = await old.append(product, event);
      expect(again.status).toBe(has.has(event.eventId) ? 200 : 201);
    }
  } finally {
    await copy.stop();
  }
});
