// npm run bench:guard [-- --rounds N]
//
// What the guard in front of the embedded engine costs: the same requests, by turns in one run, to a server whose
// engine is behind the guard, and to one that reaches the same engine at a port of its own, as anybody could. Then what
// the check of a signature takes, which the local Step Functions makes as well, in both servers.
import { createRequire } from 'node:module';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { parseArgs } from 'node:util';
import { startServer } from './server.mjs';

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

const require = createRequire(import.meta.url);
const { startDynamoDb } = require('@hindsight/local-aws');
const { SignatureVerifier } = require('../../packages/local-aws/dist/credentials.js');
const { DynamoDBClient, GetItemCommand } = require('@aws-sdk/client-dynamodb');

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '1000' } } });
const rounds = Number(values.rounds);
const WARM_UP = 200;

const operations = {
  append: (server, id) =>
    server.send('POST', `/products/${id}/events`, { eventType: 'productReceived', quantity: 1 }),
  'state now': (server, id) => server.send('GET', `/products/${id}/state`),
};

const at = (list, share) => list.toSorted((a, b) => a - b)[Math.floor(list.length * share)];

/** Milliseconds of processor time that some processes and their descendants have had; undefined outside of Linux. */
function processorMs(roots) {
  if (process.platform !== 'linux') return undefined;
  const all = readdirSync('/proc').flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return [];
    try {
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ');
      // A tick is ten milliseconds on every Linux that Node runs on.
      return [
        { pid: Number(pid), parent: Number(fields[1]), ms: (Number(fields[11]) + Number(fields[12])) * 10 },
      ];
    } catch {
      return [];
    }
  });
  const tree = all.filter(({ pid }) => roots.includes(pid));
  for (const { pid } of tree) tree.push(...all.filter(({ parent }) => parent === pid));
  return tree.reduce((sum, { ms }) => sum + ms, 0);
}

async function timed(work) {
  const started = performance.now();
  const { status, text } = await work();
  if (status >= 300) throw new Error(text);
  return performance.now() - started;
}

async function compare(servers, operation) {
  const times = servers.map(() => []);
  let before;
  for (let round = 0; round < rounds + WARM_UP; round += 1) {
    if (round === WARM_UP) before = roots.map(processorMs);
    // Who goes first changes, so that neither always finds the caches of the other.
    for (const index of round % 2 === 0 ? [0, 1] : [1, 0]) {
      const ms = await timed(() => operations[operation](servers[index], `thing-${round % 50}`));
      if (round >= WARM_UP) times[index].push(ms);
    }
  }
  const [open, guarded] = times.map((list) => ({ median: at(list, 0.5), p95: at(list, 0.95) }));
  const more = ((guarded.median / open.median - 1) * 100).toFixed(1);
  const cells = [open.median, guarded.median].map((ms) => ms.toFixed(2));
  const processor = roots.map((own, index) => ((processorMs(own) - before[index]) / rounds).toFixed(2));
  const p95 = [open.p95, guarded.p95].map((ms) => ms.toFixed(2));
  console.log(`| ${[operation, ...cells, `${more} %`, ...p95, ...processor].join(' | ')} |`);
}

/** A request as the SDK signs it. */
async function signedRequest(credentials) {
  let signed;
  const handle = (request) => {
    signed = request;
    return Promise.resolve({ response: { statusCode: 200, headers: {}, body: Readable.from(['{}']) } });
  };
  const endpoint = 'http://127.0.0.1:1';
  const client = new DynamoDBClient({
    endpoint,
    credentials,
    region: 'us-east-1',
    requestHandler: { handle },
  });
  await client.send(new GetItemCommand({ TableName: 'hindsight', Key: { id: { S: 'x'.repeat(1_500) } } }));
  return signed;
}

async function checkTime() {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'secret' };
  const { headers, body } = await signedRequest(credentials);
  const verifier = new SignatureVerifier(credentials);
  const [bytes, times] = [Buffer.concat([body]), []];
  for (let round = 0; round < 5_000; round += 1) {
    const started = performance.now();
    if (!verifier.verify({ method: 'POST', headers }, bytes)) throw new Error('the signature is good');
    times.push(performance.now() - started);
  }
  console.log(
    `\nThe check of one signature takes ${(at(times, 0.5) * 1_000).toFixed(0)} µs (median of 5,000).`,
  );
}

const folder = mkdtempSync(join(tmpdir(), 'hindsight-guard-'));
const engine = await startDynamoDb({ file: join(folder, 'open.db') });
const servers = [await startServer(engine.endpoint), await startServer()];
/** The processes of each. */
const roots = [[servers[0].pid, engine.pid], [servers[1].pid]];
try {
  console.log(
    '| operation | open: median ms | guarded | more | open: p95 | guarded | open: processor ms | guarded |',
  );
  console.log('| --- | --- | --- | --- | --- | --- | --- | --- |');
  for (const operation of Object.keys(operations)) await compare(servers, operation);
  await checkTime();
} finally {
  for (const server of servers) await server.stop();
  await engine.stop();
  rmSync(folder, { recursive: true });
}
process.exit();
