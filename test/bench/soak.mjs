// npm run test:soak -- --minutes 30
//
// Runs the built server at 70 % of the load that it can bear, and samples the memory of each of its processes. The
// first fifth is for warming up; from then on the memory of a process may grow by so little that a day of it would
// not fill a gigabyte. Appends in order, late ones, states now and of old go to a few hundred products; every answer
// must be the one expected.
import { parseArgs } from 'node:util';
import { setTimeout as pause } from 'node:timers/promises';
import { slopeOf, tree } from './memory.mjs';
import { startServer } from './server.mjs';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '30' },
    load: { type: 'string', default: '0.7' },
    clients: { type: 'string', default: '16' },
    products: { type: 'string', default: '400' },
  },
});
const [minutes, load, clients, products] = ['minutes', 'load', 'clients', 'products'].map((name) =>
  Number(values[name]),
);

/** MB an hour: what may be noise of the sampling and of heaps that are collected now and then. */
const MOST_GROWTH = 40;
const SAMPLE_MS = 2_000;
const PROBE_MS = 15_000;

const counters = { requests: 0, unexpected: 0 };
let made = 0;

function appendOf(product, effectiveAt) {
  made += 1;
  const event = { eventId: `soak-${made}`, eventType: 'productReceived', quantity: 1, effectiveAt };
  return ['POST', `/products/soak-${product}/events`, event];
}

/** One request: six in ten append, one of them late; the others ask for states, now and of an hour ago. */
function anyRequest() {
  const product = Math.floor(Math.random() * products);
  const kind = Math.random();
  if (kind < 0.5) return appendOf(product);
  if (kind < 0.6) return appendOf(product, new Date(Date.now() - Math.random() * 60_000).toISOString());
  const asOf = kind < 0.8 ? '' : `?asOf=${new Date(Date.now() - Math.random() * 3_600_000).toISOString()}`;
  return ['GET', `/products/soak-${product}/state${asOf}`];
}

/** A product may not be there yet, or not have been at that moment; everything else must be answered with success. */
const expected = (method, status) => status === 200 || status === 201 || (method === 'GET' && status === 404);

async function one(server) {
  const request = anyRequest();
  const { status } = await server.send(...request);
  counters.requests += 1;
  if (!expected(request[0], status)) counters.unexpected += 1;
}

/** Requests a second when every client sends the next one at once. */
async function capacity(server) {
  const until = performance.now() + PROBE_MS;
  const before = counters.requests;
  const client = async () => {
    while (performance.now() < until) await one(server);
  };
  await Promise.all(Array.from({ length: clients }, client));
  return ((counters.requests - before) * 1000) / PROBE_MS;
}

/** Keeps a rate until a time; falls back to what the server bears where that has become less. */
async function hold(server, rate, until) {
  const interval = (clients * 1000) / rate;
  const client = async (_, index) => {
    let next = performance.now() + (index * interval) / clients;
    while (performance.now() < until) {
      await pause(Math.max(0, next - performance.now()));
      next = Math.max(next + interval, performance.now() - interval);
      await one(server);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
}

async function sampled(pid, until) {
  const samples = new Map();
  while (performance.now() < until) {
    for (const { name, megabytes } of tree(pid)) {
      const list = samples.get(name) ?? [];
      list.push([performance.now() / 3_600_000, megabytes]);
      samples.set(name, list);
    }
    await pause(SAMPLE_MS);
  }
  return samples;
}

/** @returns whether it is flat */
function judge(name, all) {
  const list = all.slice(Math.floor(all.length / 5));
  const growth = slopeOf(list);
  const of = (pick) => pick(...list.map(([, megabytes]) => megabytes)).toFixed(0);
  const range = `${of(Math.min)} to ${of(Math.max)} MB in ${list.length} samples`;
  console.log(`${name}: ${range}, ${growth >= 0 ? '+' : ''}${growth.toFixed(1)} MB an hour`);
  return growth <= MOST_GROWTH;
}

const server = await startServer();
let flat;
try {
  const most = await capacity(server);
  const rate = most * load;
  console.log(`bears ${most.toFixed(0)} requests/s; ${rate.toFixed(0)}/s for ${minutes} minutes`);
  const until = performance.now() + minutes * 60_000;
  const [samples] = await Promise.all([sampled(server.pid, until), hold(server, rate, until)]);
  flat = [...samples].map(([name, list]) => judge(name, list));
} finally {
  await server.stop();
}
console.log(`${counters.requests} requests, ${counters.unexpected} answers that were not expected`);
const results = [...flat, counters.unexpected === 0];
const failed = results.filter((good) => !good).length;
console.log(`${results.length - failed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
