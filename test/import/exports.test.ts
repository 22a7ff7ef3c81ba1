import { join } from 'node:path';
import { eventsOf, loadPlans, type FormatOptions, type RefusedLine } from '@hindsight/import';
import { openFile } from '../../apps/cli/src/import/files';

const folder = join(__dirname, '../data/exports');

/** The events of a file, without what is the same in all of them, and what is refused. */
async function understood(name: string, format: FormatOptions = {}) {
  const refused: RefusedLine[] = [];
  const onRefused = (line: RefusedLine): void => void refused.push(line);
  const { kind, lines } = await openFile(join(folder, name), format);
  const { plans } = await loadPlans(lines(onRefused), { kind, limit: Infinity, onRefused });
  const events = plans.flatMap((plan) =>
    Array.from({ length: plan.lines.length }, (_, at) =>
      eventsOf(kind, plan.lines.at(at)).map(({ eventId: _, ...event }) => ({
        productId: plan.productId,
        ...event,
      })),
    ).flat(),
  );
  return { kind, events, refused };
}

const eur = (amount: string) => ({ amount, currency: 'EUR' });
const usd = (amount: string) => ({ amount, currency: 'USD' });

describe('exports as programs write them', () => {
  test('Excel in German: a byte order mark, semicolons, decimal commas', async () => {
    const { kind, events, refused } = await understood('excel-de-sales.csv', { tz: 'Europe/Berlin' });
    expect([kind, refused]).toEqual(['sales', []]);
    const first = { correlationId: 'R-1001', effectiveAt: '2026-11-02T08:15:00.000Z' };
    expect(events).toEqual([
      {
        ...{ productId: 'A-1', eventType: 'productShipped', quantity: '2', unitPrice: eur('4.5'), ...first },
        metadata: { description: 'Becher, blau' },
      },
      expect.objectContaining({ productId: 'A-1', eventType: 'productReceived', quantity: '1' }),
      {
        ...{
          productId: 'B-7',
          eventType: 'productShipped',
          quantity: '0.75',
          unitPrice: eur('1012.9'),
          ...first,
        },
        metadata: { description: 'Kaffee "Extra"' },
      },
    ]);
  });

  test('Excel in the USA: sep=, AM and PM, dollars, thousands, negative numbers in brackets', async () => {
    const { events, refused } = await understood('excel-us-sales.csv', {
      tz: 'America/New_York',
      decimal: '.',
    });
    expect(refused).toEqual([]);
    expect(events).toMatchObject([
      { productId: '00120', quantity: '2', unitPrice: usd('4.5'), effectiveAt: '2026-11-02T14:15:00.000Z' },
      { eventType: 'productReceived', quantity: '1', effectiveAt: '2026-11-13T22:40:00.000Z' },
      { productId: 'B/7', quantity: '1250', unitPrice: usd('1012.9') },
    ]);
    await expect(understood('excel-us-sales.csv')).rejects.toThrow(
      /the comma in quantity "1,250" .* give --decimal/,
    );
  });

  test('Excel’s Unicode text: UTF-16, tabs, serial days', async () => {
    await expect(understood('excel-unicode-text.txt')).rejects.toThrow(
      /"46328.385417" is to be read; give --dates/,
    );
    const { kind, events } = await understood('excel-unicode-text.txt', { dates: 'excel' });
    expect(kind).toBe('receipts');
    expect(events).toMatchObject([
      {
        productId: 'MÜG-1',
        eventType: 'productReceived',
        quantity: '12',
        effectiveAt: '2026-11-02T09:15:00.000Z',
      },
      { eventType: 'productShipped', quantity: '2', reason: 'broken, sent back' },
    ]);
  });

  test('LibreOffice in Windows-1252: a stock count', async () => {
    const at = { at: '2026-10-31' };
    await expect(understood('libreoffice-inventur.csv', at)).rejects.toThrow(
      /^line 2 has bytes that are not utf-8/,
    );
    const { kind, events } = await understood('libreoffice-inventur.csv', {
      ...at,
      encoding: 'windows-1252',
    });
    expect(kind).toBe('counts');
    expect(events).toMatchObject([
      { productId: 'Stühle', name: 'Stuhl, grün', unit: 'St.', reorderPoint: '5' },
      {
        productId: 'Stühle',
        eventType: 'stockCounted',
        quantity: '12',
        effectiveAt: '2026-10-31T00:00:00.000Z',
      },
      { productId: 'Tische', eventType: 'productAdjusted' },
      { productId: 'Tische', eventType: 'stockCounted', quantity: '0' },
    ]);
  });

  test('LibreOffice: a column for each direction', async () => {
    const { kind, events, refused } = await understood('libreoffice-movements.csv');
    expect([kind, refused]).toEqual(['movements', []]);
    expect(events).toMatchObject([
      { productId: 'chair, green', eventType: 'productReceived', quantity: '12', reason: 'delivery' },
      { eventType: 'productShipped', quantity: '2.5' },
    ]);
  });

  test('Shopify orders: lines without a time, and cancelled orders', async () => {
    const { kind, events, refused } = await understood('shopify-orders.csv');
    expect(kind).toBe('sales');
    const order = { correlationId: '#1001', effectiveAt: '2026-11-02T14:15:00.000Z' };
    expect(events).toMatchObject([
      {
        ...order,
        productId: 'MUG-B',
        quantity: '2',
        unitPrice: usd('4.5'),
        metadata: { description: 'Mug - blue' },
      },
      { ...order, productId: 'LAMP', quantity: '1', unitPrice: '20' },
    ]);
    const why = 'document "#1002" was canceled';
    expect(refused).toEqual([
      { line: 4, why },
      { line: 5, why },
    ]);
  });

  test('Shopify inventory: two places of one product are not one count', async () => {
    const { kind, events, refused } = await understood('shopify-inventory.csv', { at: '2026-11-01' });
    expect(kind).toBe('counts');
    expect(events.filter(({ eventType }) => eventType === 'stockCounted')).toMatchObject([
      { productId: 'MUG-B', quantity: '7' },
      { productId: 'MUG-R', quantity: '0' },
    ]);
    expect(refused).toEqual([
      { line: 5, why: 'quantity "not stocked" must be a decimal of at most 6 places' },
      {
        line: 4,
        why: expect.stringMatching(/^MUG-B is counted twice at .* or import one place alone$/) as string,
      },
    ]);
  });

  test('WooCommerce products: variations, their parent, and a negative stock', async () => {
    const { kind, events, refused } = await understood('woocommerce-products.csv', { at: '2026-11-01' });
    expect(kind).toBe('counts');
    expect(events).toMatchObject([
      { productId: 'MUG', eventType: 'productAdjusted', name: 'Mug' },
      {
        productId: 'MUG-B',
        eventType: 'productAdjusted',
        name: 'Mug - blue',
        unitPrice: '4.5',
        reorderPoint: '2',
      },
      { productId: 'MUG-B', eventType: 'stockCounted', quantity: '7' },
    ]);
    expect(refused).toEqual([{ line: 5, why: 'quantity "-2" must not be negative' }]);
  });

  test('Square items: a time zone in words, equal lines, refunds, and amounts without a product', async () => {
    await expect(understood('square-items.csv')).rejects.toThrow(
      'the times of this file are in "Eastern Time (US & Canada)"; say which zone that is',
    );
    const { kind, events, refused } = await understood('square-items.csv', { tz: 'America/New_York' });
    expect(kind).toBe('sales');
    const sale = { productId: 'MUG-B', eventType: 'productShipped', quantity: '2', correlationId: 'SQA1x' };
    expect(events).toMatchObject([
      { ...sale, effectiveAt: '2026-11-02T14:15:30.000Z' },
      sale,
      { eventType: 'productReceived', quantity: '1' },
    ]);
    expect(refused).toEqual([{ line: 5, why: 'productId "" must not be empty' }]);
  });

  test('ERPNext stock ledger: a column that comes twice, and an opening row', async () => {
    const { kind, events, refused } = await understood('erpnext-stock-ledger.csv');
    expect(kind).toBe('movements');
    expect(events).toMatchObject([
      {
        ...{ productId: 'ITEM-1', eventType: 'productReceived', quantity: '12', name: 'Chair', unit: 'Nos' },
        ...{ correlationId: 'MAT-PRE-2026-00001', effectiveAt: '2026-11-02T09:15:30.000Z' },
      },
      { eventType: 'productShipped', quantity: '2.5' },
    ]);
    expect(refused).toEqual([{ line: 2, why: 'effectiveAt "" is not a time of the format iso' }]);
  });

  test('Odoo products', async () => {
    const { kind, events } = await understood('odoo-products.csv', { at: '2026-11-01' });
    expect(kind).toBe('counts');
    expect(events).toMatchObject([
      { productId: 'FURN_7777', name: 'Office Chair', unit: 'Units', unitPrice: '70' },
      { productId: 'FURN_7777', eventType: 'stockCounted', quantity: '12' },
      { productId: 'E-COM07', eventType: 'productAdjusted' },
      { productId: 'E-COM07', eventType: 'stockCounted', quantity: '0.5' },
    ]);
  });

  test('Odoo moves history: without a sign it is refused, and read if it is filtered', async () => {
    for (const format of [{}, { kind: 'movements' as const }])
      await expect(understood('odoo-moves.csv', format)).rejects.toThrow(
        /quantities have no sign, and From and To say/,
      );
    const { events } = await understood('odoo-moves.csv', { kind: 'receipts' });
    expect(events[0]).toMatchObject({ productId: '[FURN_7777] Office Chair', correlationId: 'WH/IN/00001' });
  });
});
