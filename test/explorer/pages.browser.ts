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
    ['a page that does not exist', '/closings', 'text=There is no such page'],
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
  expect(cells.slice(1, 4).map((cell) => cell.trim())).toEqual(['80', '130', '−50']);
});

test('asks nobody but its own server', async () => {
  const page = await browser.open(`${server.url}/p/lamp`);
  await page.waitForSelector('.quantity');
  await navigate(page, '/');
  await page.waitForSelector('[data-product="lamp"]');
  expect([...browser.origins]).toEqual([server.url]);
});
