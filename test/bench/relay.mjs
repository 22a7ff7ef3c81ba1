// Counts what goes to the engine: requests, units and bytes. It stands between a contestant and the engine in
// the passes that count, and is not there in the passes that are timed.
import { once } from 'node:events';
import { Agent, createServer, request as send } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { storedBytesOf, writeUnitsOf } from './units.cjs';

const READS = new Set(['Query', 'GetItem', 'BatchGetItem', 'TransactGetItems', 'Scan']);
const WRITES = new Set(['PutItem', 'UpdateItem', 'DeleteItem', 'TransactWriteItems', 'BatchWriteItem']);

/** Milliseconds without a request after which what runs in the background has ended. */
const QUIET = 200;

const textOf = async (stream) => {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
};

const none = () => ({
  requests: {},
  readUnits: 0,
  writeUnits: 0,
  storedBytes: 0,
  bytesSent: 0,
  bytesReceived: 0,
});

function pass(agent, target, { method, url, headers }, body) {
  return new Promise((resolve, reject) => {
    const options = { method, agent, headers: { ...headers, 'content-length': Buffer.byteLength(body) } };
    send(new URL(url, target), options, (response) => {
      textOf(response).then((text) => resolve({ response, text }), reject);
    })
      .on('error', reject)
      .end(body);
  });
}

/** Only a body that is to be counted is looked into. */
function counted(operation, text) {
  if (!READS.has(operation) && !WRITES.has(operation)) return undefined;
  return JSON.parse(text);
}

export async function startRelay(target) {
  const agent = new Agent({ keepAlive: true });
  let used = none();
  let last = 0;

  async function answer(request, response) {
    const operation = String(request.headers['x-amz-target'] ?? '').split('.')[1] ?? '';
    const text = await textOf(request);
    last = performance.now();
    const body = counted(operation, text);
    const forwarded = body ? JSON.stringify({ ...body, ReturnConsumedCapacity: 'TOTAL' }) : text;
    const answered = await pass(agent, target, request, forwarded);
    let received = answered.text;
    if (body) {
      const { ConsumedCapacity, ...rest } = JSON.parse(answered.text);
      received = JSON.stringify(rest);
      used.requests[operation] = (used.requests[operation] ?? 0) + 1;
      used.bytesSent += Buffer.byteLength(text);
      used.bytesReceived += Buffer.byteLength(received);
      if (READS.has(operation))
        for (const { CapacityUnits = 0 } of [ConsumedCapacity ?? []].flat()) used.readUnits += CapacityUnits;
      else {
        used.writeUnits += writeUnitsOf(body);
        used.storedBytes += storedBytesOf(body);
      }
    }
    const type = answered.response.headers['content-type'];
    response.writeHead(answered.response.statusCode, { ...(type && { 'content-type': type }) });
    response.end(received);
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.writeHead(502).end());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${server.address().port}`,
    /** What some work used; it begins when nothing that was started before goes on any more. */
    async of(work) {
      while (performance.now() - last < QUIET) await pause(QUIET / 4);
      used = none();
      await work();
      return used;
    },
    stop() {
      agent.destroy();
      server.closeAllConnections();
      server.close();
    },
  };
}
