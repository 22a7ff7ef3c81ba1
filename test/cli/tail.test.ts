import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runHindsight, startHindsight } from '../support/hindsight';
import { startServer, type RunningServer } from '../support/processes';

jest.setTimeout(120_000);

const dataDir = mkdtempSync(join(tmpdir(), 'hindsight-cli-tail-'));
let server: RunningServer;
beforeAll(async () => {
  server = await startServer(dataDir);
});
afterAll(async () => {
  await server.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

async function receive(quantity: number): Promise<void> {
  const event = { eventId: `r${quantity}`, eventType: 'productReceived', quantity };
  const args = ['append', 'crate', JSON.stringify(event), '--url', server.url];
  expect(await runHindsight(args)).toMatchObject({ code: 0 });
}

test('a tail goes on where it was when the server comes back, without gap or doubling', async () => {
  for (const quantity of [1, 2]) await receive(quantity);
  const tail = startHindsight(['tail', 'crate', '--after', '0', '--count', '3', '--url', server.url]);
  await tail.says(/^2 .* r2 /m);
  await server.stop();
  await tail.says(/no answer from .*; trying again/);
  server = await startServer(dataDir, { PORT: new URL(server.url).port });
  await receive(3);
  const { code, out } = await tail.ended;
  expect(code).toBe(0);
  expect(out.match(/^\d+ /gm)).toEqual(['1 ', '2 ', '3 ']);
});

test('Ctrl-C ends a tail with 130', async () => {
  const tail = startHindsight(['tail', 'crate', '--after', '0', '--url', server.url]);
  await tail.says(/^1 .* r1 /m);
  tail.child.kill('SIGINT');
  expect(await tail.ended).toMatchObject({ code: 130, signal: null, complaints: '' });
});
