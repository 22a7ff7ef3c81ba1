import type { Page } from 'playwright-core';
import { Api } from '../support/api';
import { ownBrowser, violationsOf } from '../support/browser';
import { ownServer } from '../support/own-server';

const server = ownServer();
const browser = ownBrowser();
const api = () => new Api(server.url);

let number = 0;
/** A product of its own: 100 received, and 70 shipped two days later. */
async function open(whatIf: string): Promise<{ page: Page; productId: string }> {
  const productId = `crate-${(number += 1)}`;
  const events = [
    { eventId: 'r1', eventType: 'productReceived', quantity: 100, effectiveAt: '2026-11-16T08:00:00Z' },
    { eventId: 's1', eventType: 'productShipped', quantity: 70, effectiveAt: '2026-11-18T08:00:00Z' },
  ];
  await api().append(productId, events);
  const page = await browser.open(`${server.url}/p/${productId}?whatIf=${whatIf}`);
  await page.waitForSelector('.what-if');
  return { page, productId };
}

async function fill(page: Page, quantity: string, moment: string): Promise<void> {
  await page.fill('.what-if .decimal input', quantity);
  await page.fill('.what-if .time input', moment);
}

const record = async (page: Page) => {
  await page.click('.answer .primary');
  await page.waitForSelector('.done');
};
const quantityOf = async (productId: string) => (await api().state(productId)).body.state.quantity as string;

afterEach(() => expect(browser.complaints()).toEqual([]));

test('a shipment that does not fit is refused with its conflicts, and draws the line as it would be', async () => {
  const { page, productId } = await open('productShipped');
  await fill(page, '50', '2026-11-17T08:00');
  await page.waitForSelector('.problem');
  expect(await page.locator('.problem').innerText()).toContain('short by 20 at 18 Nov 2026, 08:00');
  expect(await page.locator('.key.draft').count()).toBe(1);
  expect(await violationsOf(page)).toEqual([]);
  expect((await api().state(productId)).body.version).toBe(2);
});

test.each([
  ['fits', '0'],
  ['needs', '0'],
])('its remedy "%s" is one click, and is taken', async (remedy, left) => {
  const { page, productId } = await open('productShipped');
  await fill(page, '50', '2026-11-17T08:00');
  await page.click(`[data-remedy=${remedy}]`);
  await page.waitForSelector('.answer .primary');
  await record(page);
  expect(await quantityOf(productId)).toBe(left);
});

test('the remedy "possibleFrom" is one click, and is taken', async () => {
  const { page, productId } = await open('productShipped');
  await api().append(productId, {
    ...{ eventId: 'r2', eventType: 'productReceived', quantity: 40 },
    effectiveAt: '2026-11-19T08:00:00Z',
  });
  await fill(page, '50', '2026-11-17T08:00');
  await page.click('[data-remedy=possibleFrom]');
  await page.waitForSelector('.answer .primary');
  await record(page);
  expect(await quantityOf(productId)).toBe('20');
});

test('it can be recorded anyway, flagged', async () => {
  const { page, productId } = await open('productShipped');
  await fill(page, '50', '2026-11-17T08:00');
  await page.click('text=Record it anyway, flagged');
  await page.waitForSelector('.done');
  await page.waitForSelector('.quantity.negative');
  expect(await quantityOf(productId)).toBe('-20');
});

test('a line of the ledger is retracted, and another corrected', async () => {
  const { page, productId } = await open('productShipped');
  await page.locator('.ledger tr', { hasText: 'Product shipped' }).getByText('Correct').click();
  await page.fill('.nested .decimal input', '60');
  await page.waitForSelector('.answer .primary');
  await record(page);
  await page.waitForSelector('.struck');
  expect(await quantityOf(productId)).toBe('40');
  await page.locator('.ledger tr:not(.struck)', { hasText: 'Product shipped' }).getByText('Retract').click();
  await page.waitForSelector('.answer .primary');
  await record(page);
  expect(await quantityOf(productId)).toBe('100');
});

test('what is invalid is said at its field, and nothing is recorded', async () => {
  const { page } = await open('productShipped');
  await page.fill('.what-if .decimal input', '-3');
  await page.waitForSelector('.what-if .decimal .error');
  expect(await page.locator('.what-if .decimal .error').innerText()).toBe('must be greater than 0');
  expect(await page.locator('.answer .primary').count()).toBe(0);
});

test('every event type of the document has a form', async () => {
  const { page } = await open('productShipped');
  const document = (await (await fetch(`${server.url}/openapi.json`)).json()) as {
    components: { schemas: { Event: { anyOf: { $ref: string }[] } } };
  };
  const types = document.components.schemas.Event.anyOf.map(({ $ref }) => $ref.split('/').at(-1) ?? '');
  const offered = await page
    .locator('.what-if select')
    .first()
    .locator('option')
    .evaluateAll((options) => options.map((option) => (option as unknown as { value: string }).value));
  expect(offered.sort()).toEqual(types.map((type) => type.charAt(0).toLowerCase() + type.slice(1)).sort());
});
