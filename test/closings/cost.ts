import assert from 'node:assert/strict';
import { CLOSING_WAIT_MS, ClosingRegister, createDynamoDbStore } from '@hindsight/event-log';
import { advanceClosings, createDynamoDbViewStore, ensureViewTable, Indexer, Views } from '@hindsight/views';
import { createProductLog, differences } from '@hindsight/workflow';
import { at, command, received, shipped } from '../support/commands';
import { startTable } from '../support/engine';
import { Meter } from '../support/meter';

const AT_ONCE = 16;
const SETTLE_MS = 5_000;

async function each<T>(all: readonly T[], work: (one: T) => Promise<unknown>): Promise<void> {
  const left = [...all];
  const worker = async () => {
    for (let one = left.pop(); one !== undefined; one = left.pop()) await work(one);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

/** Requests, read units and time of the difference of a closing, of which some products changed. */
export async function costOfDiff(products: number, changed: number): Promise<string[]> {
  const table = await startTable();
  const viewsName = `${table.tableName}-views`;
  await ensureViewTable(table.client, viewsName);
  const meter = new Meter(table.client);
  let seconds = 1_000;
  const clock = () => new Date(at(seconds));
  const eventStore = createDynamoDbStore(table.client, table.tableName);
  const log = createProductLog({ store: eventStore, clock });
  const store = createDynamoDbViewStore(table.client, viewsName);
  const views = new Views({ store, log, clock, settleMs: SETTLE_MS });
  const indexer = new Indexer({ store, log, clock });
  const closings = new ClosingRegister(eventStore, clock);
  const ids = Array.from({ length: products }, (_, index) => `product-${String(index).padStart(6, '0')}`);
  const append = (product: string, body: object) =>
    log.append(command(product, body, { onLate: 'reopen', onConflict: 'flag' }));
  const index = async (some: readonly string[]) => {
    for (let from = 0; from < some.length; from += 100) await indexer.index(some.slice(from, from + 100));
    await indexer.control.beat(0, clock().toISOString());
    await advanceClosings({ closings, views, clock, waitMs: CLOSING_WAIT_MS });
  };
  const close = async (closingId: string, through: number, some: readonly string[]) => {
    await closings.begin({ closingId, asOf: at(through) }, 'accounting');
    await index(some);
    seconds += 1 + (CLOSING_WAIT_MS + SETTLE_MS) / 1_000;
    await index([]);
    const { knownAt = null } = (await closings.find(closingId)) ?? {};
    assert.ok(knownAt !== null, `${closingId} has its K`);
    return knownAt;
  };
  const diffed = async (from: string, to: string) => {
    const [asOf, found]: [string, string[]] = [at(500), []];
    const began = performance.now();
    const { readRequests, readUnits } = await meter.of(async () => {
      const query = { from: { asOf, knownAt: from }, to: { asOf, knownAt: to } };
      for await (const part of differences(log, views.mayDiffer(query), { asOf, from, to }))
        found.push(...part.products.map(({ productId }) => productId));
    });
    assert.equal(found.length, changed);
    return `${readRequests} requests, ${readUnits} read units, ${Math.round(performance.now() - began)} ms`;
  };
  try {
    await each(ids, (product) => append(product, received(10, { effectiveAt: at(10) })));
    const first = await close('october', 500, ids);
    const some = ids.filter((_, place) => place % Math.ceil(products / changed) === 0).slice(0, changed);
    await each(some, (product) => append(product, received(1, { effectiveAt: at(100) })));
    const second = await close('november', 600, some);
    const quiet = await diffed(first, second);
    seconds += 10;
    await each(ids, (product) => append(product, shipped(1)));
    await index(ids);
    seconds += 60;
    const busy = await diffed(first, clock().toISOString());
    const what = `the difference of a closing of ${products} products, ${changed} of which changed`;
    return [
      `${what}, until a later closing: ${quiet}`,
      `${what}, until now, after a shipment of every product: ${busy}`,
    ];
  } finally {
    await table.stop();
  }
}
