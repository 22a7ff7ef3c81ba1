import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { Api } from '../support/api';
import { navigate, ownBrowser, violationsOf } from '../support/browser';
import { ownServer } from '../support/own-server';

const server = ownServer();
const browser = ownBrowser();
const api = () => new Api(server.url);

const LAMP = [
  {
    eventId: 'r1',
    eventType: 'productReceived',
    quantity: 150,
    unitPrice: '$4',
    effectiveAt: '2026-11-16T08:00:00Z',
  },
  { eventId: 's1', eventType: 'productShipped', quantity: 50, effectiveAt: '2026-11-18T15:00:00Z' },
  { eventId: 'p1', eventType: 'productAdjusted', unitPrice: '$5', effectiveAt: '2026-11-20T09:00:00Z' },
  { eventId: 's2', eventType: 'productShipped', quantity: 20, effectiveAt: '2026-11-17T10:00:00Z' },
];

const SCRIPT = '<script>alert(1)</script><img src=x onerror=alert(2)>';
const RIGHT_TO_LEFT = '\u05de\u05e0\u05d5\u05e8\u05d4 \u202e3';
const LONG = 'W'.repeat(128);

beforeAll(async () => {
  for (const event of LAMP) await api().append('lamp', event);
  for (const productId of [SCRIPT, RIGHT_TO_LEFT.replace('\u202e', ''), LONG])
    await api().append(productId, {
      eventType: 'productReceived',
      quantity: '999999999999.999999',
      name: productId,
      unit: 'kg',
      color: SCRIPT,
      reason: SCRIPT,
    });
});
afterEach(() => expect(browser.complaints()).toEqual([]));

describe('each page and state', () => {
  const past = '/p/lamp?asOf=2026-11-17T12:00:00.000Z&knownAt=2026-11-17T12:00:00.000Z';
  test.each([
    ['the products', '/', '[data-product="lamp"]'],
    ['the products at another moment', '/?asOf=2026-11-17T12:00:00.000Z', '.band'],
    ['a filter that nothing matches', '/?only=negative', 'text=No product matches'],
    ['the stock', '/stock', '#stock [data-product="lamp"]'],
    ['the stock compared', '/stock?compare=1&asOf2=2026-11-17T12:00:00.000Z', '#stock [role=status]'],
    ['a product', '/p/lamp', '.quantity'],
    ['a product at a moment', '/p/lamp?asOf=2026-11-17T12:00:00.000Z', '.band'],
    ['a product before anything was known', past, '.nothing'],
    ['a product that does not exist', '/p/nothing', 'text=There is no product nothing yet'],
    ['a form', '/p/lamp?whatIf=productAdjusted', '.what-if'],
    ['a correction', '/p/lamp?whatIf=eventCorrected', '.nested'],
    ['a product with texts of every kind', `/p/${encodeURIComponent(SCRIPT)}`, '.quantity'],
    ['the closings, of which there are none', '/closings', '.missing'],
    ['a closing before the first event', '/closings?asOf=2020-01-01T00:00:00.000Z', '.missing'],
    ['a page that does not exist', '/p/%E0', 'text=There is no such page'],
  ])('is accessible, light and dark, wide and narrow: %s', async (_, path, shown) => {
    for (const [dark, width] of [
      [false, 1280],
      [true, 390],
    ] as const) {
      const page = await browser.open(server.url + path, { dark, width });
      await page.waitForSelector(shown);
      expect(await violationsOf(page)).toEqual([]);
      // Nothing makes the page wider than its window.
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
      await page.context().close();
    }
  });

  test('shows stored text as text', async () => {
    for (const productId of [SCRIPT, RIGHT_TO_LEFT.replace('\u202e', ''), LONG]) {
      const page = await browser.open(`${server.url}/p/${encodeURIComponent(productId)}`);
      page.on('dialog', () => browser.complaints().push('a script ran'));
      await page.waitForSelector('.quantity');
      expect(await page.locator('h1').innerText()).toBe(productId);
      expect(await page.locator('.ledger').innerText()).toContain(SCRIPT);
      await page.context().close();
    }
  });
});

/** Presses Tab until an element has the focus. */
async function tabTo(page: Page, selector: string): Promise<void> {
  for (let presses = 0; presses < 80; presses += 1) {
    if (await page.evaluate(`document.activeElement?.matches(${JSON.stringify(selector)})`)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`there is no way to ${selector} by Tab`);
}

describe('from a keyboard alone', () => {
  test('the cursor moves event by event', async () => {
    const page = await browser.open(`${server.url}/p/lamp`);
    await page.waitForSelector('.quantity');
    await tabTo(page, '#line .plot');
    const steps = [
      ['ArrowLeft', '2026-11-20T09:00:00.000Z', '80'],
      ['ArrowLeft', '2026-11-18T15:00:00.000Z', '80'],
      ['ArrowLeft', '2026-11-17T10:00:00.000Z', '130'],
      ['ArrowLeft', '2026-11-16T08:00:00.000Z', '150'],
      ['ArrowRight', '2026-11-17T10:00:00.000Z', '130'],
    ] as const;
    for (const [key, moment, quantity] of steps) {
      await page.keyboard.press(key);
      await page.waitForSelector(`#as-of[data-moment="${moment}"]`);
      await page.waitForSelector(`.card [data-value="${quantity}"]`);
    }
    expect(new URL(page.url()).search).toBe('?asOf=2026-11-17T10:00:00.000Z');
  });

  test('an event is tried out and recorded', async () => {
    await api().append('desk', { eventId: 'd1', eventType: 'productReceived', quantity: 9 });
    const page = await browser.open(`${server.url}/p/desk`);
    await page.waitForSelector('button.primary');
    await tabTo(page, 'button.primary');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.what-if');
    await tabTo(page, '.what-if .decimal input');
    await page.keyboard.type('4');
    await page.waitForSelector('.answer .primary');
    await tabTo(page, '.answer .primary');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.done');
    await page.waitForSelector('.card [data-value="5"]');
    expect((await api().state('desk')).body).toMatchObject({ state: { quantity: '5' }, version: 2 });
  });
});

test('the stock is compared with another moment, the differences first', async () => {
  const page = await browser.open(`${server.url}/stock?compare=1&asOf2=2026-11-17T12:00:00.000Z`);
  await page.waitForSelector('#stock [role=status]');
  const cells = await page.locator('[data-product="lamp"] td').allInnerTexts();
  expect(cells.slice(1, 4).map((cell) => cell.trim().replace(/\s*▸/, ''))).toEqual(['80', '130', '−50']);
});

/** The contributions of the lamp, added up. */
async function sumOf(page: Page): Promise<{ rows: readonly string[]; events: readonly string[] }> {
  await page.click('[data-product="lamp"] .difference-of');
  await page.waitForSelector('#causes-lamp [data-change]');
  const list = (name: string) =>
    page
      .locator(`#causes-lamp [data-${name}]`)
      .evaluateAll((found, of) => found.map((one) => one.getAttribute(`data-${of}`) ?? ''), name);
  return { rows: await list('change'), events: await list('event') };
}

test('a difference of the stock is explained by what happened, and by what was learned', async () => {
  const [, , , late] = (
    (await (await fetch(`${server.url}/products/lamp/events`)).json()) as { events: { recordedAt: string }[] }
  ).events;
  const before = new Date(Date.parse(late?.recordedAt ?? '') - 1).toISOString();
  const between = 'asOf=2026-11-17T12:00:00.000Z';
  for (const [address, rows, events] of [
    // Later, as known now.
    ['compare=1&asOf2=2026-11-17T12:00:00.000Z', ['-50'], ['s1']],
    // Earlier, as known now.
    [`${between}&compare=1&asOf2=2026-11-19T12:00:00.000Z`, ['50'], ['s1']],
    // The same moment, before the late shipment was known.
    [`${between}&compare=1&asOf2=2026-11-17T12:00:00.000Z&knownAt2=${before}`, ['-20'], ['s2']],
    [`${between}&knownAt=${before}&compare=1&asOf2=2026-11-17T12:00:00.000Z`, ['20'], ['s2']],
    // Both differ.
    [`compare=1&asOf2=2026-11-17T12:00:00.000Z&knownAt2=${before}`, ['-50', '-20'], ['s1', 's2']],
    [`${between}&knownAt=${before}&compare=1`, ['50', '20'], ['s1', 's2']],
  ] as const) {
    const page = await browser.open(`${server.url}/stock?${address}`);
    await page.waitForSelector('#stock [role=status]');
    expect({ address, ...(await sumOf(page)) }).toEqual({ address, rows, events });
    await page.context().close();
  }
});

test('the stock compared is saved as CSV, and its command asks the API for the same', async () => {
  const page = await browser.open(`${server.url}/stock?compare=1&knownAt2=2026-01-01T00:00:00.000Z`);
  await page.waitForSelector('#stock [role=status]');
  expect(await page.locator('#stock .curl').getAttribute('title')).toContain(
    '/stock/diff?from=2026-01-01T00:00:00.000Z',
  );
  const saving = page.waitForEvent('download');
  await page.locator('#stock').getByText('CSV').click();
  const saved = readFileSync(await (await saving).path(), 'utf8');
  expect(saved).toContain('productId,name,unit,quantity,otherQuantity,difference\r\n');
  expect(saved).toContain('lamp,,,80,,80\r\n');
});

test('asks nobody but its own server', async () => {
  const page = await browser.open(`${server.url}/p/lamp`);
  await page.waitForSelector('.quantity');
  await navigate(page, '/');
  await page.waitForSelector('[data-product="lamp"]');
  expect([...browser.origins]).toEqual([server.url]);
});
