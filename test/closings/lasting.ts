import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { createRegistry, registry, type EventType, type Registry } from '@hindsight/domain';
import { CLOSING_WAIT_MS, ClosingRegister, createMemoryStore } from '@hindsight/event-log';
import { advanceClosings, createMemoryViewStore, Indexer, rebuild, Views } from '@hindsight/views';
import { createProductLog } from '@hindsight/workflow';
import { gatewayWith } from '../../apps/gateway/src/testing/fakes';
import { at, command, corrected, counted, received, retracted, shipped } from '../support/commands';
import { randomFrom } from '../support/random';

/** Code of a later revision, for which every receipt counts twice. */
const twice = (type: EventType): EventType =>
  type.kind === 'change' && type.name === 'productReceived'
    ? {
        ...type,
        evolve: (productId, before, content) =>
          type.evolve(productId, type.evolve(productId, before, content), content),
      }
    : type;
const later = createRegistry(registry.types.map(twice), 'counts-twice');

const PRODUCTS = Array.from({ length: 300 }, (_, index) => `product ${index}`);
const SETTLE_MS = 5_000;

const store = () => ({ log: createMemoryStore(), views: createMemoryViewStore() });

/** A log with closings, whose code can be replaced. */
class Inventory {
  seconds = 10_000;
  readonly #stores = store();
  readonly clock = () => new Date(at(this.seconds));
  readonly closings = new ClosingRegister(this.#stores.log, this.clock);
  #code: Registry = registry;
  log = this.#logOf();

  #logOf() {
    return createProductLog({ store: this.#stores.log, clock: this.clock, registry: this.#code });
  }

  get views(): Views {
    const { log, clock } = this;
    return new Views({ store: this.#stores.views, log, clock, settleMs: SETTLE_MS });
  }

  /** Deploys other code. */
  deploy(code: Registry): void {
    this.#code = code;
    this.log = this.#logOf();
  }

  async index(): Promise<void> {
    const { log, clock } = this;
    const indexer = new Indexer({ store: this.#stores.views, log, clock });
    await indexer.index(PRODUCTS);
    await indexer.control.beat(0, clock().toISOString());
    const { closings, views } = this;
    await advanceClosings({ closings, views, clock, waitMs: CLOSING_WAIT_MS });
  }

  async rebuild(): Promise<void> {
    const { log, clock } = this;
    const products = () => this.#stores.log.partitions();
    await rebuild({
      store: this.#stores.views,
      log,
      clock,
      graceMs: 0,
      products,
      wait: () => Promise.resolve(),
    });
  }

  async close(closingId: string, through: number): Promise<void> {
    await this.closings.begin({ closingId, asOf: at(through) }, 'accounting');
    await this.index();
    this.seconds += (CLOSING_WAIT_MS + SETTLE_MS) / 1_000;
    await this.index();
    assert.equal((await this.closings.find(closingId))?.status, 'closed');
  }

  /** What a gateway answers about a report, and about the stock that it is of, in every format. */
  async answers(closingId: string): Promise<{ readonly report: string; readonly stock: string }> {
    const { log, views, closings, clock } = this;
    const server = gatewayWith({ log, views, closings, clock }).app.listen(0, '127.0.0.1');
    await new Promise((listening) => server.once('listening', listening));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const text = async (path: string) => (await fetch(url + path)).text();
    try {
      const address = `/closings/${closingId}`;
      const parts = [await text(`${address}?format=csv`), await text(`${address}?format=ndjson`)];
      for (let cursor = ''; ;) {
        const page = await text(`${address}?limit=100${cursor}`);
        parts.push(page);
        const { nextCursor } = JSON.parse(page) as { nextCursor: string | null };
        if (nextCursor === null) break;
        cursor = `&cursor=${encodeURIComponent(nextCursor)}`;
      }
      const { asOf = '', knownAt = '' } = (await closings.find(closingId)) ?? {};
      const question = new URLSearchParams({ format: 'csv', asOf, knownAt: knownAt ?? '' });
      return { report: parts.join('\n'), stock: await text(`/stock?${question.toString()}`) };
    } finally {
      await new Promise((closed) => server.close(closed));
    }
  }
}

/** Events at random, in the closed period and after it. */
async function record(inventory: Inventory, events: number, seed: number): Promise<void> {
  const random = randomFrom(seed);
  const below = (count: number) => Math.floor(random() * count);
  for (let made = 0; made < events; made += 1) {
    const product = PRODUCTS[below(PRODUCTS.length)] ?? '';
    inventory.seconds += 1;
    const eventId = `late ${made}`;
    const more = { eventId, ...(random() < 0.5 && { effectiveAt: at(below(9_000)) }) };
    const quantity = 1 + below(9);
    const bodies = [
      received(quantity, { ...more, name: `name ${made}` }),
      shipped(quantity, more),
      counted(quantity, more),
      retracted('first', { eventId }),
      corrected('first', received(quantity), { eventId }),
    ];
    const body = bodies[below(random() < 0.1 ? 5 : 3)];
    await inventory.log.append(command(product, body, { onLate: 'reopen', onConflict: 'flag' }));
  }
}

/**
 * The report of a closing through what may happen to it: further events, in its period and after it, other code, a rebuild
 * of the views, a later closing, and its reopening.
 * @throws AssertionError if a byte of it differs
 * @returns what was compared
 */
export async function lastingReport(events: number, seed: number): Promise<string> {
  const inventory = new Inventory();
  for (const [index, product] of PRODUCTS.entries()) {
    const first = { eventId: 'first', effectiveAt: at(index), name: `=name ${index}`, unitPrice: '$4' };
    await inventory.log.append(command(product, received(10, first)));
  }
  await inventory.close('october', 9_000);
  const { report, stock } = await inventory.answers('october');
  assert.match(stock, /product 299/);
  const isSame = async (what: string) => {
    const now = await inventory.answers('october');
    assert.ok(now.report === report, `the report has changed with ${what}`);
    return now.stock;
  };
  await record(inventory, events, seed);
  await inventory.index();
  assert.equal(await isSame(`${events} further events`), stock);
  await inventory.rebuild();
  await isSame('a rebuild');
  await inventory.close('november', 9_500);
  await isSame('a later closing');
  inventory.deploy(later);
  await inventory.rebuild();
  await inventory.index();
  assert.notEqual(await isSame('other code'), stock, 'the other code folds otherwise');
  const digest = createHash('sha256').update(report).digest('hex').slice(0, 12);
  return `${report.length} bytes of a report (sha256 ${digest}…), the same after ${events} further events, a rebuild, a later closing and other code`;
}
