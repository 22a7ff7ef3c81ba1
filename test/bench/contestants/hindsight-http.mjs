// Hindsight as `npm start` runs it, on the engine of the benchmark: gateway, Step Functions, functions.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { eventAt, fillLog } from './hindsight-log.mjs';
import { connection } from '../engine.mjs';
import { anyVersion, momentOf, nextVersion } from './stream.mjs';

const require = createRequire(import.meta.url);
const { DynamoDBClient } = require('@aws-sdk/client-dynamodb');
const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');

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

/** Starts the built server on an engine that runs already; resolves when it answers. */
export async function startServer(endpoint, env = {}) {
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
      ...env,
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

const expecting = async (wanted, sent) => {
  const { status, text } = await sent;
  if (!wanted.includes(status)) throw new Error(`${status} ${text}`);
  return JSON.parse(text);
};

export async function hindsightHttp({ endpoint }) {
  const { send, stop } = await startServer(endpoint);
  const client = new DynamoDBClient(connection(endpoint));
  const append = (productId, body) =>
    expecting([200, 201], send('POST', `/products/${productId}/events`, body));
  const get = (path) => expecting([200], send('GET', path));
  return {
    name: 'Hindsight HTTP, through the workflow',
    fill: (productId, length) => fillLog(client, productId, length),
    operations: {
      append: (productId, length) => append(productId, eventAt(nextVersion(productId, length))),
      late: (productId, length, distance) =>
        append(productId, { ...eventAt(1, momentOf(length - distance + 0.5)), quantity: 1 }),
      stateNow: (productId) => get(`/products/${productId}/state`),
      stateAt: (productId, length) => {
        const asOf = momentOf(anyVersion(length));
        return get(`/products/${productId}/state?asOf=${asOf}`);
      },
      read100: (productId) => get(`/products/${productId}/events?limit=100&direction=backward`),
      batch25: (productId, length) => {
        const first = nextVersion(productId, length, 25);
        return append(
          productId,
          Array.from({ length: 25 }, (_, i) => eventAt(first + i)),
        );
      },
    },
    hot: (productId) => {
      const { eventId } = eventAt(1);
      return append(productId, { eventId, eventType: 'productReceived', quantity: 1 });
    },
    count: async (productId) => (await get(`/products/${productId}/state`)).version,
    stop: async () => {
      client.destroy();
      await stop();
    },
  };
}
