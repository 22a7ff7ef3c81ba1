import { createRegistry, registry } from '@hindsight/domain';
import { createDynamoDbStore } from '@hindsight/event-log';
import type { ProductReport } from '@hindsight/workflow';
import { verifyProduct, verifyTable } from '../support/log';
import { corrected, received, retracted, stock } from '../support/commands';
import { closed, deleteItem, itemsOf, opened, putItem } from '../support/items';
import { startTable } from '../support/engine';
import { Meter } from '../support/meter';
import { surprised } from '../support/surprised';
import { TickingLog } from '../support/ticking-log';
import { build, key } from './planting';
import { Workshop } from './workshop';

type Totals = Omit<ProductReport, 'productId' | 'version' | 'difference'>;

describe('the check of a log', () => {
  const ticking = new TickingLog();
  const { own, append } = ticking;

  /** Something happens right after the head was read. */
  const checkWhile = (surprise: () => Promise<unknown>): Promise<ProductReport> =>
    verifyProduct({ ...own.table, client: surprised(own.table, surprise) }, own.product);

  it('is as of its start, whatever is written and repaired meanwhile', async () => {
    await append([stock(5, 0, 'a'), stock(5, 10), stock(-1, 20, 'b')]);
    await append(stock(1, 5));
    const { difference, ...counts } = await checkWhile(async () => {
      await append(stock(1, 3));
      await append(corrected('a', received(6)));
      await append(retracted('b'));
      while (!(await ticking.log.repair(own.product)).done);
    });
    expect(difference).toBeUndefined();
    expect(counts).toMatchObject({ version: 4, events: 4, tombstones: 2 });
    const after = await verifyProduct(own.table, own.product);
    expect(after).toMatchObject({ version: 7, events: 7 });
    expect(after).not.toHaveProperty('difference');
  });

  it('may begin while the newest append becomes visible', async () => {
    await append([stock(5, 0), stock(5, 20), stock(-1, 10)]);
    const newest = (await itemsOf<{ productId: string; sk: string }>(own.table, own.product)).find(
      ({ sk }) => sk === key(3),
    );
    await deleteItem(own.table, { productId: own.product, sk: key(3) });
    const report = await checkWhile(() => putItem(own.table, newest!));
    expect(report).toMatchObject({ version: 3 });
    expect(report.difference).toBeUndefined();
  });

  it('finds that the newest events went meanwhile', async () => {
    await append([stock(5, 0), stock(5, 10), stock(-1, 20)]);
    const { difference } = await checkWhile(async () => {
      for (const sk of [key(2), key(3)]) await deleteItem(own.table, { productId: own.product, sk });
    });
    expect(difference).toEqual({
      ...{ productId: own.product, invariant: 'version-gapless', item: key(2), version: 2 },
      ...{ expected: key(2), found: 'nothing' },
    });
  });

  it('says no more than that where the table does not answer', async () => {
    await append(stock(5, 0));
    await expect(checkWhile(() => Promise.reject(new Error('no table')))).rejects.toThrow('no table');
  });

  it('counts what it read and compared', async () => {
    await append([stock(5, 0), stock(5, 10)]);
    await append(stock(1, 5));
    expect(await verifyProduct(own.table, own.product)).toStrictEqual({
      ...{ productId: own.product, version: 3, events: 3, tombstones: 0 },
      // At and after each of them.
      ...{ summaries: 0, summariesUnusable: 0, states: 6, statesOfOtherCode: 0 },
    });
    await ticking.log.repair(own.product);
    expect(await verifyProduct(own.table, own.product)).toMatchObject({ summaries: 1 });
  });

  it('looks up no event by itself where none came meanwhile', async () => {
    await append([stock(5, 0, 'a'), stock(5, 10)]);
    await append(retracted('a'));
    await append(stock(1, 5));
    await ticking.log.repair(own.product);
    const client = own.table.connect();
    const check = async () => {
      expect(await verifyProduct({ ...own.table, client }, own.product)).toMatchObject({
        ...{ summaries: 1, tombstones: 1 },
      });
    };
    // The newest event, the summaries, and a page with everything.
    expect((await new Meter(client).of(check)).requests).toEqual({ Query: 3 });
  });

  it('does not judge the states of other code, and counts them', async () => {
    await append([stock(5, 0), stock(5, 10)]);
    await append(stock(1, 5));
    for (const stored of await itemsOf<{ sk: string }>(own.table, own.product, 'v#')) {
      if (stored.sk === key(1)) continue;
      const item = opened<{ at: { state: object } }>(stored);
      const at = { state: { ...item.at.state, quantity: '77', status: 'available' } };
      await putItem(own.table, closed({ ...item, code: 'other', at }));
    }
    const report = await verifyProduct(own.table, own.product);
    expect(report).not.toHaveProperty('difference');
    expect(report).toMatchObject({ statesOfOtherCode: 3, states: 2 });
  });

  it('does not judge contents of an older schema, nor those that they are replaced by', async () => {
    await append([stock(5, 0, 'a'), stock(-1, 10, 'b')]);
    await append(corrected('b', received(1)));
    const newer = createRegistry(
      registry.types.map((type) =>
        type.name === 'productReceived'
          ? { ...type, schemaVersion: 2, upcast: { 1: (content) => content } }
          : type,
      ),
      registry.revision,
    );
    const options = { ...own.table, registry: newer };
    expect(await verifyProduct(options, own.product)).not.toHaveProperty('difference');
    const [first = {}] = await itemsOf<object>(own.table, own.product, key(1));
    const item = opened<{ event: object }>(first);
    await putItem(own.table, closed({ ...item, event: { ...item.event, note: 'unknown then' } }));
    expect((await verifyProduct(options, own.product)).difference?.invariant).toBe('content-hash');
  });

  it('reads what was last written, all of it, however long', async () => {
    const metadata = { text: 'x'.repeat(1900) };
    for (let first = 0; first < 600; first += 25)
      await append(Array.from({ length: 25 }, (_, i) => ({ ...stock(1, first + i), metadata })));
    const client = own.table.connect();
    const consistent: unknown[] = [];
    let scans = 0;
    client.middlewareStack.add((next, { commandName }) => (args) => {
      if (/Query|Scan|Get/.test(commandName ?? ''))
        consistent.push((args.input as { ConsistentRead?: boolean }).ConsistentRead);
      if (commandName === 'ScanCommand') scans += 1;
      return next(args);
    });
    const options = { ...own.table, client };
    const { difference, ...counts } = await verifyProduct(options, own.product);
    expect(difference).toBeUndefined();
    expect(counts).toMatchObject({ version: 600, events: 600, states: 1200 });
    const products: string[] = [];
    await verifyTable(options, ({ productId }) => products.push(productId));
    expect(scans).toBeGreaterThan(1);
    expect(products).toContain(own.product);
    expect(new Set(products).size).toBe(products.length);
    expect(new Set(consistent)).toEqual(new Set([true]));
  });

  it('of a table adds up its products, and lists the first hundred differences', async () => {
    const table = await startTable();
    const whole = new Workshop(createDynamoDbStore(table.client, table.tableName), 'whole');
    await build(whole);
    await whole.remember();
    await whole.put({ ...whole.item('root'), sum: 'wrong' });
    await whole.put({ ...whole.item(key(15)), code: 'other' });
    for (let i = 0; i < 102; i += 1) await putItem(table, { productId: `stray-${i}`, sk: 'note#1' });
    const reports: ProductReport[] = [];
    const report = await verifyTable(table, (one) => reports.push(one));
    expect(report.streams).toBe(reports.length);
    expect(report.streamsWithDifferences).toBe(102);
    expect(report.differences).toStrictEqual(
      reports.flatMap(({ difference }) => difference ?? []).slice(0, 100),
    );
    const total = (countOf: (one: Totals) => number) => reports.reduce((sum, one) => sum + countOf(one), 0);
    for (const countOf of [
      (one: Totals) => one.events,
      (one: Totals) => one.tombstones,
      (one: Totals) => one.summaries,
      (one: Totals) => one.states,
      (one: Totals) => one.statesOfOtherCode,
    ]) {
      expect(countOf(report)).toBe(total(countOf));
      expect(countOf(report)).toBeGreaterThan(0);
    }
    expect(report.summariesUnusable).toBe(1);
    await table.stop();
  });
});
