/**
 * Writers, indexers that die, a rebuild, and readers of the views, in any order of their calls to both stores. Time passes
 * with each call, so that an append can be under way for as long as the state machine allows, and no longer.
 */
import assert from 'node:assert/strict';
import { createMemoryStore, type Store } from '@hindsight/event-log';
import {
  createMemoryViewStore,
  Indexer,
  rebuild,
  verifyViews,
  Views,
  type StockRow,
  type ViewStore,
} from '@hindsight/views';
import { createProductLog, type ProductLog } from '@hindsight/workflow';
import fc from 'fast-check';
import { at, command, received } from '../support/commands';
import { overriding } from '../support/overriding';
import { Death, fates, type Fate } from './crashes';
import { turns } from './turns';

const PRODUCTS = ['a', 'b'];
const CALL_MS = 500;
const SETTLE_MS = 30_000;
/** A write begins at most this long after its stamp, and ends at most this long after it began. */
const [BEGINS_MS, LASTS_MS] = [SETTLE_MS / 3, SETTLE_MS / 2];
const AS_OF = at(99);

/** The write came too late after its stamp. */
class OutOfTime extends Error {}

type Turn = () => Promise<void>;

class Scene {
  now = Date.parse(at(100));
  /** The stream of changes: the product of each append that was committed. */
  readonly changes: string[] = [];
  readonly store = createMemoryStore();
  readonly viewStore = createMemoryViewStore();
  readonly quiet: ProductLog = createProductLog({ store: this.store, clock: () => new Date(this.now) });
  readonly views: Views;
  writing = true;
  indexing = true;
  /** How many products the last list had. */
  shown = 0;
  /** What is under way, and a rebuild has to wait for. */
  readonly #work = new Set<Promise<unknown>>();

  constructor(
    readonly turn: Turn,
    readonly fate: () => Fate,
  ) {
    const store = this.#turning(this.viewStore);
    this.views = new Views({ store, log: this.quiet, clock: this.clock, settleMs: SETTLE_MS });
  }

  readonly clock = () => new Date(this.now);

  under<T>(work: Promise<T>): Promise<T> {
    this.#work.add(work);
    return work.finally(() => this.#work.delete(work));
  }

  /** Until what is under way now has ended. */
  readonly ended = (): Promise<unknown> => Promise.allSettled([...this.#work]);

  /** A log whose appends are committed late, but not too late. */
  writer(): ProductLog {
    const append: Store['append'] = async (items) => {
      const stamp =
        items
          .map((item) => ('recordedAt' in item ? String(item.recordedAt) : ''))
          .sort()
          .at(-1) ?? '';
      await this.turn();
      const began = this.now;
      if (began > Date.parse(stamp) + BEGINS_MS) throw new OutOfTime();
      await this.turn();
      if (this.now > began + LASTS_MS) throw new OutOfTime();
      const end = await this.store.append(items);
      const [first] = items;
      if (end === 'stored' && first !== undefined) this.changes.push(first.productId);
      return end;
    };
    const store = overriding(this.store, { append });
    return createProductLog({ store, clock: this.clock, delay: this.turn, random: () => 0.5 });
  }

  #turning(store: ViewStore): ViewStore {
    return overriding<ViewStore>(store, {
      getAll: async (items) => (await this.turn(), store.getAll(items)),
      page: async (view, range) => (await this.turn(), store.page(view, range)),
    });
  }

  /** The views of a process that may die before or after any of its writes. */
  mortal(): ViewStore {
    const write = async <T>(work: () => Promise<T>): Promise<T> => {
      await this.turn();
      const fate = this.fate();
      if (fate === 'dies before') throw new Death();
      const done = await work();
      if (fate === 'dies after') throw new Death();
      return done;
    };
    const { viewStore } = this;
    return overriding(this.#turning(viewStore), {
      create: (item) => write(() => viewStore.create(item)),
      replace: (item) => write(() => viewStore.replace(item)),
    });
  }
}

async function writes(scene: Scene, name: string): Promise<void> {
  for (let i = 0; i < 3; i += 1) {
    const product = PRODUCTS[(i + name.length) % PRODUCTS.length] ?? '';
    const event = (part: number) =>
      received(1, { eventId: `${name}${i}-${part}`, effectiveAt: at(10 * (3 - i) + part) });
    for (let stored = false; !stored;) {
      const body = i === 1 ? [event(0), event(1)] : event(0);
      stored = await scene
        .writer()
        .append(command(product, body))
        .then(() => true)
        .catch((error: unknown) => {
          if (error instanceof OutOfTime) return false;
          throw error;
        });
    }
  }
}

/** Takes the whole stream; a batch whose process died is repeated by another one. */
async function indexes(scene: Scene): Promise<void> {
  for (let taken = 0; ;) {
    await scene.turn();
    const isLast = !scene.writing;
    const beat = scene.clock().toISOString();
    const batch = scene.changes.slice(taken);
    const indexer = new Indexer({ store: scene.mortal(), log: scene.quiet, clock: scene.clock });
    const work = indexer.index(batch).then(() => indexer.control.beat(0, beat));
    const lives = await scene.under(work).then(
      () => true,
      (error: unknown) => {
        if (error instanceof Death) return false;
        throw error;
      },
    );
    if (!lives) continue;
    taken += batch.length;
    if (isLast && taken === scene.changes.length) return;
  }
}

/** Reads the feed to its end. */
async function follows(scene: Scene): Promise<string[]> {
  const found: string[] = [];
  for (let after = scene.views.feed.start; ;) {
    const isLast = !scene.indexing;
    const page = await scene.views.feed.read(after, 2);
    found.push(...page.listed.map(({ productId, version }) => `${productId}:${version}`));
    after = page.next;
    if (isLast && page.listed.length === 0) return found;
  }
}

async function lists(scene: Scene): Promise<void> {
  while (scene.indexing) {
    const { products } = await scene.under(scene.views.products({ sort: 'productId', limit: 100 }));
    const { length } = products;
    assert.ok(length >= scene.shown, `a list of ${length} products came after one of ${scene.shown}`);
    scene.shown = length;
    await scene.turn();
  }
}

async function stockAt(views: Views, knownAt: string): Promise<string> {
  const rows: StockRow[] = [];
  for await (const part of views.stock({ asOf: AS_OF, knownAt })) rows.push(...part.rows);
  return JSON.stringify(rows);
}

/** Asks for the stock at settled moments. */
async function asks(scene: Scene): Promise<Map<string, string>> {
  const answers = new Map<string, string>();
  while (scene.indexing) {
    const { through } = await scene.views.settled();
    if (through !== undefined) answers.set(through, await scene.under(stockAt(scene.views, through)));
    await scene.turn();
  }
  return answers;
}

/** Begins when there is something to be lost. */
async function rebuilds(scene: Scene): Promise<void> {
  while (scene.shown < PRODUCTS.length) await scene.turn();
  await rebuild({
    ...{ store: scene.viewStore, log: scene.quiet, clock: scene.clock, graceMs: 0 },
    products: () => scene.store.partitions(),
    wait: async () => {
      await scene.turn();
      await scene.ended();
    },
  });
}

async function play(isRebuilt: boolean, scene: Scene): Promise<void> {
  const written = Promise.all(['w', 'vv'].map((name) => writes(scene, name))).then(
    () => (scene.writing = false),
  );
  const indexed = Promise.all([indexes(scene), indexes(scene)]);
  const rebuilt = isRebuilt ? rebuilds(scene) : undefined;
  const over = Promise.all([written, indexed, rebuilt]).finally(() => (scene.indexing = false));
  const [, feed, answers] = await Promise.all([over, follows(scene), asks(scene), lists(scene)]);
  for (const product of PRODUCTS) {
    const own = feed.filter((entry) => entry.startsWith(product));
    const head = await scene.quiet.headVersion(product);
    const expected = Array.from({ length: head }, (_, index) => `${product}:${index + 1}`);
    assert.deepEqual(own, expected, 'the feed has every version once, in order');
  }
  for (const [knownAt, text] of answers)
    assert.equal(await stockAt(scene.views, knownAt), text, `what was settled at ${knownAt} has changed`);
  const report = await verifyViews(scene.viewStore, scene.quiet, () => scene.store.partitions());
  assert.deepEqual(report.differences, []);
}

/** The sections of the views, as those of the log are explored. */
export const viewSections = [
  { name: 'views: writers, indexers that die, readers', isRebuilt: false },
  { name: 'views: the same, and a rebuild', isRebuilt: true },
].map(({ name, isRebuilt }) => ({
  name,
  async explore({ runs, seed }: { runs: number; seed: number }): Promise<void> {
    const property = fc.asyncProperty(fc.scheduler(), turns, fates, async (scheduler, waits, ends) => {
      const [calls, lots] = [waits[Symbol.iterator](), ends[Symbol.iterator]()];
      const scene: Scene = new Scene(
        async () => {
          const left = calls.next().value as number;
          for (let turn = 0; turn < left; turn += 1) {
            await scheduler.schedule(Promise.resolve(), 'call');
            scene.now += CALL_MS;
          }
        },
        () => lots.next().value as Fate,
      );
      await scheduler.waitFor(play(isRebuilt, scene));
    });
    await fc.assert(property, { numRuns: runs, seed });
  },
}));
