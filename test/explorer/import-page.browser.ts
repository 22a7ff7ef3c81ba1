import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { Api } from '../support/api';
import { ownBrowser, violationsOf } from '../support/browser';
import { ownServer } from '../support/own-server';
import { startServer } from '../support/processes';
import { Relay } from '../import/relay';
import { checked, choose, openImport, ownFiles, receipts, SCRIPT, start } from './importing';

const server = ownServer();
const browser = ownBrowser();
const written = ownFiles();
const api = () => new Api(server.url);
let relay: Relay | undefined;

afterEach(async () => {
  await relay?.close();
  relay = undefined;
  expect(browser.complaints()).toEqual([]);
});

test('a file is dropped on the products, and one that is stopped goes on', async () => {
  const rows = Array.from({ length: 40 }, (_, at) => `2026-10-${10 + (at % 20)},D${at},drop-${at % 20},1`);
  relay = new Relay(server.url);
  let letThrough = (): void => undefined;
  relay.gate = new Promise<void>((resolve) => (letThrough = resolve));
  const page = await browser.open(`${await relay.open()}/`);
  await page.waitForSelector('input[type=file]', { state: 'attached' });
  const transfer = await page.evaluateHandle(
    `(() => { const data = new DataTransfer();
      data.items.add(new File([${JSON.stringify(receipts('drop', rows))}], 'many.csv')); return data; })()`,
  );
  await page.dispatchEvent('body', 'dragover', { dataTransfer: transfer });
  await page.waitForSelector('.dropping');
  await page.dispatchEvent('body', 'drop', { dataTransfer: transfer });
  expect(await checked(page)).toContain('43 events of 21 products');
  expect(new URL(page.url()).pathname).toBe('/import');
  await page.click('#import-start');
  // The first requests wait, so there is something to stop.
  await page.click('button:has-text("Stop")');
  await page.waitForSelector('text=Stopping after the requests under way');
  letThrough();
  await page.waitForSelector('text=Stopped. Nothing is lost');
  expect((await api().state('drop-19')).status).toBe(404);
  await page.click('button:has-text("Go on")');
  await page.waitForSelector('.done');
  expect(await page.innerText('[data-figure=mismatches]')).toMatch(/\b0$/);
  expect((await api().state('drop-19')).body).toMatchObject({ version: 2, state: { quantity: '2' } });
}, 120_000);

test('several files at once are not taken', async () => {
  const page = await openImport(browser, server.url);
  await page.evaluate(`(() => { const data = new DataTransfer();
    for (const name of ['a.csv', 'b.csv']) data.items.add(new File(['x'], name));
    document.body.dispatchEvent(new DragEvent('drop', { bubbles: true, dataTransfer: data })); })()`);
  expect(await page.innerText('[role=alert]')).toBe('You dropped 2 files. Import one at a time.');
});

describe('is accessible, light and dark, wide and narrow', () => {
  const long = 'W'.repeat(120);
  const files = {
    'a file with refused lines': () =>
      written(`${long}.csv`, receipts(long, [`x,${SCRIPT},${long},${long}`])),
    'a file that is unclear': () => written('open.csv', `${long},b\n${long},${SCRIPT}\n`),
  };
  test.each(Object.entries(files))(
    '%s',
    async (_, file) => {
      for (const [dark, width] of [
        [false, 1280],
        [true, 390],
      ] as const) {
        const page = await openImport(browser, server.url, { width, dark });
        expect(await violationsOf(page)).toEqual([]);
        await choose(page, file());
        await page.waitForSelector('.checked, [role=alert]');
        expect(await violationsOf(page)).toEqual([]);
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
        if ((await page.locator('#import-start').count()) > 0) {
          await start(page);
          expect(await violationsOf(page)).toEqual([]);
          expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
        }
        await page.context().close();
      }
    },
    90_000,
  );
});

test('a keyboard alone chooses, and imports', async () => {
  const page = await openImport(browser, server.url);
  const tabTo = async (selector: string) => {
    for (let presses = 0; presses < 60; presses += 1) {
      if (await page.evaluate(`document.activeElement?.matches(${JSON.stringify(selector)})`)) return;
      await page.keyboard.press('Tab');
    }
    throw new Error(`there is no way to ${selector} by Tab`);
  };
  await tabTo('input[type=file]');
  const choosing = page.waitForEvent('filechooser');
  await page.keyboard.press('Enter');
  await (await choosing).setFiles(written('keys.csv', receipts('keys')));
  await checked(page);
  await tabTo('#import-start');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.done');
  expect((await api().state('keys')).body.state.quantity).toBe('15');
});

test('a protected server gets the token of the tab; without the right, the import says so', async () => {
  const tokens = written(
    'tokens.json',
    JSON.stringify(
      [
        ['till', ['state:read', 'events:write', 'events:write:late']],
        ['reader', ['state:read']],
      ].map(([name, scopes]) => ({
        name,
        scopes,
        sha256: createHash('sha256')
          .update(`token-of-${String(name)}`)
          .digest('hex'),
      })),
    ),
  );
  const guarded = await startServer(join(dirname(tokens), 'guarded'), { API_TOKENS_FILE: tokens });
  try {
    const enter = async (token: string) => {
      const page = await browser.open(`${guarded.url}/import`);
      await page.fill('#token', token);
      await page.keyboard.press('Enter');
      await page.waitForSelector('.drop-place');
      await choose(page, written('guarded.csv', receipts('guarded')));
      await checked(page);
      return page;
    };
    const reader = await enter('token-of-reader');
    await reader.click('#import-start');
    await reader.waitForSelector('.run .problem');
    expect(await reader.innerText('.run .problem')).toContain('403');
    const till = await enter('token-of-till');
    expect(await start(till)).toMatchObject({ recorded: '3', mismatches: '0' });
  } finally {
    await guarded.stop();
  }
});
