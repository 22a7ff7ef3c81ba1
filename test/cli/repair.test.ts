import { openLog } from '../support/log';
import { command, received } from '../support/commands';
import { startTable, type TestTable } from '../support/engine';
import { runHindsight } from '../support/hindsight';

jest.setTimeout(120_000);

let table: TestTable;
beforeAll(async () => {
  table = await startTable();
});
afterAll(() => table.stop());

const hindsight = (...args: readonly string[]) =>
  runHindsight([...args, '--table', table.tableName, '--endpoint', table.endpoint]);

test('repairs one product, or all of them, and says what it did', async () => {
  const log = openLog(table);
  for (const product of ['lamp', 'mug']) {
    const days = Array.from(
      { length: 30 },
      (_, day) => `2026-10-${String(day + 1).padStart(2, '0')}T08:00:00Z`,
    );
    for (const [index, effectiveAt] of days.entries())
      await log.append(command(product, received(1, { eventId: `r${index}`, effectiveAt })));
    await log.append(command(product, received(1, { eventId: 'late', effectiveAt: '2026-09-01T08:00:00Z' })));
  }
  const one = await hindsight('repair', 'lamp', '--json');
  expect(one.code).toBe(0);
  expect(JSON.parse(one.out)).toMatchObject({ products: 1, eventsRead: 31 });
  const all = await hindsight('repair', '--all');
  expect(all).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^2 products repaired: 31 events read/) as string,
  });
  expect(await hindsight('verify')).toMatchObject({ code: 0 });
});

test('which products, must be said', async () => {
  expect(await hindsight('repair')).toMatchObject({ code: 2 });
  expect(await hindsight('repair', 'lamp', '--all')).toMatchObject({ code: 2 });
  const nobody = await hindsight('repair', 'nobody');
  expect(nobody).toMatchObject({ code: 1 });
  expect(nobody.complaints).toMatch(/no product nobody/);
});
