import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runHindsight, startHindsight } from '../support/hindsight';
import { ownServer } from '../support/own-server';

jest.setTimeout(120_000);

const server = ownServer();

async function receive(productId: string, quantity: number): Promise<void> {
  const event = JSON.stringify({ eventType: 'productReceived', quantity, name: `=${productId}` });
  expect((await runHindsight(['append', productId, event, '--url', server.url])).code).toBe(0);
}

test('products, stock and feed show what was recorded, across all products', async () => {
  await receive('a', 5);
  await receive('b', 3);
  await fetch(`${server.url}/products?atLeast=b:1`);
  const run = async (...args: string[]) => (await runHindsight([...args, '--url', server.url])).out;
  expect((await run('products', '--sort', 'quantity')).match(/^[ab] /gm)).toEqual(['b ', 'a ']);
  expect((await run('products', '--above', '4')).match(/^[ab] /gm)).toEqual(['a ']);
  expect((await run('stock')).match(/^[ab] +\d/gm)).toHaveLength(2);
  expect((await run('feed')).match(/^\d+\.\d+ {2}[ab] 1 /gm)).toHaveLength(2);
  const file = join(mkdtempSync(join(tmpdir(), 'hindsight-csv-')), 'stock.csv');
  expect(await run('stock', '--csv', file)).toMatch(/^2 products as of .* as known at /);
  expect(readFileSync(file, 'utf8').split('\r\n').slice(1, 2)).toEqual(["a,5,'=a,,,,,,,available,1"]);
});

test('a feed that is followed shows what is recorded later', async () => {
  const feed = startHindsight(['feed', '--follow', '--url', server.url]);
  await feed.says(/ b 1 /);
  await receive('c', 7);
  await feed.says(/ c 1 .*→ 7/);
  feed.child.kill('SIGINT');
  await feed.ended;
});
