import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RecordedEvent } from '@hindsight/domain';
import { Api } from '../../support/api';
import { received } from '../../support/commands';
import { runHindsight } from '../../support/hindsight';
import { launchServer, partsOf, type StartedServer } from '../../support/processes';
import { randomFrom } from '../../support/random';
import { Follower } from './follower';
import { allProducts, viewMetrics, watchList, type Row } from './lists';
import { poison } from './poison';
import { SettledAnswers } from './settled';
import { until, waitFor } from './waiting';
import { Writer, type Load } from './writers';

const WRITERS = 16;
/** One in so many appends asks for its own version at once. */
const ASKS = 20;
const POISONED = 'poisoned';

interface Size {
  readonly events: number;
  readonly products: number;
  readonly kills: number;
  readonly answers: number;
  readonly seed: number;
  /** Whether the times of the views are part of what is checked: on an idle machine. */
  readonly strict: boolean;
}

/** What a campaign did, as figures to print. */
type Outcome = Readonly<Record<string, number>>;

/**
 * Writers, a follower and readers of a server whose indexer, and engine, are killed with SIGKILL again and again; a rebuild
 * of the views meanwhile; and a product that can't be indexed.
 */
export class ViewsCampaign {
  readonly #dataDir = mkdtempSync(join(tmpdir(), 'hindsight-views-'));
  readonly #random: () => number;
  readonly #products: readonly string[];
  readonly #figures: Record<string, number> = {};
  #server: StartedServer | undefined;
  #port = '0';
  #url = '';

  constructor(
    readonly size: Size,
    readonly progress: (line: string) => void = () => undefined,
  ) {
    this.#random = randomFrom(size.seed);
    this.#products = Array.from({ length: size.products }, (_, i) => `p-${String(i).padStart(5, '0')}`);
  }

  /** @throws the first thing that is wrong */
  async run(): Promise<Outcome> {
    try {
      await this.#start();
      await this.#play();
      await this.#server?.stop();
      await this.#verify();
    } finally {
      await this.#server?.stop();
      rmSync(this.#dataDir, { recursive: true, force: true });
    }
    return this.#figures;
  }

  async #start(): Promise<void> {
    const server = await launchServer(this.#dataDir, this.#port === '0' ? {} : { PORT: this.#port });
    this.#server = server;
    if (!(await server.ready)) {
      await server.stop();
      throw new Error(`no start: ${(await server.ended).output}`);
    }
    this.#url = server.url;
    this.#port = new URL(server.url).port;
  }

  async #play(): Promise<void> {
    const { answers, events } = this.size;
    const since = Date.now();
    const load = this.#load();
    const follower = new Follower(this.#url, this.#random);
    const following = follower.run();
    await this.#firstEvents(load);
    const started = Date.now();
    const settled = new SettledAnswers(this.#url, {
      ...{ products: this.#products, random: this.#random, wanted: answers, since },
    });
    const collecting = Promise.all([settled.collect(), settled.collect()]);
    const writers = Array.from({ length: WRITERS }, (_, i) => new Writer(`w${i}`, load).run());
    const written = Promise.all([...writers, this.#disturb(load, settled)]);
    await Promise.race([written, following]);
    await written;
    const seconds = (Date.now() - started) / 1000;
    this.#note({ events, seconds, eventsPerSecond: events / seconds, late: load.late });
    this.#note({ corrected: load.corrected });
    settled.stop();
    await collecting;
    await this.#compareCatalogue(load);
    const all = [...load.heads.values()].reduce((sum, version) => sum + version, 0);
    await follower.until(all, 60_000);
    await following;
    this.#note({ feedEvents: follower.events, feedConnections: follower.connections });
    await this.#compareSettled(settled);
    await this.#poisoned(load);
  }

  #load(): Load {
    const api = new Api(this.#url);
    let asked = 0;
    const figures = this.#figures;
    Object.assign(figures, { shown: 0, notYet: 0 });
    return {
      ...{ api, products: this.#products, random: this.#random, wanted: this.size.events },
      ...{ acknowledged: 0, late: 0, corrected: 0, lastAt: 0, heads: new Map<string, number>() },
      onStored: async (productId, version) => {
        asked += 1;
        if (asked % ASKS === 0) await this.#askFor(productId, version);
      },
    };
  }

  /** What an append was answered, the catalogue shows to whoever asks for it. */
  async #askFor(productId: string, version: number): Promise<void> {
    const path = `/products?prefix=${productId}&atLeast=${productId}:${version}`;
    const response = await fetch(`${this.#url}${path}`).catch(() => undefined);
    if (response?.status !== 200) {
      this.#figures['notYet'] = (this.#figures['notYet'] ?? 0) + 1;
      return;
    }
    const { products } = (await response.json()) as { products: Row[] };
    assert.ok((products[0]?.version ?? 0) >= version, `${path}: ${JSON.stringify(products)}`);
    this.#figures['shown'] = (this.#figures['shown'] ?? 0) + 1;
  }

  async #firstEvents(load: Load): Promise<void> {
    const left = [...this.#products];
    const work = async () => {
      for (let product = left.pop(); product !== undefined; product = left.pop())
        await new Writer(`first-${product}`, load).append(product, [{ ...received(100), eventId: 'first' }]);
    };
    await Promise.all(Array.from({ length: WRITERS }, work));
    load.acknowledged = 0;
  }

  /** Kills while the writers write; half way, the views are rebuilt, and nothing is killed meanwhile. */
  async #disturb(load: Load, settled: SettledAnswers): Promise<void> {
    const { kills, events } = this.size;
    for (let kill = 0; kill < kills; kill += 1) {
      const reached = async (share: number) => {
        while (load.acknowledged < (events * (kill + share)) / (kills + 1)) await waitFor(20);
      };
      await reached(0.5);
      this.#killEngine();
      await reached(1);
      if (kill === Math.floor(kills / 2)) {
        await this.#rebuildUnderLoad();
        await settled.stock().catch(() => undefined);
      }
      await this.#killAll();
      await this.#start();
      this.progress(`${kill + 1} of ${kills} kills, ${load.acknowledged} events, ${settled.size} answers`);
    }
    this.#note({ kills, killsOfTheEngine: kills });
    await until('the stock at a settled moment', async () => {
      await settled.stock();
      return settled.stocks.length > 0 ? true : undefined;
    });
  }

  #killEngine(): void {
    for (const { pid, role } of partsOf(this.#server?.pid ?? 0)) if (role === 'engine') kill(pid);
  }

  /** The indexer is a part of the process that the others descend from. */
  async #killAll(): Promise<void> {
    const parts = partsOf(this.#server?.pid ?? 0);
    for (const { pid } of parts) kill(pid);
    await this.#server?.ended;
    await until('no process is left', () =>
      Promise.resolve(parts.some(({ pid }) => partsOf(pid).length > 0) ? undefined : true),
    );
  }

  async #rebuildUnderLoad(): Promise<void> {
    let isOver = false;
    const watching = watchList(this.#url, this.#products.length, () => isOver);
    const args = ['views', 'rebuild', '--data-dir', this.#dataDir];
    const rebuilding = runHindsight(args).finally(() => (isOver = true));
    await Promise.race([rebuilding, watching]);
    const { code, complaints } = await rebuilding;
    assert.equal(code, 0, complaints);
    this.#note({ listsDuringTheRebuild: await watching });
  }

  /** The catalogue shows the last version of every product soon after the last answer; then it is what the log says. */
  async #compareCatalogue(load: Load): Promise<void> {
    const rows = await until('every version in the catalogue', async () => {
      const found = await allProducts(this.#url);
      return found.every(({ productId, version }) => version === load.heads.get(productId))
        ? found
        : undefined;
    });
    const ms = Date.now() - load.lastAt;
    this.#note({ catalogueUpToDateMs: ms });
    if (this.size.strict) assert.ok(ms <= 2000, `${ms} ms after the last 201`);
    assert.equal(rows.length, this.#products.length);
    for (const { productId, version, state } of rows) {
      const { body } = await load.api.state(productId);
      assert.deepEqual({ version, state }, { version: body.version, state: body.state }, productId);
    }
  }

  async #compareSettled(settled: SettledAnswers): Promise<void> {
    await settled.compare();
    const api = new Api(this.#url);
    const logs = new Map<string, readonly RecordedEvent[]>();
    for (const product of this.#products) logs.set(product, await api.events(product));
    const rows = settled.compareWithLogs(logs);
    this.#note({ settledAnswers: settled.size, settledStocks: settled.stocks.length, settledRows: rows });
  }

  /** One product can't be indexed; the others are, and what was settled stays so. */
  async #poisoned({ api }: Load): Promise<void> {
    await api.append(POISONED, received(1));
    await poison(this.#dataDir, POISONED);
    await until('the product is set aside', async () =>
      (await viewMetrics(this.#url)).setAside === 1 ? true : undefined,
    );
    let longest = 0;
    for (let i = 0; i < 40; i += 1) {
      const product = this.#products[i % this.#products.length] as string;
      const { body } = await api.append(product, received(1));
      const from = performance.now();
      await until('the others are indexed', async () => {
        const path = `/products?prefix=${product}&atLeast=${product}:${body.version}`;
        return (await fetch(`${this.#url}${path}`)).status === 200 ? true : undefined;
      });
      longest = Math.max(longest, performance.now() - from);
    }
    const { lagSeconds } = await viewMetrics(this.#url);
    this.#note({ lagBesideASetAsideProductMs: longest, lagMetricMs: lagSeconds * 1000 });
    if (this.size.strict) assert.ok(longest < 2000 && lagSeconds < 2, `${longest} ms, ${lagSeconds} s`);
  }

  /** Feed and catalogue against the log, straight from the tables. */
  async #verify(): Promise<void> {
    const { code, out } = await runHindsight(['verify', '--views', '--data-dir', this.#dataDir]);
    assert.equal(code, 0, out);
  }

  #note(figures: Outcome): void {
    for (const [name, value] of Object.entries(figures)) this.#figures[name] = Math.round(value);
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It is gone.
  }
}
