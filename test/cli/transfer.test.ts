import { Api } from '../support/api';
import { runHindsight } from '../support/hindsight';
import { ownServer } from '../support/own-server';

jest.setTimeout(120_000);

const server = ownServer();
const hindsight = (...args: readonly string[]) => runHindsight(args, { HINDSIGHT_URL: server.url });
const quantityOf = async (product: string): Promise<unknown> =>
  (await new Api(server.url).state(product)).body.state?.quantity;

beforeAll(async () => {
  const event = {
    eventId: 'r1',
    eventType: 'productReceived',
    quantity: '10.5',
    effectiveAt: '2026-11-02T08:00:00Z',
  };
  await new Api(server.url).append('lamp@warehouse', event);
});

test('transfer moves stock from one product to another, once for each id', async () => {
  const move = (...more: string[]) => hindsight('transfer', 'lamp@warehouse', 'lamp@shop', '0.5', ...more);
  const dry = await move('--dry-run');
  expect(dry.out).toMatch(/^lamp@warehouse, version 2: would store: productShipped transfer-/);
  expect([await quantityOf('lamp@warehouse'), await quantityOf('lamp@shop')]).toEqual(['10.5', undefined]);
  const options = ['--event-id', 't1', '--reason', 'restock', '--effective-at', '2026-11-03T08:00:00Z'];
  for (const outcome of ['stored', 'was stored before']) {
    const { code, out, complaints } = await move(...options);
    expect([code, complaints]).toEqual([0, '']);
    expect(out).toMatch(`lamp@warehouse, version 2: ${outcome}: productShipped t1\n`);
    expect(out).toMatch(`\nlamp@shop, version 1: ${outcome}: productReceived t1\n`);
  }
  expect([await quantityOf('lamp@warehouse'), await quantityOf('lamp@shop')]).toEqual(['10', '0.5']);
  expect(await new Api(server.url).events('lamp@shop')).toMatchObject([
    { correlationId: 't1', reason: 'restock', effectiveAt: '2026-11-03T08:00:00.000Z' },
  ]);
});

test('what is not there is not moved, and the error names the product', async () => {
  const refused = await hindsight('transfer', 'lamp@warehouse', 'lamp@attic', '99');
  expect(refused).toMatchObject({ code: 1, out: '' });
  expect(refused.complaints).toMatch(/Insufficient stock: product lamp@warehouse: stock would be short by 8/);
  expect(await quantityOf('lamp@attic')).toBeUndefined();
});

test('a product is not moved to itself, and a quantity is a number', async () => {
  expect(await hindsight('transfer', 'lamp', 'lamp', '1')).toMatchObject({ code: 2 });
  const wrong = await hindsight('transfer', 'lamp', 'shelf', 'many');
  expect(wrong).toMatchObject({ code: 1 });
  expect(wrong.complaints).toMatch(/\[0\]\.quantity/);
});
