import assert from 'node:assert/strict';
import { parseArgs } from 'node:util';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createDynamoDbStore } from '@hindsight/event-log';
import { createDynamoDbViewStore, csvLine, ensureViewTable, Indexer, Views } from '@hindsight/views';
import { createProductLog } from '@hindsight/workflow';
import { at, command, received } from '../support/commands';
import { startTable } from '../support/engine';
import { Meter } from '../support/meter';
import { runAsProgram } from '../support/program';

const AT_ONCE = 16;
/** One product in so many has an event after the moment that is asked for, so that the log has to answer. */
const CHANGED = 10;
const CHUNK = 100;
const KB = 1024;

type Item = Readonly<Record<string, unknown>>;

interface Put {
  readonly TableName?: string;
  readonly Item?: Item;
}

/**
 * Write units of an item by the documented rules. A row is in two indexes, which have all of it: when its keys there change,
 * the old entries are removed and new ones are written.
 */
function unitsOf(item: Item): number {
  const bytes = Object.entries(item).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(String(value)),
    0,
  );
  return Math.ceil(bytes / KB) * ('byChanged' in item ? 5 : 1);
}

/** Counts the write units of a client's puts into a table. */
function countWrites(client: DynamoDBClient, tableName: string): { units: number } {
  const used = { units: 0 };
  client.middlewareStack.add(
    (next) => (args) => {
      const input = args.input as Put & { RequestItems?: Record<string, unknown> };
      const requests = input.RequestItems?.[tableName];
      const puts: Put[] = [input];
      // The keys of a batch of reads are no list.
      if (Array.isArray(requests))
        for (const { PutRequest } of requests as { PutRequest?: Put }[])
          puts.push({ ...PutRequest, TableName: tableName });
      for (const { TableName, Item: item } of puts)
        if (item !== undefined && TableName === tableName) used.units += unitsOf(item);
      return next(args);
    },
    { step: 'initialize', name: 'countWrites' },
  );
  return used;
}

async function each<T>(all: readonly T[], work: (one: T) => Promise<unknown>): Promise<void> {
  const left = [...all];
  const worker = async () => {
    for (let one = left.pop(); one !== undefined; one = left.pop()) await work(one);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

/** What the stock of many products takes, and what it takes to index their events. */
async function measure(count: number): Promise<string[]> {
  const table = await startTable();
  const viewsName = `${table.tableName}-views`;
  await ensureViewTable(table.client, viewsName);
  const meter = new Meter(table.client);
  let seconds = 100;
  const clock = () => new Date(at(seconds));
  const log = createProductLog({ store: createDynamoDbStore(table.client, table.tableName), clock });
  const written = countWrites(table.client, viewsName);
  const store = createDynamoDbViewStore(table.client, viewsName);
  const indexer = new Indexer({ store, log, clock });
  const views = new Views({ store, log, clock });
  const products = Array.from({ length: count }, (_, i) => `product-${String(i).padStart(6, '0')}`);
  const changed = products.filter((_, i) => i % CHANGED === 0);
  try {
    await each(products, (product) =>
      log.append(command(product, received(10, { name: `Name of ${product}`, unitPrice: '$4' }))),
    );
    for (let first = 0; first < count; first += CHUNK)
      await indexer.index(products.slice(first, first + CHUNK));
    seconds = 200;
    await each(changed, (product) => log.append(command(product, received(5))));
    const one = changed.slice(0, CHUNK);
    written.units = 0;
    const alone = await meter.of(async () => {
      for (const product of one) await indexer.index([product]);
    });
    const aloneUnits = written.units / one.length;
    written.units = 0;
    const rest = changed.slice(CHUNK);
    const together = await meter.of(async () => {
      for (let first = 0; first < rest.length; first += CHUNK)
        await indexer.index(rest.slice(first, first + CHUNK));
    });
    const togetherUnits = written.units / Math.max(1, rest.length);
    let [rows, bytes, ms] = [0, 0, 0];
    const used = await meter.of(async () => {
      const from = performance.now();
      for await (const part of views.stock({ asOf: at(150), knownAt: at(150) })) {
        rows += part.rows.length;
        bytes += Buffer.byteLength(part.rows.map(csvLine).join(''));
      }
      ms = performance.now() - from;
    });
    assert.equal(rows, count);
    const usd = (writes: number, reads: number) => (writes * 0.625 + reads * 0.125).toFixed(2);
    const line = (what: string, writes: number, reads: number) =>
      `${what}: ${writes.toFixed(2)} write units, ${reads.toFixed(2)} read units, ${usd(writes, reads)} US$ a million`;
    return [
      `the stock of ${rows} products, ${changed.length} of which changed since: ${Math.round(ms)} ms, ` +
        `${used.readUnits} read units in ${used.readRequests} requests, ${bytes} bytes of CSV`,
      line('an event indexed alone', aloneUnits, alone.readUnits / one.length),
      line('an event indexed among 100', togetherUnits, together.readUnits / Math.max(1, rest.length)),
    ];
  } finally {
    await table.stop();
  }
}

const { values } = parseArgs({ options: { products: { type: 'string', default: '10000' } } });

void runAsProgram(async () => ({ lines: await measure(Number(values.products)), passed: 1 }));
