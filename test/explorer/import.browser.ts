import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { Api } from '../support/api';
import { ownBrowser } from '../support/browser';
import { runHindsight } from '../support/hindsight';
import { ownServer } from '../support/own-server';
import { checked, choose, openImport, ownFiles, receipts, SCRIPT, start } from './importing';

const server = ownServer();
const browser = ownBrowser();
const written = ownFiles();
const api = () => new Api(server.url);
const opened = () => openImport(browser, server.url);
const GERMAN = join(__dirname, '../data/sales-de.csv');

afterEach(() => expect(browser.complaints()).toEqual([]));

/** What is found of the file, next to its choices. */
const found = (page: Page, name: string) =>
  page.locator(`.field:has(#import-${name}) small`).first().innerText();

test('a good file is shown as it is understood, and imported; afterwards neither it nor the command line adds to it', async () => {
  const file = written('good.csv', receipts('good'));
  const page = await opened();
  await choose(page, file);
  expect(await checked(page)).toContain('3 events of 1 product, from 3 lines. Nothing was sent yet.');
  expect(await found(page, 'encoding')).toBe('utf-8 (default)');
  expect(await found(page, 'delimiter')).toBe('comma (detected)');
  expect(await found(page, 'kind')).toContain('receipts (detected');
  expect((await page.locator('.first-lines li').allInnerTexts())[0]?.replace(/\s+/g, ' ')).toBe(
    '2026-11-02T00:00:00.000Z R1 good 5',
  );
  expect((await api().state('good')).status).toBe(404);
  expect(await start(page)).toMatchObject({ lines: '3', recorded: '3', mismatches: '0' });
  expect((await api().state('good')).body).toMatchObject({ version: 3, state: { quantity: '15' } });
  await choose(page, file);
  expect(await start(page)).toMatchObject({ recorded: '0', mismatches: '0' });
  const { code, out } = await runHindsight(['import', file, '--url', server.url]);
  expect([code, out]).toEqual([0, expect.stringMatching(/^recorded {8}0$/m)]);
  expect((await api().state('good')).body).toMatchObject({ version: 3 });
});

test('a file that the command line imported is not imported again', async () => {
  const options = ['--tz', 'Europe/Berlin', '--currency', 'EUR', '--on-conflict', 'flag'];
  expect((await runHindsight(['import', GERMAN, '--url', server.url, ...options])).code).toBe(0);
  const page = await opened();
  await choose(page, GERMAN);
  await page.selectOption('#import-tz', 'Europe/Berlin');
  await page.fill('#import-currency', 'EUR');
  await page.keyboard.press('Tab');
  await page.waitForSelector('.first-lines >> text=at 4.5 EUR');
  expect(await found(page, 'decimal')).toBe('quantity comma, unitPrice comma (detected)');
  expect(await found(page, 'dates')).toBe('dmy (detected), in Europe/Berlin if they have no offset');
  await page.selectOption('#import-conflicts', 'flag');
  expect(await start(page)).toMatchObject({ lines: '3', recorded: '0', mismatches: '0' });
});

test('lines that can’t be read are listed with their numbers, saved as a file, and left out', async () => {
  const file = written(
    'bad.csv',
    receipts('bad', ['', '2026-11-31,R4,bad,1', `2026-11-05,R5,bad,${SCRIPT}`]),
  );
  const page = await opened();
  await choose(page, file);
  await checked(page);
  expect(await page.locator('[data-line]').allInnerTexts()).toEqual([
    expect.stringMatching(/^6\s+effectiveAt "2026-11-31" is not a time of the format iso$/),
    `7\t\nquantity "${SCRIPT}" must be a decimal of at most 6 places`.replace('\n', ''),
  ]);
  const downloading = page.waitForEvent('download');
  await page.click('text=Save these lines as a file');
  const download = await downloading;
  expect(download.suggestedFilename()).toBe('bad.csv.refused.csv');
  expect(
    readFileSync(await download.path(), 'utf8')
      .split('\n')
      .slice(1, 3),
  ).toEqual([
    '6,"effectiveAt ""2026-11-31"" is not a time of the format iso",2026-11-31,R4,bad,1',
    `7,"quantity ""${SCRIPT}"" must be a decimal of at most 6 places",2026-11-05,R5,bad,${SCRIPT}`,
  ]);
  expect(await page.innerText('#import-start')).toBe('Import the other 3 events');
  expect(await start(page)).toMatchObject({ recorded: '3', mismatches: '0' });
  expect((await api().state('bad')).body.state.quantity).toBe('15');
});

test('what is unclear is asked for, and columns are chosen by hand', async () => {
  const file = written('unclear.csv', `when,thing,${SCRIPT}\n3/4/2026,hand,4\n`);
  const page = await opened();
  await choose(page, file);
  const asked = () => page.innerText('#import-question');
  await page.waitForSelector('#import-kind[aria-invalid=true]');
  expect(await asked()).toBe('What are the lines of this file?');
  await page.selectOption('#import-kind', 'receipts');
  for (const [column, field] of [
    ['when', 'effectiveAt'],
    ['thing', 'productId'],
    [SCRIPT, 'quantity'],
  ] as const)
    await page.getByLabel(`What ${column} is`).selectOption(field);
  await page.waitForSelector('#import-dates[aria-invalid=true]');
  expect(await asked()).toBe('How is the date "3/4/2026" written?');
  await page.selectOption('#import-dates', 'dmy');
  expect(await checked(page)).toContain('1 event of 1 product');
  expect(await start(page)).toMatchObject({ recorded: '1', mismatches: '0' });
  const events = await api().events('hand');
  expect(events).toMatchObject([{ quantity: '4', effectiveAt: '2026-04-03T00:00:00.000Z' }]);
});

/** An archive of one file by Python, as it is on every machine that has a browser's tests. */
function zipped(name: string, inner: string, content: string): string {
  const file = join(dirname(written('beside', '')), name);
  const script =
    'import sys,zipfile; z=zipfile.ZipFile(sys.argv[1],"w",zipfile.ZIP_DEFLATED); z.writestr(sys.argv[2],sys.argv[3]); z.close()';
  execFileSync('python3', ['-c', script, file, inner, content]);
  return file;
}

test('packed files, events and other encodings are read', async () => {
  const page = await opened();
  const event = { productId: 'json', eventId: 'j1', eventType: 'productReceived', quantity: '2' };
  const latin = new Uint8Array(
    Buffer.from('date,document,sku,received quantity\n2026-11-02,1,Schl\u00fcssel,1\n', 'latin1'),
  );
  const files: readonly [string, string][] = [
    [written('packed.csv.gz', gzipSync(receipts('gz'))), 'utf-8 (default), gzip'],
    [zipped('packed.zip', 'inner.csv', receipts('zip')), 'utf-8 (default), zip'],
    [
      written('utf16.csv', Buffer.from(`\ufeff${receipts('utf16')}`, 'utf16le')),
      'utf-16le (byte order mark)',
    ],
    [written('events.ndjson', `${JSON.stringify(event)}\n`), 'utf-8 (default)'],
  ];
  for (const [file, encoding] of files) {
    await choose(page, file);
    await page.waitForSelector(`h1 >> text=${basename(file)}`);
    await checked(page);
    expect(await found(page, 'encoding')).toBe(encoding);
    expect(await start(page)).toMatchObject({ mismatches: '0', refused: '0' });
  }
  for (const productId of ['gz', 'zip', 'utf16'])
    expect((await api().state(productId)).body.state.quantity).toBe('15');
  expect((await api().state('json')).body.state.quantity).toBe('2');
  await choose(page, written('latin.csv', latin));
  await page.waitForSelector('[role=alert]');
  expect(await page.innerText('#import-question')).toMatch(
    /^line 2 has bytes that are not utf-8; .*“Encoding” windows-1252$/,
  );
  await page.selectOption('#import-encoding', 'windows-1252');
  expect(await checked(page)).toContain('1 event');
  expect(await page.innerText('.first-lines')).toContain('Schlüssel');
});

test('a file that can’t be read is an error with its reason', async () => {
  const page = await opened();
  for (const [file, reason] of [
    [written('broken.csv.gz', gzipSync(receipts('x')).subarray(0, 40)), /damaged/],
    [
      written('broken.zip', Buffer.concat([Buffer.from('PK\u0003\u0004'), Buffer.alloc(60)])),
      /damaged ZIP archive/,
    ],
    [written('open.csv', 'date,document,sku,qty\n2026-11-02,1,"mug,1\n'), /line \d+: a quotation mark/],
    [written('empty.csv', ''), /./],
  ] as const) {
    await choose(page, file);
    await page.waitForSelector(`h1 >> text=${basename(file)}`);
    await page.waitForSelector('[role=alert]');
    expect(await page.innerText('#import-question')).toMatch(reason);
    expect(await page.locator('#import-start').count()).toBe(0);
  }
});

test('lines that the log refuses are said, and go in when the stock is there', async () => {
  const sales = written('sales.csv', 'date,order,sku,qty\n2026-11-02,1,short,2\n2026-11-03,2,short,1\n');
  const page = await opened();
  await choose(page, sales);
  await checked(page);
  expect(await start(page)).toMatchObject({
    recorded: '0',
    refused: '1',
    withheld: '1 (after a refused one)',
  });
  expect(await page.innerText('.notes')).toContain('line 2, short: 409; Insufficient stock');
  await api().append('short', {
    ...{ eventId: 'r', eventType: 'productReceived', quantity: 3, effectiveAt: '2026-11-01T00:00:00Z' },
  });
  await page.click('text=Try again');
  await page.waitForSelector('.done');
  expect((await api().state('short')).body.state.quantity).toBe('0');
});
