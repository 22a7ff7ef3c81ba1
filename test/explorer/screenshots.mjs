// npm run screenshots: writes the pictures of README and docs into docs/images.
//
// It starts a server whose clock can be set, records the explorer's sample year as it would have been recorded at the
// time (some of it late), and takes the pictures.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const images = join(root, 'docs/images');
const [MINUTE, DAY] = [60_000, 86_400_000];
const folder = mkdtempSync(join(tmpdir(), 'hindsight-screenshots-'));
const clock = join(folder, 'clock');

const freePort = () =>
  new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });

async function startServer() {
  const port = await freePort();
  const env = {
    ...process.env,
    ...{ PORT: String(port), HOST: '127.0.0.1', DATA_DIR: join(folder, 'data'), LOG_LEVEL: 'warn' },
    ...{ CLOCK_FILE: clock, NODE_OPTIONS: `--require ${join(root, 'test/explorer/shifted-clock.cjs')}` },
  };
  const child = spawn(process.execPath, [join(root, 'apps/local/dist/main.js')], {
    cwd: root,
    env,
    stdio: 'ignore',
  });
  const url = `http://127.0.0.1:${port}`;
  for (;;) {
    const isReady = await fetch(`${url}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isReady) return { url, child };
    await pause(100);
  }
}

/** When each event of the sample was recorded: soon, or when the news came. */
function recordings() {
  const today = new Date().setUTCHours(0, 0, 0, 0);
  const acts = JSON.parse(readFileSync(join(root, 'apps/explorer/sample/year.json'), 'utf8'));
  const usual = acts.filter(([, events]) => !/^(palle|deliv|a typ|enter|order)/.test(events[0].reason ?? ''));
  const late = acts.filter((act) => !usual.includes(act));
  const daysLate = [33, 31, 45, 20, 9];
  const place = ([product, { at, ...event }], recorded) => ({
    ...{ product, recorded },
    event: { ...event, ...(at !== null && { effectiveAt: new Date(today + at * MINUTE).toISOString() }) },
  });
  return [
    ...usual.flatMap(([product, events]) =>
      events.map((event) => place([product, event], today + event.at * MINUTE + 20 * MINUTE)),
    ),
    ...late.map(([product, [event]], index) => {
      const happened = event.at === null || event.at > 0 ? -40 * 1440 : event.at;
      return place([product, event], today + happened * MINUTE + (daysLate[index] ?? 5) * DAY);
    }),
  ].sort((a, b) => a.recorded - b.recorded);
}

async function record(url) {
  for (const { product, event, recorded } of recordings()) {
    writeFileSync(clock, String(recorded - Date.now()));
    const response = await fetch(`${url}/products/${encodeURIComponent(product)}/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(event),
    });
    if (response.status !== 201) throw new Error(`${product}: ${await response.text()}`);
  }
  writeFileSync(clock, '0');
}

/** The version of the log of a product just before its late receipt. */
async function beforeLate(url, product) {
  const { events } = await (await fetch(`${url}/products/${product}/events?limit=200`)).json();
  const late = events.findIndex(({ reason }) => reason?.startsWith('pallet'));
  return { effectiveAt: events[late].effectiveAt, recordedAt: events[late - 1].recordedAt };
}

async function take(browser, url) {
  const picture = async (name, path, { dark = false, width = 1200, height = 760, prepare } = {}) => {
    const context = await browser.newContext({
      ...{ viewport: { width, height }, timezoneId: 'UTC', colorScheme: dark ? 'dark' : 'light' },
    });
    const page = await context.newPage();
    await page.goto(url + path);
    await page.waitForSelector('[data-value]');
    await pause(800);
    await prepare?.(page);
    await page.screenshot({ path: join(images, `${name}.png`) });
    await context.close();
  };
  const { effectiveAt, recordedAt } = await beforeLate(url, '84660A');
  const asOf = new Date(Date.parse(effectiveAt) + 20 * DAY).toISOString();
  const past = `/p/84660A?asOf=${asOf}&knownAt=${recordedAt}`;
  await picture('explorer-products', '/');
  await picture('explorer-product', past, { height: 790 });
  await picture('explorer-product-dark', past, { height: 790, dark: true });
  await picture('explorer-map', past, {
    prepare: (page) => page.locator('#map').evaluate((map) => map.scrollIntoView({ block: 'center' })),
    height: 560,
  });
  await picture('explorer-what-if', '/p/84660A?whatIf=productShipped', {
    height: 1080,
    prepare: async (page) => {
      await page.fill('.what-if .decimal input', '60');
      await page.fill(
        '.what-if .time input',
        new Date(Date.now() - 160 * DAY).toISOString().slice(0, 11) + '12:00',
      );
      await page.waitForSelector('.remedies');
      await pause(300);
    },
  });
  const stock = `/stock?compare=1&asOf=${asOf}&asOf2=${asOf}&knownAt2=${recordedAt}`;
  await picture('explorer-stock', stock, {
    height: 640,
    prepare: (page) => page.waitForSelector('#stock [role=status]'),
  });
  await picture('explorer-import', '/', {
    height: 1_280,
    prepare: async (page) => {
      await page.setInputFiles('input[type=file]', join(root, 'test/data/sales-de.csv'));
      await page.waitForSelector('#import-start');
    },
  });
  await picture('explorer-phone', past, { width: 390, height: 780 });
}

mkdirSync(images, { recursive: true });
const server = await startServer();
try {
  await record(server.url);
  // The catalogue follows within a second or two.
  await pause(2_500);
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  await take(browser, server.url);
  await browser.close();
  console.log(`written to ${images}`);
} finally {
  server.child.kill('SIGTERM');
  await new Promise((resolve) => server.child.once('exit', resolve));
  rmSync(folder, { recursive: true, force: true });
}
