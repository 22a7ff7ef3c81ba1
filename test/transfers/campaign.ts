import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { isNativeError } from 'node:util/types';
import { startDynamoDb } from '@hindsight/local-aws';
import { Api, type Answer } from '../support/api';
import { received } from '../support/commands';
import { connectTo } from '../support/engine';
import { verifyTable } from '../support/log';
import { launchServer, partsOf, type StartedServer } from '../support/processes';
import { randomFrom } from '../support/random';
import type { Random } from '../crash/client';
import { Writer, type Sent } from './writer';

const WRITERS = 16;
const PRODUCTS = ['a', 'b', 'c', 'd', 'e'];
const EACH = 100;
const DAY_MS = 24 * 60 * 60 * 1000;
/** An append that is not stored this long after its `recordedAt` is never stored under it. */
const SETTLED_MS = 10_000;
const SUMS = 20;
const RETRIES = 10;
/** No stock to move; a transfer that is late can lack what it moves. */
const REFUSED = 409;

export interface Outcome {
  readonly kills: number;
  readonly sent: number;
  readonly acknowledged: number;
  readonly refused: number;
  readonly unanswered: number;
  readonly retried: number;
  /** Pairs of an effective and a recorded time at which the sum was asked for. */
  readonly sums: number;
}

/**
 * Writers move stock among products over HTTP, on a server that is killed with SIGKILL again and again. A transfer is one
 * act, so the sum over all products is the same at every pair of an effective and a recorded time.
 */
export class TransferCampaign {
  readonly #dataDir = mkdtempSync(join(tmpdir(), 'hindsight-transfers-'));
  readonly #random: Random;
  /** When the stock was received; a day ago, so that transfers can be late by any time since. */
  readonly #since = Date.now() - DAY_MS;
  readonly #counts = { sent: 0, acknowledged: 0, refused: 0, unanswered: 0, retried: 0, sums: 0 };
  #knownFrom = 0;
  #acknowledged: Sent[] = [];
  #unanswered: Sent[] = [];
  #server: StartedServer | undefined;

  constructor(
    readonly kills: number,
    seed: number,
    readonly progress: (kills: number) => void = () => undefined,
  ) {
    this.#random = randomFrom(seed);
  }

  /** @throws the first thing that is wrong */
  async run(): Promise<Outcome> {
    try {
      for (let cycle = 0; cycle < this.kills; cycle += 1) {
        await this.#cycle(cycle);
        this.progress(cycle + 1);
      }
      await this.#check(await this.#start());
      await this.#server?.stop();
      await this.#verify();
    } finally {
      await this.#server?.stop();
      rmSync(this.#dataDir, { recursive: true, force: true });
    }
    return { kills: this.kills, ...this.#counts };
  }

  async #start(): Promise<Api> {
    const server = await launchServer(this.#dataDir);
    this.#server = server;
    if (await server.ready) return new Api(server.url);
    await server.stop();
    throw new Error(`no start: ${(await server.ended).output}`);
  }

  async #cycle(cycle: number): Promise<void> {
    const api = await this.#start();
    if (cycle === 0) await this.#stockUp(api);
    await this.#retry(api);
    // Nothing is being written now, so everything that is known is final.
    for (let count = 0; count < SUMS; count += 1) await this.#askForSum(api, Date.now());
    let isKilled = false;
    const load = Promise.all(this.#writers(cycle).map((writer) => writer.run(api, () => isKilled)));
    const reader = this.#readWhileWriting(api, () => isKilled);
    await Promise.race([this.#enough(), load]);
    await this.#kill();
    isKilled = true;
    await Promise.all([load, reader]);
  }

  /** One act, as everything here: at no moment is there less than the sum. */
  async #stockUp(api: Api): Promise<void> {
    const effectiveAt = new Date(this.#since).toISOString();
    const body = PRODUCTS.map((productId) => received(EACH, { productId, effectiveAt, eventId: 'stock' }));
    const { status, body: answer } = await api.appendAct(body);
    assert.equal(status, 201, JSON.stringify(answer));
    this.#knownFrom = Date.parse(answer.results[0].events[0].recordedAt as string);
  }

  #writers(cycle: number): Writer[] {
    return Array.from({ length: WRITERS }, (_, index) => {
      const random = randomFrom(Math.floor(this.#random() * 2 ** 31));
      const options = { name: `${cycle}-${index}`, products: PRODUCTS, since: this.#since, random };
      return new Writer({ ...options, onSent: (sent) => this.#note(sent) });
    });
  }

  #note(sent: Sent): void {
    this.#counts.sent += 1;
    // 503: it may or may not be stored, as if no answer had come.
    if (sent.answer === undefined || sent.answer.status === 503) {
      this.#unanswered.push(sent);
      this.#counts.unanswered += 1;
    } else if (sent.answer.status === 201) this.#acknowledge(sent);
    else {
      const { status, body } = sent.answer;
      assert.equal(status, REFUSED, `a transfer got ${status}: ${JSON.stringify(body)}`);
      this.#counts.refused += 1;
    }
  }

  #acknowledge(sent: Sent): void {
    this.#acknowledged.push(sent);
    this.#counts.acknowledged += 1;
  }

  async #enough(): Promise<void> {
    const enough = this.#counts.acknowledged + 20 + Math.floor(this.#random() * 60);
    const deadline = Date.now() + 60_000;
    while (this.#counts.acknowledged < enough) {
      assert(Date.now() < deadline, 'transfers go through');
      await pause(1 + this.#random() * 10);
    }
  }

  /** Kills one kind of process or all of them, then whatever is left. */
  async #kill(): Promise<void> {
    const server = this.#server;
    assert(server !== undefined);
    const parts = partsOf(server.pid);
    const roles = [...new Set(parts.map(({ role }) => role))].sort();
    const first = [...roles, 'all'][Math.floor(this.#random() * (roles.length + 1))];
    const signal = (pid: number) => {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It is gone.
      }
    };
    for (const { pid, role } of parts) if (first === 'all' || role === first) signal(pid);
    if (first !== 'all') await pause(this.#random() * 300);
    const late = partsOf(server.pid);
    for (const { pid } of [...late, ...parts]) signal(pid);
    await server.ended;
    const deadline = Date.now() + 15_000;
    while ([...parts, ...late].some(({ pid }) => partsOf(pid).length > 0)) {
      assert(Date.now() < deadline, 'no process is left behind');
      await pause(20);
    }
  }

  /** What got no answer is sent again; of what got one, the first answer comes again. */
  async #retry(api: Api): Promise<void> {
    for (const { body } of this.#unanswered.splice(0)) {
      const answer = await api.appendAct(body);
      this.#counts.retried += 1;
      if ([200, 201].includes(answer.status)) this.#acknowledge({ body, answer });
      else assert.equal(answer.status, REFUSED, `a retry got ${answer.status}`);
    }
    for (let count = 0; count < RETRIES && this.#acknowledged.length > 0; count += 1) {
      const { body, answer } = this.#acknowledged[
        Math.floor(this.#random() * this.#acknowledged.length)
      ] as Sent;
      const retried = await api.appendAct(body);
      this.#counts.retried += 1;
      assert.equal(retried.status, 200, `a retry of a stored transfer got ${retried.status}`);
      assert.deepEqual(retried.body, answer?.body, 'the answer to a retry');
    }
  }

  async #readWhileWriting(api: Api, until: () => boolean): Promise<void> {
    while (!until()) {
      const latest = Date.now() - SETTLED_MS;
      if (latest > this.#knownFrom) await this.#askForSum(api, latest).catch(ignoreLost);
      await pause(50);
    }
  }

  /** The sum at some effective time and some recorded time. @param latest the last recorded time to ask for */
  async #askForSum(api: Api, latest: number): Promise<void> {
    const between = (from: number, to: number) => new Date(from + this.#random() * (to - from)).toISOString();
    const query = { asOf: between(this.#since, Date.now()), knownAt: between(this.#knownFrom, latest) };
    const answers = await Promise.all(PRODUCTS.map((product) => api.state(product, query)));
    const sum = answers.reduce((total, answer) => total + quantityIn(answer), 0);
    assert.equal(sum, PRODUCTS.length * EACH, `the sum at ${JSON.stringify(query)}`);
    this.#counts.sums += 1;
  }

  /** Both sides of every acknowledged transfer are there, once; nothing else is. */
  async #check(api: Api): Promise<void> {
    await this.#retry(api);
    for (let count = 0; count < 5 * SUMS; count += 1) await this.#askForSum(api, Date.now());
    const sides = new Map<string, string[]>();
    for (const product of PRODUCTS)
      for (const { eventId } of await api.events(product))
        sides.set(eventId, [...(sides.get(eventId) ?? []), product]);
    assert.equal(sides.get('stock')?.length, PRODUCTS.length);
    sides.delete('stock');
    for (const [eventId, products] of sides) assert.equal(products.length, 2, `both sides of ${eventId}`);
    const stored = this.#acknowledged.map(({ body }) => (body[0] as { eventId: string }).eventId);
    assert.deepEqual([...sides.keys()].sort(), stored.sort(), 'what was acknowledged is there');
  }

  /** All that is stored, straight from the table. */
  async #verify(): Promise<void> {
    const engine = await startDynamoDb({ file: join(this.#dataDir, 'hindsight.db') });
    const client = connectTo(engine.endpoint);
    try {
      const { differences, streams } = await verifyTable({ client, tableName: 'hindsight' });
      assert.equal(JSON.stringify(differences), '[]', 'verify finds nothing wrong');
      assert.equal(streams, PRODUCTS.length);
    } finally {
      client.destroy();
      await engine.stop();
    }
  }
}

class LostAnswer extends Error {}

function quantityIn({ status, body }: Answer): number {
  if (status === 503) throw new LostAnswer('the server is going down');
  assert.equal(status, 200, JSON.stringify(body));
  return Number(body.state.quantity);
}

/** A server that is being killed answers nothing (`fetch` throws a TypeError), or that it can't. */
function ignoreLost(error: unknown): void {
  // Not by `instanceof`: under jest, the TypeError of `fetch` comes from another realm.
  const isLost = error instanceof LostAnswer || (isNativeError(error) && error.name === 'TypeError');
  if (!isLost) throw error;
}

/** What a campaign did, in a line. */
export function describeOutcome(outcome: Outcome): string {
  const { kills, sent, acknowledged, refused, unanswered, retried, sums } = outcome;
  return (
    `${kills} kills: ${sent} transfers sent by ${WRITERS} writers, ${acknowledged} acknowledged, ${refused} refused, ` +
    `${unanswered} unanswered, ${retried} sent again; the sum of ${PRODUCTS.length} products at ${sums} pairs of times ` +
    `was ${PRODUCTS.length * EACH} each time; verified`
  );
}
