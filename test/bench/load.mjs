// npm run bench:load [-- --seconds S --clients 1,16 --file FILE --lines N]
//
// Measures the embedded default: appends and state reads per second with their latencies, and the rate of a
// import with the memory of every process. The server is the built one, on a fresh folder. Rates depend on
// the machine and on what else it does; compare runs of one machine only.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { cpus, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { tree } from './memory.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '10' },
    clients: { type: 'string', default: '1,16' },
    port: { type: 'string', default: '3977' },
    file: { type: 'string' },
    lines: { type: 'string', default: '50000' },
  },
});
const seconds = Number(values.seconds);
const url = `http://127.0.0.1:${values.port}`;
const agent = new Agent({ keepAlive: true, maxSockets: 64 });

function send(method, path, body) {
  return new Promise((resolve, reject) => {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const headers = text
      ? { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }
      : {};
    const sent = request(`${url}${path}`, { method, agent, headers }, (response) => {
      response
        .resume()
        .on('end', () => resolve(response.statusCode))
        .on('error', reject);
    });
    sent.on('error', reject).end(text);
  });
}

const percentile = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];

/** So many clients, each one request after another, for so long. */
async function load(name, clients, act) {
  const times = [];
  const statuses = {};
  const end = performance.now() + seconds * 1000;
  const started = performance.now();
  await Promise.all(
    Array.from({ length: clients }, async (_, client) => {
      for (let i = 0; performance.now() < end; i += 1) {
        const before = performance.now();
        const status = await act(client, i);
        times.push(performance.now() - before);
        statuses[status] = (statuses[status] ?? 0) + 1;
      }
    }),
  );
  const took = (performance.now() - started) / 1000;
  times.sort((a, b) => a - b);
  const [p50, p99] = [0.5, 0.99].map((share) => percentile(times, share).toFixed(1));
  console.log(
    `${name}, ${clients} client${clients > 1 ? 's' : ''}: ${(times.length / took).toFixed(0)}/s, p50 ${p50} ms, p99 ${p99} ms, statuses ${JSON.stringify(statuses)}`,
  );
}

/** The most that each process used while something went on. */
async function watched(pid, work) {
  const most = new Map();
  let on = true;
  const watch = (async () => {
    while (on) {
      for (const { name, megabytes } of tree(pid)) {
        most.set(name, Math.max(most.get(name) ?? 0, megabytes));
      }
      await pause(500);
    }
  })();
  const result = await work();
  on = false;
  await watch;
  return { result, most };
}

const dataDir = mkdtempSync(join(tmpdir(), 'hindsight-bench-'));
const server = spawn(process.execPath, [join(root, 'apps/local/dist/main.js')], {
  cwd: root,
  stdio: ['ignore', 'ignore', 'inherit'],
  env: { ...process.env, PORT: values.port, DATA_DIR: dataDir, DYNAMODB_ENDPOINT: '', LOG_LEVEL: 'error' },
});
const started = performance.now();
try {
  while ((await send('GET', '/readyz').catch(() => 0)) !== 200) await pause(20);
  console.log(
    `${cpus().length} cores, Node ${process.version}; ready after ${((performance.now() - started) / 1000).toFixed(1)} s`,
  );
  let run = 0;
  for (const clients of values.clients.split(',').map(Number)) {
    run += 1;
    const append = (client, i) =>
      send('POST', `/products/bench-${run}-${client}/events`, {
        eventId: `${i}`,
        eventType: 'productReceived',
        quantity: 1,
      });
    await load('appends', clients, append);
    await load('states', clients, (client) => send('GET', `/products/bench-${run}-${client}/state`));
  }
  const file = values.file ?? join(root, 'test/data/online-retail-sample.csv');
  if (!existsSync(file)) throw new Error(`there is no file ${file}`);
  const importing = () =>
    new Promise((resolve) => {
      const program = join(root, 'apps/cli/bin/hindsight.cjs');
      const args = [program, 'import', file, '--url', url, '--limit', values.lines, '--on-conflict', 'flag'];
      const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
      let output = '';
      child.stdout.on('data', (chunk) => (output += chunk));
      child.on('close', () => resolve(output));
    });
  const { result, most } = await watched(server.pid, importing);
  console.log(result.trim());
  for (const [name, megabytes] of most) console.log(`memory of ${name}: at most ${megabytes.toFixed(0)} MB`);
} finally {
  server.kill('SIGTERM');
  await new Promise((resolve) => server.once('exit', resolve));
  rmSync(dataDir, { recursive: true, force: true });
}
