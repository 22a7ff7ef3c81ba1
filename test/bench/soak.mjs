// Runs the built server at a share of the load that it can take, and samples the memory of each of its processes. The
// first fifth is for warming up; from then on the memory of a process may grow by so little that a day of it would
// not fill a gigabyte. Appends in order, late ones, states now and of old go to a few hundred products; every answer
// must be the one expected.
import { setTimeout as pause } from 'node:timers/promises';
import { slopeOf, tree } from './memory.mjs';
import { startServer } from './server.mjs';

/**
 * MB: each request leaves something behind in the engine, whose process is therefore replaced now and then
 * (packages/local-aws/src/renewed-engine.ts).
 */
const MOST_OF_ENGINE = 160;
/** MB an hour: what may be noise of the sampling and of heaps that are collected now and then. */
const MOST_GROWTH = 40;
const SAMPLE_MS = 2_000;
const PROBE_MS = 15_000;

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
function randomFrom(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A product may not exist yet, or not have existed at that moment; everything else must succeed. */
const isExpected = (method, status) =>
  status === 200 || status === 201 || (method === 'GET' && status === 404);

/** The clients of a server, which send one random request after another. */
class Clients {
  requests = 0;
  unexpected = 0;
  #made = 0;

  constructor(server, { clients, products, seed }) {
    this.server = server;
    this.count = Number(clients);
    this.products = Number(products);
    this.random = randomFrom(Number(seed));
  }

  #append(product, effectiveAt) {
    this.#made += 1;
    const event = { eventId: `soak-${this.#made}`, eventType: 'productReceived', quantity: 1, effectiveAt };
    return ['POST', `/products/soak-${product}/events`, event];
  }

  /** One request: six in ten append, one of them late; the others ask for states, now and of an hour ago. */
  #any() {
    const { random } = this;
    const product = Math.floor(random() * this.products);
    const kind = random();
    const ago = (milliseconds) => new Date(Date.now() - random() * milliseconds).toISOString();
    if (kind < 0.5) return this.#append(product);
    if (kind < 0.6) return this.#append(product, ago(60_000));
    const asOf = kind < 0.8 ? '' : `?asOf=${ago(3_600_000)}`;
    return ['GET', `/products/soak-${product}/state${asOf}`];
  }

  async #one() {
    const request = this.#any();
    const { status } = await this.server.send(...request);
    this.requests += 1;
    if (!isExpected(request[0], status)) this.unexpected += 1;
  }

  #all(client) {
    return Promise.all(Array.from({ length: this.count }, (_, index) => client(index)));
  }

  /** Requests a second if every client sends the next one at once. */
  async capacity() {
    const until = performance.now() + PROBE_MS;
    const before = this.requests;
    await this.#all(async () => {
      while (performance.now() < until) await this.#one();
    });
    return ((this.requests - before) * 1000) / PROBE_MS;
  }

  /** Keeps a rate until a time; slows down to what the server can take if that has become less. */
  async keep(rate, until) {
    const interval = (this.count * 1000) / rate;
    await this.#all(async (index) => {
      let next = performance.now() + (index * interval) / this.count;
      while (performance.now() < until) {
        await pause(Math.max(0, next - performance.now()));
        next = Math.max(next + interval, performance.now() - interval);
        await this.#one();
      }
    });
  }
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
  return name === 'the engine'
    ? Math.max(...list.map(([, megabytes]) => megabytes)) < MOST_OF_ENGINE
    : growth <= MOST_GROWTH;
}

/** Memory of each process at `load` of the sustainable load, for `minutes`. */
export async function campaign(values) {
  const minutes = Number(values.minutes);
  const server = await startServer();
  try {
    const clients = new Clients(server, values);
    const capacity = await clients.capacity();
    const rate = capacity * Number(values.load);
    console.log(`takes ${capacity.toFixed(0)} requests/s; ${rate.toFixed(0)}/s for ${minutes} minutes`);
    const until = performance.now() + minutes * 60_000;
    const [samples] = await Promise.all([sampled(server.pid, until), clients.keep(rate, until)]);
    const flat = [...samples].map(([name, list]) => judge(name, list));
    console.log(`${clients.requests} requests, ${clients.unexpected} unexpected answers`);
    const results = [...flat, clients.unexpected === 0];
    const failed = results.filter((good) => !good).length;
    return { passed: results.length - failed, failed };
  } finally {
    await server.stop();
  }
}
