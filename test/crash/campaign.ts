import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startDynamoDb } from '@hindsight/local-aws';
import { verifyTable } from '../support/log';
import { Api } from '../support/api';
import { connectTo } from '../support/engine';
import { launchServer, partsOf, startServer, type Part, type StartedServer } from '../support/processes';
import { randomFrom } from '../support/random';
import { Client, type Random, type Sent } from './client';
import { checkLog, checkRetry } from './checks';

const CLIENTS = 6;
/** Logs grow with every cycle; new ones begin after so many. */
const CYCLES_OF_A_PRODUCT = 20;
const RETRIES = 5;

export interface Outcome {
  readonly cycles: number;
  /** Kills by what was killed. */
  readonly kills: Readonly<Record<string, number>>;
  readonly sent: number;
  readonly acknowledged: number;
  readonly unanswered: number;
  readonly retried: number;
  readonly products: number;
  readonly events: number;
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It was gone before its turn came.
  }
}

/** kill -9 of some process of the tree at some moment under load, again and again, on one data folder. */
export class CrashCampaign {
  readonly #dataDir = mkdtempSync(join(tmpdir(), 'hindsight-crash-'));
  readonly #random: Random;
  readonly #kills: Record<string, number> = {};
  readonly #products = new Set<string>();
  #server: StartedServer | undefined;
  #acknowledged: Sent[] = [];
  #unanswered: Sent[] = [];
  #counts = { sent: 0, acknowledged: 0, unanswered: 0, retried: 0 };
  #events = 0;

  constructor(
    readonly cycles: number,
    seed: number,
    /** Told after every check, with the cycles so far. */
    readonly progress: (cycles: number) => void = () => undefined,
  ) {
    this.#random = randomFrom(seed);
  }

  /** @throws what is wrong, at the first thing that is */
  async run(): Promise<Outcome> {
    try {
      for (let cycle = 0; cycle < this.cycles; cycle += 1) {
        await this.#cycle(cycle);
        const last = cycle + 1 === this.cycles;
        if (!last && (cycle + 1) % CYCLES_OF_A_PRODUCT !== 0) continue;
        await this.#check();
        this.progress(cycle + 1);
      }
      await this.#verify();
    } finally {
      await this.#server?.stop();
      rmSync(this.#dataDir, { recursive: true, force: true });
    }
    const products = this.#products.size;
    return { cycles: this.cycles, kills: this.#kills, ...this.#counts, products, events: this.#events };
  }

  async #cycle(cycle: number): Promise<void> {
    const server = await launchServer(this.#dataDir);
    this.#server = server;
    // Now and then it dies while it starts.
    const early = this.#random() < 0.1;
    if (early) await pause(this.#random() * 1000);
    else {
      if (!(await server.ready)) throw new Error(`cycle ${cycle}: no start: ${await this.#why(server)}`);
      await this.#retry(new Api(server.url)).catch(async (error: unknown) => {
        throw new Error(`cycle ${cycle}: retries fail; the server said: ${await this.#why(server)}`, {
          cause: error,
        });
      });
    }
    const killed = { yes: false };
    const load = early ? Promise.resolve() : this.#load(new Api(server.url), cycle, () => killed.yes);
    // What a client finds wrong ends the campaign.
    if (!early) await Promise.race([this.#enough(), load]);
    await this.#kill(server, early);
    killed.yes = true;
    await load;
  }

  async #why(server: StartedServer): Promise<string> {
    await server.stop();
    return (await server.ended).output;
  }

  async #load(api: Api, cycle: number, until: () => boolean): Promise<void> {
    const series = Math.floor(cycle / CYCLES_OF_A_PRODUCT);
    const products = ['a', 'b', 'c'].map((name) => `${name}-${series}`);
    for (const product of products) this.#products.add(product);
    const clients = Array.from({ length: CLIENTS }, (_, index) => {
      const name = `${cycle}-${index}`;
      return new Client(name, products, randomFrom(Math.floor(this.#random() * 2 ** 31)), (sent) =>
        this.#note(sent),
      );
    });
    await Promise.all(clients.map((client) => client.run(api, until)));
  }

  #note(sent: Sent): void {
    this.#counts.sent += 1;
    if (sent.answer === undefined) {
      this.#unanswered.push(sent);
      this.#counts.unanswered += 1;
    } else if (sent.answer.status === 201) {
      this.#acknowledged.push(sent);
      this.#counts.acknowledged += 1;
    } else {
      // Shipments of what is not there, corrections of what was refused; all else is a failure.
      const known = [409, 422, 503].includes(sent.answer.status);
      assert(known, `an append got ${sent.answer.status}: ${JSON.stringify(sent.answer.body)}`);
    }
  }

  /** Until some appends are through, and a moment more. */
  async #enough(): Promise<void> {
    const enough = this.#counts.acknowledged + 5 + Math.floor(this.#random() * 25);
    const deadline = Date.now() + 60_000;
    while (this.#counts.acknowledged < enough) {
      assert(Date.now() < deadline, 'appends go through');
      await pause(1 + this.#random() * 10);
    }
  }

  async #kill(server: StartedServer, early: boolean): Promise<void> {
    const parts = partsOf(server.pid);
    const roles = [...new Set(parts.map(({ role }) => role))].sort();
    const choices: (Part['role'] | 'all')[] = [...roles, 'all'];
    const choice = choices[Math.floor(this.#random() * choices.length)] ?? 'all';
    this.#kills[choice] = (this.#kills[choice] ?? 0) + 1;
    for (const { pid, role } of parts) if (choice === 'all' || role === choice) kill(pid);
    // What was ready before, works again after the end of a part, until the rest of the tree is killed, too.
    if (choice !== 'all' && choice !== 'supervisor') {
      if (!early) await this.#worksAgain(server, choice);
      const rest = partsOf(server.pid);
      parts.push(...rest.filter(({ pid }) => !parts.some((part) => part.pid === pid)));
      for (const { pid } of rest) kill(pid);
    }
    await server.ended;
    const deadline = Date.now() + 15_000;
    const left = () => parts.filter(({ pid }) => partsOf(pid).length > 0);
    while (left().length > 0) {
      assert(Date.now() < deadline, `killing ${choice} leaves ${JSON.stringify(left())} behind`);
      await pause(20);
    }
  }

  async #worksAgain({ url }: StartedServer, killed: string): Promise<void> {
    const deadline = Date.now() + 15_000;
    const event = { eventType: 'productReceived', quantity: 1 };
    const append = () =>
      new Api(url).append('again', event).then(
        ({ status }) => status,
        () => 0,
      );
    while ((await append()) !== 201) {
      assert(Date.now() < deadline, `after the end of ${killed} appends go through again`);
      await pause(50);
    }
    this.#products.add('again');
  }

  /** What got no answer is sent again, and some of what got one: the first answer comes again. */
  async #retry(api: Api): Promise<void> {
    const unanswered = this.#unanswered.splice(0);
    for (const sent of unanswered) {
      const answer = await api.append(sent.product, sent.body);
      this.#counts.retried += 1;
      if (answer.status === 200 || answer.status === 201) this.#acknowledged.push({ ...sent, answer });
      else assert([409, 422].includes(answer.status), `a retry got ${answer.status}`);
    }
    for (let count = 0; count < RETRIES && this.#acknowledged.length > 0; count += 1) {
      const sent = this.#acknowledged[Math.floor(this.#random() * this.#acknowledged.length)] as Sent;
      checkRetry(sent, await api.append(sent.product, sent.body));
      this.#counts.retried += 1;
    }
  }

  /** All logs that were written to since the last time, over the API. */
  async #check(): Promise<void> {
    const server = await startServer(this.#dataDir);
    try {
      const api = new Api(server.url);
      await this.#retry(api);
      const products = new Set(this.#acknowledged.map(({ product }) => product));
      for (const product of products) {
        const stored = this.#acknowledged.filter((sent) => sent.product === product);
        this.#events += await checkLog(api, product, stored);
      }
      this.#acknowledged = [];
    } finally {
      await server.stop();
    }
  }

  /** All that is stored, straight from the table. */
  async #verify(): Promise<void> {
    const engine = await startDynamoDb({ file: join(this.#dataDir, 'hindsight.db') });
    const client = connectTo(engine.endpoint);
    try {
      const report = await verifyTable({ client, tableName: 'hindsight' });
      assert.equal(JSON.stringify(report.differences), '[]', 'verify finds nothing wrong');
      assert.equal(report.streams, this.#products.size, 'verify sees every product');
    } finally {
      client.destroy();
      await engine.stop();
    }
  }
}

/** What a campaign did, in a line. */
export function describeOutcome(outcome: Outcome): string {
  const { cycles, kills, sent, acknowledged, unanswered, retried, products, events } = outcome;
  const killed = Object.entries(kills)
    .sort()
    .map(([role, count]) => `${role} ${count}`);
  return (
    `${cycles} kills (${killed.join(', ')}): ${sent} appends sent, ${acknowledged} acknowledged, ` +
    `${unanswered} unanswered, ${retried} sent again; ${events} events of ${products} products, verified`
  );
}
