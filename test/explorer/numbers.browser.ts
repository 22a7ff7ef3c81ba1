import type { Page } from 'playwright-core';
import type { RecordedEvent } from '@hindsight/domain';
import { historyFrom, lineAt } from '../../apps/explorer/src/model/history';
import { Api } from '../support/api';
import { navigate, ownBrowser } from '../support/browser';
import { ownServer } from '../support/own-server';
import { lifeOf, momentNear } from './random-life';

const server = ownServer();
const browser = ownBrowser();

const DAY = 86_400_000;
const MOMENTS = Number(process.env['MOMENTS'] ?? 500);
const WHAT_IFS = Number(process.env['WHAT_IFS'] ?? 200);
const PRODUCTS = 5;

interface Recorded {
  readonly productId: string;
  readonly events: readonly RecordedEvent[];
  readonly random: () => number;
}

/** A random life on the server, one act an event; what a rule refuses is flagged. */
async function record(productId: string, seed: number): Promise<Recorded> {
  const api = new Api(server.url);
  const { events, random } = lifeOf(seed, 30, Date.now() - DAY);
  for (const event of events) {
    const { status, body } = await api.append(productId, event, { onConflict: 'flag' });
    if (status !== 201) throw new Error(JSON.stringify(body));
  }
  return { productId, events: await eventsOf(productId), random };
}

async function json(path: string): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(server.url + path);
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const eventsOf = async (productId: string): Promise<readonly RecordedEvent[]> =>
  ((await json(`/products/${productId}/events?limit=200`)).body['events'] ?? []) as RecordedEvent[];

/** What the page says of the cursor. */
async function shown(page: Page, address: string): Promise<unknown> {
  await navigate(page, address);
  const marks = new URLSearchParams(address.split('?')[1]);
  for (const [id, name] of [
    ['as-of', 'asOf'],
    ['known-at', 'knownAt'],
  ] as const)
    await page.waitForSelector(`#${id}[data-moment="${marks.get(name) ?? 'now'}"]`);
  return page.evaluate(`(() => {
    const card = document.querySelector('.card');
    const field = (name) => card.querySelector('[data-field=' + name + ']');
    return {
      quantity: field('quantity')?.dataset.value,
      status: card.querySelector('.status')?.className.split(' ')[1],
      price: field('unitPrice')?.textContent,
      color: field('color')?.textContent,
      version: Number(card.dataset.version),
      ledger: document.querySelector('#ledger footer p')?.textContent.match(/in (\\S+),/)?.[1],
    };
  })()`);
}

/** What the API says of it. */
async function answered(productId: string, query: string, versionAt: number): Promise<unknown> {
  const { status, body } = await json(`/products/${productId}/state?${query}`);
  if (status === 404) return { version: versionAt };
  const { quantity, status: word, unitPrice, color } = body['state'] as Record<string, unknown>;
  const price = unitPrice as { amount: string; currency: string } | null;
  return {
    quantity,
    status: word,
    version: body['version'],
    ledger: String(quantity).replace('-', '−'),
    ...(price && { price: `${price.amount} ${price.currency}` }),
    ...(color !== null && { color }),
  };
}

test(`the numbers on the page are the API's, at ${MOMENTS} random moments as known at random ones`, async () => {
  for (let product = 1; product <= PRODUCTS; product += 1) {
    const { productId, events, random } = await record(`life-${product}`, product);
    const page = await browser.open(`${server.url}/p/${productId}`);
    await page.waitForSelector('#ledger');
    const [times, recorded] = [events.map((one) => one.effectiveAt), events.map((one) => one.recordedAt)];
    for (let round = 0; round < MOMENTS / PRODUCTS; round += 1) {
      const query = `asOf=${momentNear(random, times)}&knownAt=${momentNear(random, recorded)}`;
      const knownAt = query.split('knownAt=')[1] ?? '';
      const version = recorded.filter((moment) => moment <= knownAt).length;
      const found = await shown(page, `/p/${productId}?${query}`);
      expect({ query, found }).toEqual({ query, found: await answered(productId, query, version) });
    }
    await page.context().close();
  }
  expect(browser.complaints()).toEqual([]);
}, 600_000);

/** The line of a history, to compare. */
const lineOf = (productId: string, events: readonly RecordedEvent[]) => {
  const history = historyFrom(productId, events);
  return lineAt(history, history.head);
};

test(`the line that ${WHAT_IFS} what-ifs draw is the line after they are recorded`, async () => {
  const api = new Api(server.url);
  let refused = 0;
  for (let round = 0; round < WHAT_IFS / 20; round += 1) {
    const productId = `what-if-${round}`;
    const { events, random } = lifeOf(1_000 + round, 20, Date.now() - DAY);
    for (const [index, event] of events.entries()) {
      const onConflict = random() < 0.5 ? 'flag' : 'reject';
      const before = index === 0 ? [] : await eventsOf(productId);
      const preview = await api.append(productId, event, { dryRun: true, onConflict });
      const { status } = await api.append(productId, event, { onConflict });
      if (status !== 201) {
        refused += 1;
        expect(preview.status).toBe(status);
        continue;
      }
      const drawn = preview.body.events as RecordedEvent[];
      // What takes effect when it is recorded does so a moment later than when it was tried out.
      const after = await eventsOf(productId);
      expect(lineOf(productId, [...before, ...drawn])).toEqual(lineOf(productId, after));
      const { body } = await json(`/products/${productId}/timeline?limit=200`);
      const entries = body['entries'] as { effectiveAt: string }[];
      expect(lineOf(productId, after).times).toEqual([
        ...new Set(entries.map(({ effectiveAt }) => Date.parse(effectiveAt))),
      ]);
    }
  }
  expect(refused).toBeGreaterThan(0);
}, 600_000);
