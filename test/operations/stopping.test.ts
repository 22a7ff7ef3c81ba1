import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Api } from '../support/api';
import { startServer } from '../support/processes';

jest.setTimeout(60_000);

test('live tails end in order when the server is told to stop, and do not hold it up', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'hindsight-stopping-'));
  const server = await startServer(dataDir, { LOG_LEVEL: 'info' });
  try {
    await new Api(server.url).append('tailed', { eventType: 'productReceived', quantity: 3 });
    const streams = await Promise.all(
      [1, 2, 3].map(() => fetch(`${server.url}/products/tailed/events/stream?after=0`)),
    );
    const readers = streams.map(({ status, body }) => {
      expect(status).toBe(200);
      return body!.pipeThrough(new TextDecoderStream()).getReader();
    });
    // Each of them is live: it has sent the event that there is.
    for (const reader of readers) {
      let text = '';
      while (!text.includes('productReceived')) text += (await reader.read()).value ?? '';
    }
    await server.stop();
    const { code, output } = await server.ended;
    // A stream that is cut off would throw.
    for (const reader of readers) {
      while (!(await reader.read()).done);
    }
    expect(output).toContain('"msg":"stopping: SIGTERM"');
    expect(code).toBe(0);
  } finally {
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
});
