import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { ownBrowser } from '../support/browser';
import { ownServer } from '../support/own-server';

const server = ownServer();
const browser = ownBrowser();
const ASSETS = join(__dirname, '../../apps/explorer/dist/assets');
const EVENTS = 100_000;
const PAGE = 200;

/** Figures are printed, for people to compare. */
const print = (line: string): void => void process.stdout.write(`explorer: ${line}\n`);

/** In KB, compressed. The importer is loaded when there is a file to import, the sign-in where one is configured. */
const LIMITS: Readonly<Record<string, number>> = {
  'app.js': 60,
  'app.css': 8,
  'import.js': 100,
  'sign-in.js': 10,
};

test('no script and no style is larger than its limit, compressed', () => {
  const sizes = readdirSync(ASSETS)
    .filter((name) => /\.(js|css)$/.test(name))
    .map((name) => {
      const bytes = gzipSync(readFileSync(join(ASSETS, name)), { level: 9 }).length;
      return [name.replace(/-[^-.]*(?=\.)/, ''), bytes / 1024] as const;
    });
  for (const [name, size] of sizes) print(`${name}: ${size.toFixed(1)} KB compressed`);
  expect(sizes.map(([name]) => name).sort()).toEqual(Object.keys(LIMITS).sort());
  for (const [name, size] of sizes) expect([name, size <= (LIMITS[name] ?? 0)]).toEqual([name, true]);
});

const START = Date.parse('2025-11-01T00:00:00Z');
const iso = (minute: number) => new Date(START + minute * 60_000).toISOString();
const eventOf = (version: number) => ({
  eventId: `e${version}`,
  eventType: version % 3 === 1 ? 'productReceived' : 'productShipped',
  ...{ eventCategory: 'inventory', productId: 'big', version, schemaVersion: 1, recordedBy: 'till' },
  quantity: version % 3 === 1 ? '7' : '3',
  // One in twenty is late by an hour.
  effectiveAt: iso(version * 5 - (version % 20 === 0 ? 60 : 0)),
  recordedAt: iso(version * 5),
});

test(`a product of ${EVENTS} events is shown at once, and zoomed in one frame`, async () => {
  const page = await browser.open('about:blank');
  let answers = 0;
  await page.route('**/products/big/**', async (route) => {
    const url = new URL(route.request().url());
    if (url.pathname.endsWith('/stream'))
      return route.fulfill({ contentType: 'text/event-stream', body: '' });
    if (url.pathname.endsWith('/state'))
      return route.fulfill({ status: 404, json: { type: 'none', status: 404 } });
    const first = Number(url.searchParams.get('cursor') ?? 1);
    const events = Array.from({ length: PAGE }, (_, index) => eventOf(first + index));
    const next = first + PAGE;
    answers += 1;
    return route.fulfill({ json: { events, nextCursor: next > EVENTS ? null : String(next) } });
  });
  await page.goto(`${server.url}/p/big`);
  await page.waitForSelector('#line .plot canvas[style*="px"]');
  const firstPaint = Number(
    await page.evaluate(`performance.getEntriesByName('first-contentful-paint')[0].startTime`),
  );
  const lineAt = Number(await page.evaluate('performance.now()'));
  await page.waitForSelector('.reading', { state: 'detached', timeout: 120_000 });
  const complete = Number(await page.evaluate('performance.now()'));
  expect(answers).toBe(EVENTS / PAGE);
  const timed = async (label: string): Promise<number> =>
    Number(
      await page.evaluate(`new Promise((resolve) => {
        const button = [...document.querySelectorAll('#line button')].find((one) => one.ariaLabel === '${label}');
        const start = performance.now();
        button.click();
        requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - start)));
      })`),
    );
  const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
  const [zooms, pans]: [number[], number[]] = [[], []];
  for (let round = 0; round < 7; round += 1) {
    zooms.push(await timed('Zoom in'));
    pans.push(await timed('Earlier'));
  }
  print(
    `${EVENTS} events: first paint after ${firstPaint.toFixed(0)} ms, a line after ${lineAt.toFixed(0)} ms`,
  );
  print(`${EVENTS} events: all read and drawn after ${complete.toFixed(0)} ms`);
  print(`${EVENTS} events: zoom ${median(zooms).toFixed(0)} ms, pan ${median(pans).toFixed(0)} ms (medians)`);
  expect(firstPaint).toBeLessThan(1_000);
}, 240_000);
