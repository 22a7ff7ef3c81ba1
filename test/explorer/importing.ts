import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import type { OwnBrowser } from '../support/browser';

/* What the tests of the importer share. */

export const SCRIPT = '<img src=x onerror=alert(1)>';

/** A folder for the files of a block of tests. @returns what writes one, and gives its path */
export function ownFiles(): (name: string, content: string | Uint8Array) => string {
  const folder = mkdtempSync(join(tmpdir(), 'hindsight-drop-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return (name, content) => {
    const file = join(folder, name);
    writeFileSync(file, content);
    return file;
  };
}

/** A file of three receipts of 5, and other rows after them. */
export function receipts(productId: string, rows: readonly string[] = []): string {
  const lines = ['2026-11-02,R1', '2026-11-03,R2', '2026-11-04,R3'].map((row) => `${row},${productId},5`);
  return ['date,document,sku,received quantity', ...lines, ...rows, ''].join('\n');
}

/** The page of the importer, before there is a file. */
export async function openImport(
  browser: OwnBrowser,
  url: string,
  options: { readonly width?: number; readonly dark?: boolean } = {},
): Promise<Page> {
  const page = await browser.open(`${url}/import`, options);
  page.on('dialog', () => browser.complaints().push('a script ran'));
  await page.waitForSelector('.drop-place');
  return page;
}

export const choose = (page: Page, file: string): Promise<void> =>
  page.setInputFiles('input[type=file]', file);

/** Waits until all of the file is read; returns what is said of it. */
export const checked = async (page: Page): Promise<string> =>
  (await page.waitForSelector('.checked [role=status]')).innerText();

/** Imports, and returns the figures of the summary by their names. */
export async function start(page: Page): Promise<Record<string, string>> {
  await page.click('#import-start');
  await page.waitForSelector('.summary [role=status]');
  const figures = await page.locator('[data-figure]').allInnerTexts();
  return Object.fromEntries(figures.map((text) => text.split('\n') as [string, string]));
}
