import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ownBrowser, violationsOf } from '../support/browser';
import { startServer, type RunningServer } from '../support/processes';

const TOKEN = 'a-token-that-nobody-else-has';
const browser = ownBrowser();
const folder = mkdtempSync(join(tmpdir(), 'hindsight-tokens-'));
let server: RunningServer;

beforeAll(async () => {
  const file = join(folder, 'tokens.json');
  const sha256 = createHash('sha256').update(TOKEN).digest('hex');
  writeFileSync(file, JSON.stringify([{ name: 'till', sha256, scopes: ['state:read', 'events:write'] }]));
  server = await startServer(join(folder, 'data'), { API_TOKENS_FILE: file, LOG_LEVEL: 'info' });
});
afterAll(async () => {
  await server.stop();
  const { output } = await server.ended;
  rmSync(folder, { recursive: true, force: true });
  expect(output).not.toContain(TOKEN);
});

test('a protected server asks for a token, says when it is wrong, and keeps it for the tab', async () => {
  const page = await browser.open(`${server.url}/`);
  await page.waitForSelector('#token');
  expect(await violationsOf(page)).toEqual([]);
  await page.fill('#token', 'wrong');
  await page.keyboard.press('Enter');
  await page.waitForSelector('#token-wrong');
  await page.fill('#token', TOKEN);
  await page.keyboard.press('Enter');
  await page.waitForSelector('.offer');
  expect(page.url()).toBe(`${server.url}/`);
  await page.reload();
  await page.waitForSelector('.offer');
  const other = await browser.open(`${server.url}/p/lamp`);
  await other.waitForSelector('#token');
});

test('commands that are copied have the token of the shell, and not the one of the tab', async () => {
  const page = await browser.open(`${server.url}/p/lamp`);
  await page.fill('#token', TOKEN);
  await page.keyboard.press('Enter');
  await page.waitForSelector('.curl');
  const commands = await page
    .locator('.curl')
    .evaluateAll((buttons) => buttons.map((button) => (button as unknown as { title: string }).title));
  expect(commands.length).toBeGreaterThan(1);
  for (const command of commands) {
    expect(command).toContain('$TOKEN');
    expect(command).not.toContain(TOKEN);
  }
});
