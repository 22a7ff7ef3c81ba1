import { existsSync, readFileSync } from 'node:fs';
import { chromium, type Browser, type Page } from 'playwright-core';

const PLACES = [
  process.env['CHROMIUM'],
  ...['chromium', 'chromium-browser', 'google-chrome'].map((name) => `/usr/bin/${name}`),
];

/** Far longer than anything takes: machines are loaded. */
const TIMEOUT_MS = 120_000;

function chromiumPath(): string {
  const found = PLACES.find((path) => path !== undefined && existsSync(path));
  if (found === undefined) throw new Error('no Chromium was found: install it, or set CHROMIUM to its path');
  return found;
}

export interface OwnBrowser {
  /** A new page in a context of its own: nothing is kept from other pages. */
  open(url: string, options?: { readonly dark?: boolean; readonly width?: number }): Promise<Page>;
  /** What pages complained of since the last call: errors of scripts, and what their policy forbids. */
  complaints(): string[];
  /** The origins of all requests. */
  readonly origins: ReadonlySet<string>;
}

/** Starts a browser before the tests of a block. */
export function ownBrowser(): OwnBrowser {
  let browser: Browser;
  const found: string[] = [];
  const origins = new Set<string>();
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: chromiumPath(), args: ['--no-sandbox'] });
  });
  afterAll(() => browser.close());
  return {
    origins,
    complaints: () => found.splice(0),
    async open(url, { dark = false, width = 1280 } = {}) {
      const context = await browser.newContext({
        viewport: { width, height: 900 },
        colorScheme: dark ? 'dark' : 'light',
        timezoneId: 'UTC',
      });
      context.setDefaultTimeout(TIMEOUT_MS);
      const page = await context.newPage();
      page.on('pageerror', ({ message }) => found.push(message));
      page.on('console', (message) => {
        // A refusal is an answer; the browser logs each.
        const isAnswer = message.text().startsWith('Failed to load resource');
        if (message.type() === 'error' && !isAnswer) found.push(message.text());
      });
      page.on('request', (request) => origins.add(new URL(request.url()).origin));
      await page.goto(url);
      return page;
    },
  };
}

const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

/** The accessibility rules that a page breaks, each with the elements that break it. */
export async function violationsOf(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const { violations } = await page.evaluate<{
    violations: { id: string; help: string; nodes: { html: string }[] }[];
  }>('axe.run()');
  return violations.map(
    ({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html).join(' ')}`,
  );
}

/** To another address without loading the page anew. */
export async function navigate(page: Page, address: string): Promise<void> {
  await page.evaluate(
    `history.pushState(null, '', ${JSON.stringify(address)}); dispatchEvent(new Event('popstate'))`,
  );
}
