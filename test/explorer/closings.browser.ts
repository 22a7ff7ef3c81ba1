import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { Api } from '../support/api';
import { ownBrowser, violationsOf } from '../support/browser';
import { ownServer } from '../support/own-server';

const server = ownServer();
const browser = ownBrowser();
const api = () => new Api(server.url);

const OCTOBER = [
  ['lamp', { eventId: 'r1', eventType: 'productReceived', quantity: 40, name: 'Desk lamp' }],
  ['lamp', { eventId: 's1', eventType: 'productShipped', quantity: 5 }],
  ['bolt', { eventId: 's1', eventType: 'productShipped', quantity: 3 }],
] as const;

beforeAll(async () => {
  for (const [day, [productId, event]] of OCTOBER.entries())
    await api().append(
      productId,
      { ...event, effectiveAt: `2026-10-0${day + 1}T08:00:00Z` },
      { onConflict: 'flag' },
    );
});
afterEach(() => expect(browser.complaints()).toEqual([]));

const answer = async (path: string) =>
  (await (await fetch(server.url + path)).json()) as Record<string, unknown>;

async function fill(page: Page, day: string, closingId = '', name = ''): Promise<void> {
  await page.fill('#close [name=day]', day);
  await page.fill('#close [name=closingId]', closingId);
  await page.fill('#close [name=name]', name);
}

const numbers = (page: Page, selector: string) =>
  page
    .locator(`${selector} [data-value]`)
    .evaluateAll((found) => found.map((one) => one.getAttribute('data-value')));

test('a period is closed after its dry run, and what changes in it is told with its causes', async () => {
  const page = await browser.open(`${server.url}/closings`);
  await page.waitForSelector('text=No period is closed yet');
  await fill(page, '2026-10-31', '', 'October');
  await page.waitForSelector('.missing');
  expect(await page.locator('.missing').innerText()).toContain('1 product below zero:\nbolt −3');
  expect(await page.locator('.missing').innerText()).toMatch(/bolt short by 3 since 3 Oct 2026/);
  expect(await violationsOf(page)).toEqual([]);
  await page.click('#close .primary');
  await page.waitForSelector('[data-closing="2026-10"] .status.closing');
  await page.waitForSelector('[data-closing="2026-10"] .status.closed');
  expect(new URL(page.url()).search).toBe('?closing=2026-10');
  await page.waitForSelector('#closing [data-product=lamp]');
  const report = await answer('/closings/2026-10');
  const rows = report['products'] as { state: { quantity: string } }[];
  expect(await numbers(page, '#closing')).toEqual(rows.map(({ state }) => state.quantity));
  await page.waitForSelector('text=Nothing changed');

  const late = {
    eventId: 'r2',
    eventType: 'productReceived',
    quantity: 9,
    effectiveAt: '2026-10-12T08:00:00Z',
  };
  expect((await api().append('lamp', late)).status).toBe(409);
  expect((await api().append('lamp', late, { onLate: 'reopen' })).status).toBe(201);
  await page.waitForSelector('.difference[data-product=lamp]');
  expect(await numbers(page, '#closing-diff .difference > header')).toEqual(['9']);
  expect(await page.locator('#closing-diff [data-event]').count()).toBe(1);
  expect(await page.locator('#closing-diff [data-event=r2] [data-change]').innerText()).toBe('+9');
  expect(await page.locator('#closing-diff .sum').innerText()).toMatch(/35 → 44\s+\+9/);
  expect(await numbers(page, '#closing')).toEqual(rows.map(({ state }) => state.quantity));
  expect(await violationsOf(page)).toEqual([]);
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(1280);

  // As it was known at the moment of the report, nothing had changed.
  const { knownAt } = report['closing'] as { knownAt: string };
  const then = await browser.open(`${server.url}/closings?closing=2026-10&knownAt=${knownAt}`);
  await then.waitForSelector('text=Nothing changed');

  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.locator('#closing-diff').getByText('CSV').click(),
  ]);
  const saved = readFileSync(await download.path(), 'utf8');
  expect(download.suggestedFilename()).toBe('closing-2026-10-diff.csv');
  expect(saved).toContain('lamp');
});

test('a closing is refused with its reason, and the last one is reopened, by keyboard', async () => {
  const page = await browser.open(`${server.url}/closings`);
  await page.waitForSelector('[data-closing="2026-10"]');
  await fill(page, '2026-09-30');
  await page.waitForSelector('#close .problem');
  expect(await page.locator('#close .problem').innerText()).toContain(
    'closing 2026-10 has closed everything through',
  );
  expect(await violationsOf(page)).toEqual([]);
  expect(await page.locator('#close .primary').count()).toBe(0);
  await fill(page, '2026-11-15', '2026-10');
  await page.waitForSelector('text=Closing id already used');

  await page.locator('[data-closing="2026-10"] button').focus();
  await page.keyboard.press('Enter');
  await page.locator('#closing .reopen').focus();
  await page.keyboard.press('Enter');
  await page.locator('.danger').focus();
  expect(await violationsOf(page)).toEqual([]);
  await page.keyboard.press('Enter');
  await page.waitForSelector('[data-closing="2026-10"] .status.reopened');
  expect(await answer('/closings')).toMatchObject({ closedThrough: null });
});

test('an event of a closed period is carried, or recorded where it belongs, by a click', async () => {
  await fetch(`${server.url}/closings`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ closingId: '2026-10b', asOf: '2026-10-31' }),
  });
  const page = await browser.open(`${server.url}/p/lamp?whatIf=productReceived`);
  for (const [onLate, quantity] of [
    ['carry', '46'],
    ['reopen', '48'],
  ] as const) {
    await page.waitForSelector('.what-if .decimal input');
    await page.fill('.what-if .decimal input', '2');
    await page.fill('.what-if .time input', '2026-10-20T08:00');
    await page.click(`[data-remedy=${onLate}]`);
    await page.waitForSelector('.answer .primary');
    expect(await violationsOf(page)).toEqual([]);
    await page.click('.answer .primary');
    await page.waitForSelector('.done');
    await page.waitForSelector(`.card [data-value="${quantity}"]`);
  }
  const { events } = (await answer('/products/lamp/events?limit=200')) as {
    events: { effectiveAt: string }[];
  };
  expect(events.slice(-2).map(({ effectiveAt }) => effectiveAt)).toEqual([
    '2026-11-01T00:00:00.000Z',
    '2026-10-20T08:00:00.000Z',
  ]);
});
