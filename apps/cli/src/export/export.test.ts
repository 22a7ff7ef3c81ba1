import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMemoryStore, type Store } from '@hindsight/event-log';
import { createProductLog, verifyInventory } from '@hindsight/workflow';
import { commandOf } from '../import/command';
import { createDirectClient } from '../import/direct';
import { openFile } from '../import/files';
import { restore } from '../import/restore';
import { compareWithExport } from './compare';
import { directSource } from './direct';
import type { Row, What } from './rows';
import { rowsOf } from './source';
import { textOf, writeExport, type Format } from './writer';

const folder = mkdtempSync(join(tmpdir(), 'export-'));
afterAll(() => rmSync(folder, { recursive: true }));
const { signal } = new AbortController();
const time = (minute: number): string => new Date(Date.UTC(2026, 10, 1, 8, minute)).toISOString();

/** A log with everything that an event may have, recorded a minute after the other. */
async function filled(): Promise<Store> {
  const store = createMemoryStore();
  let minute = 0;
  const log = createProductLog({ store, clock: () => new Date(time(minute)) });
  const append = async (productId: string, body: unknown, recordedBy = 'till') => {
    const event = { eventId: `made-${minute}`, ...(body as object) };
    const command = commandOf({ productId, body: Array.isArray(body) ? body : event, recordedBy }, 'flag');
    if ('why' in command) throw new Error(command.why);
    await log.append(command);
    minute += 1;
  };
  await append('A/1', {
    eventId: 'r',
    eventType: 'productReceived',
    quantity: '10',
    unitPrice: { amount: '4', currency: 'EUR' },
    color: 'red',
  });
  await append('A/1', [
    {
      eventId: 's',
      eventType: 'productShipped',
      quantity: '12',
      effectiveAt: time(-60),
      metadata: { note: '=1+1' },
    },
    { eventId: 'c', eventType: 'stockCounted', quantity: '3.5', effectiveAt: time(60), reason: '-count' },
  ]);
  await append('b', { eventType: 'productReceived', quantity: '7', name: 'a, "b"' }, 'clerk');
  await append('A/1', { eventId: 'p', eventType: 'productAdjusted', color: null, name: 'Lamp' });
  await append('A/1', { eventId: 'x', eventType: 'eventRetracted', targetEventId: 's' });
  await append('A/1', {
    ...{ eventId: 'y', eventType: 'eventCorrected', targetEventId: 'r' },
    replacement: { eventType: 'productReceived', quantity: '11' },
  });
  return store;
}

const moment = { asOf: time(30), knownAt: time(30) };

async function* rows(store: Store, what: What, at = moment): AsyncGenerator<Row> {
  const source = directSource(store);
  yield* rowsOf(what, source, { products: await source.products(), moment: at });
}

async function exported(store: Store, what: What, format: Format, at = moment): Promise<string> {
  const file = join(folder, `out.${format}`);
  await writeExport(textOf(what, format, rows(store, what, at)), file);
  return readFileSync(file, 'utf8');
}

test('events come as they were recorded, product by product', async () => {
  const lines = (await exported(await filled(), 'events', 'ndjson')).trimEnd().split('\n');
  const events = lines.map((line) => JSON.parse(line) as Row);
  expect(events.map(({ productId, version, eventId }) => [productId, version, eventId])).toEqual([
    ...['r', 's', 'c', 'p', 'x', 'y'].map((id, index) => ['A/1', index + 1, id]),
    ['b', 1, 'made-2'],
  ]);
  expect(events[0]).toMatchObject({ recordedAt: time(0), recordedBy: 'till', effectiveAt: time(0) });
});

test('all rows are as known at one moment', async () => {
  const at = { ...moment, knownAt: time(1) };
  const lines = (await exported(await filled(), 'events', 'ndjson', at)).trimEnd().split('\n');
  expect(lines).toHaveLength(3);
  expect(await exported(await filled(), 'stock', 'ndjson', { ...at, knownAt: time(-1) })).toBe('');
});

test('JSON is an array', async () => {
  const store = await filled();
  expect(JSON.parse(await exported(store, 'stock', 'json'))).toMatchObject([
    { productId: 'A/1', quantity: '11', name: 'Lamp', color: null, version: 6 },
    { productId: 'b', quantity: '7', name: 'a, "b"' },
  ]);
  expect(JSON.parse(await exported(createMemoryStore(), 'stock', 'json'))).toEqual([]);
});

test('the ledger has each event that counts, what it moved, and the balance', async () => {
  expect(await exported(await filled(), 'ledger', 'csv')).toBe(
    [
      'productId,effectiveAt,recordedAt,version,eventId,eventType,change,quantity,changed',
      `A/1,${time(0)},${time(0)},1,r,productReceived,11,11,quantity status`,
      `A/1,${time(3)},${time(3)},4,p,productAdjusted,0,11,name`,
      `b,${time(2)},${time(2)},1,made-2,productReceived,7,7,quantity name status`,
      '',
    ].join('\n'),
  );
});

test('no cell of a CSV file is a formula, and an import takes it off again', async () => {
  const csv = await exported(await filled(), 'events', 'csv');
  expect(csv).toContain(`,'-count,`);
  expect(csv).not.toMatch(/(^|,)[=+@]/m);
  const file = join(folder, 'events.csv');
  writeFileSync(file, csv);
  const data = await openFile(file);
  expect(data.kind).toBe('events');
  const store = createMemoryStore();
  const client = createDirectClient({ store, tableName: 'memory' });
  for await (const { productId, eventId, content } of data.lines())
    await client.append(productId, [{ ...(JSON.parse(content) as { eventType: string }), eventId }], 'flag');
  const again = (
    await exported(store, 'events', 'csv', { ...moment, knownAt: '2099-01-01T00:00:00.000Z' })
  ).split('\n');
  const withoutRecording = (lines: string[]) =>
    lines.map((line) => line.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z,(till|clerk|import)/, ''));
  expect(withoutRecording(again)).toEqual(withoutRecording(csv.split('\n')));
});

describe('a restored export', () => {
  const itemsOf = async (store: Store) => {
    const items: unknown[] = [];
    for (const productId of await directSource(store).products())
      for await (const item of store.partition(productId)) items.push(item);
    return items;
  };
  const file = join(folder, 'all.ndjson');
  const restored = async (text: string, store = createMemoryStore()) => {
    writeFileSync(file, text);
    return { store, result: await restore(file, { store, signal }) };
  };

  test('is equal to its origin, item by item', async () => {
    const origin = await filled();
    const { store, result } = await restored(await exported(origin, 'events', 'ndjson'));
    expect(result).toEqual({ products: 2, events: 7, known: 0 });
    expect(await itemsOf(store)).toEqual(await itemsOf(origin));
    expect(await verifyInventory({ store })).toMatchObject({ events: 7, differences: [] });
    expect((await restored(await exported(origin, 'events', 'json'))).result.events).toBe(7);
  });

  test('is continued by the same command', async () => {
    const text = await exported(await filled(), 'events', 'ndjson');
    const { store } = await restored(text.split('\n').slice(0, 4).join('\n'));
    expect((await restored(text, store)).result).toEqual({ products: 2, events: 7, known: 4 });
  });

  test.each([
    ['{"productId":"a","eventId":"e"}', 'line 1: lacks recordedAt'],
    ['no', 'line 1: is not JSON'],
    ['version', /line 2: lacks its version/],
    ['gap', /line 2: A\/1: the current version is 1, not 2; restore into an empty log/],
  ])('is refused where it is none: %s', async (wrong, why) => {
    const lines = (await exported(await filled(), 'events', 'ndjson')).split('\n');
    const text =
      wrong === 'version'
        ? lines.join('\n').replace('"version":2,', '')
        : wrong === 'gap'
          ? [lines[0], lines[2]].join('\n')
          : wrong;
    await expect(restored(text)).rejects.toThrow(why);
  });

  test('is refused by a log that has other events', async () => {
    const store = createMemoryStore();
    const client = createDirectClient({ store, tableName: 'memory' });
    await client.append('A/1', [{ eventId: 'other', eventType: 'productReceived', quantity: '1' }], 'flag');
    const text = await exported(await filled(), 'events', 'ndjson');
    await expect(restored(text, store)).rejects.toThrow('restore into an empty log');
  });
});

describe('a comparison with an export', () => {
  const file = join(folder, 'compared.ndjson');
  const compared = async (text: string) => {
    writeFileSync(file, text);
    return compareWithExport(file, directSource(await filled()));
  };
  const lines = async () => (await exported(await filled(), 'events', 'ndjson')).trimEnd().split('\n');

  test('finds equal events equal, in either format', async () => {
    const equal = { events: 7, products: 2, differences: [] };
    expect(await compared((await lines()).join('\n'))).toEqual(equal);
    expect(await compared(await exported(await filled(), 'events', 'json'))).toEqual(equal);
  });

  test.each<[string, (lines: string[]) => string[], RegExp]>([
    [
      'another time',
      ([first = '', ...rest]) => [first.replace('"till"', '"me"'), ...rest],
      /A\/1: version 1 is/,
    ],
    ['an event more in the log', (all) => all.filter((_, at) => at !== 5), /A\/1: the log has events/],
    ['an event left out', (all) => all.filter((_, at) => at !== 2), /A\/1: version 4 is/],
    ['an event more in the file', (all) => [...all, all[6] ?? ''], /b: the log lacks version 1/],
    ['a product more in the log', (all) => all.slice(0, 6), /b: the file lacks the product/],
    ['a product more in the file', (all) => [...all, '{"productId":"c","version":1}'], /c: the log lacks/],
  ])('finds %s', async (_, change, difference) => {
    expect((await compared(change(await lines()).join('\n'))).differences).toEqual([
      expect.stringMatching(difference),
    ]);
  });

  test('takes nothing else for an export', () =>
    expect(compared('{"eventId":"e"}')).rejects.toThrow('line 1: not an event of an export'));
});

test('a file that can not be written is an error, and leaves none behind', async () => {
  const store = await filled();
  await expect(
    writeExport(textOf('stock', 'csv', rows(store, 'stock')), join(folder, 'no/such.csv')),
  ).rejects.toThrow('ENOENT');
});
