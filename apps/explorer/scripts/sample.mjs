// node apps/explorer/scripts/sample.mjs: writes sample/year.json, the year that an empty server offers to load.
//
// The sales are those of eight products in test/data/online-retail-sample.csv. That file has sales only, so receipts,
// counts, a reorder point and the news that comes late are added here. Times are minutes before the end of the sample,
// which is the day on which somebody loads it.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = join(dirname(fileURLToPath(import.meta.url)), '..');
const file = join(here, '../../test/data/online-retail-sample.csv');
const END = Date.parse('2011-12-10T00:00:00Z');
const DAY = 1440;

const products = {
  '84660A': 'White stitched wall clock',
  '84660B': 'Black stitched wall clock',
  '84660C': 'Pink stitched wall clock',
  '90214A': 'Letter A bling key ring',
  '90214J': 'Letter J bling key ring',
  '90214L': 'Letter L bling key ring',
  85103: 'Silver t-light setting',
  DCGSSGIRL: 'Girls party bag',
};

/** The first five columns, which are never quoted. */
const sales = readFileSync(file, 'utf8')
  .split('\n')
  .slice(1)
  .map((line) => line.split(','))
  .map(([date, , product, quantity, price]) => ({
    at: Math.round((Date.parse(date) - END) / 60_000),
    ...{ product, price, quantity: Number(quantity) },
  }))
  .filter(({ product, quantity }) => product in products && quantity > 0 && quantity <= 120)
  .sort((a, b) => a.at - b.at);

let number = 0;
const event = (eventType, at, fields) => ({ eventId: `sample-${(number += 1)}`, eventType, at, ...fields });

/** Receipts as they are needed, three counts, and every sale. */
function lifeOf(product) {
  const own = sales.filter((sale) => sale.product === product);
  const total = own.reduce((sum, { quantity }) => sum + quantity, 0);
  const lot = Math.max(24, Math.ceil(total / 6 / 12) * 12);
  const reorderPoint = Math.ceil(lot / 3);
  const unitPrice = { amount: own[0].price, currency: 'GBP' };
  const events = [];
  let stock = 0;
  const receive = (at, quantity, more) => {
    events.push(event('productReceived', at, { quantity: String(quantity), ...more }));
    stock += quantity;
  };
  receive(own[0].at - 3 * DAY, lot * 2, {
    name: products[product],
    unitPrice,
    reorderPoint: String(reorderPoint),
  });
  const counts = [-270, -180, -90].map((day) => day * DAY + 1080);
  for (const { at, quantity } of own) {
    while (counts.length > 0 && counts[0] < at) {
      const lost = product.charCodeAt(product.length - 1) % 3;
      stock -= Math.min(lost, stock);
      events.push(event('stockCounted', counts.shift(), { quantity: String(stock) }));
    }
    if (stock - quantity < 4) receive(at - 2 * DAY, Math.max(lot, quantity));
    stock -= quantity;
    events.push(event('productShipped', at, { quantity: String(quantity) }));
  }
  return events.sort((a, b) => a.at - b.at);
}

const lives = Object.fromEntries(Object.keys(products).map((product) => [product, lifeOf(product)]));
const shipment = (product, share) => {
  const shipped = lives[product].filter(({ eventType }) => eventType === 'productShipped');
  return shipped[Math.floor(shipped.length * share)];
};

/** What was learned later, act by act. */
const news = [
  ['84660A', event('productReceived', -61 * DAY, { quantity: '36', reason: 'pallet found behind the dock' })],
  [
    '84660B',
    event('productShipped', -45 * DAY, { quantity: '3', reason: 'delivery note found a month later' }),
  ],
  [
    '84660C',
    event('eventCorrected', null, {
      targetEventId: shipment('84660C', 0.7).eventId,
      replacement: { eventType: 'productShipped', quantity: '1' },
      reason: 'a typo: one, not more',
    }),
  ],
  [
    '90214A',
    event('eventRetracted', null, {
      targetEventId: shipment('90214A', 0.8).eventId,
      reason: 'entered twice',
    }),
  ],
  ['90214J', event('quantityAdjusted', -20 * DAY, { quantity: '-2', reason: 'broken' })],
  ['85103', event('productAdjusted', -10 * DAY, { unitPrice: { amount: '2.1', currency: 'GBP' } })],
  ['84660A', event('productReceived', 12 * DAY, { quantity: '48', reason: 'ordered for Christmas' })],
];

/** A few events at once, so that what was known grows in steps that can be seen. */
const PAGE = 5;
const acts = Object.entries(lives).flatMap(([product, events]) =>
  Array.from({ length: Math.ceil(events.length / PAGE) }, (_, page) => [
    product,
    events.slice(page * PAGE, (page + 1) * PAGE),
  ]),
);
const text = JSON.stringify([...acts, ...news.map(([product, one]) => [product, [one]])]);
writeFileSync(join(here, 'sample/year.json'), `${text}\n`);
console.log(`${number} events, ${acts.length + news.length} acts, ${text.length} bytes`);
