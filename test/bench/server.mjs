// The built server as `npm start` runs it, and a client that keeps its connections.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

function httpClient(url) {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const send = (method, path, body) =>
    new Promise((resolve, reject) => {
      const text = body === undefined ? undefined : JSON.stringify(body);
      const headers = text && {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(text),
      };
      request(`${url}${path}`, { method, agent, headers }, (response) => {
        let answer = '';
        response
          .setEncoding('utf8')
          .on('data', (chunk) => (answer += chunk))
          .on('end', () => resolve({ status: response.statusCode, text: answer }))
          .on('error', reject);
      })
        .on('error', reject)
        .end(text);
    });
  return { send, close: () => agent.destroy() };
}

/** Starts it, on an engine that runs already or on one of its own; resolves when it answers. */
export async function startServer(endpoint) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const folder = mkdtempSync(join(tmpdir(), 'hindsight-bench-'));
  const child = spawn(process.execPath, [join(root, 'apps/local/dist/main.js')], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...process.env,
      PORT: String(port),
      HOST: '127.0.0.1',
      DATA_DIR: folder,
      DYNAMODB_ENDPOINT: endpoint ?? '',
      LOG_LEVEL: 'error',
    },
  });
  const { send, close } = httpClient(url);
  while ((await send('GET', '/readyz').catch(() => ({}))).status !== 200) {
    if (child.exitCode !== null) throw new Error('the server did not start');
    await pause(10);
  }
  return {
    url,
    pid: child.pid,
    send,
    async stop() {
      close();
      if (child.exitCode === null) {
        child.kill('SIGTERM');
        await once(child, 'exit');
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
