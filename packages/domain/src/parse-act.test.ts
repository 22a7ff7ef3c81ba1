import { parseAct, PRODUCTS_LIMIT } from './parse-act';
import { inputsIn } from './parse';
import { registry } from './registry.generated';

const parse = (body: unknown) => parseAct(registry, inputsIn(body), () => 'new');
const received = (productId: string, more: object = {}) => ({
  eventType: 'productReceived',
  quantity: 1,
  productId,
  ...more,
});

test('the events of an act are grouped by product, and keep their places in the request', () => {
  const parsed = parse([received('a', { eventId: '1' }), received('b'), received('a', { eventId: '1' })]);
  expect(parsed).toMatchObject({
    ok: true,
    parts: [
      { productId: 'a', indexes: [0, 2], events: [{ eventId: '1' }, { eventId: '1' }] },
      { productId: 'b', indexes: [1], events: [{ eventId: 'new', productId: 'b', quantity: '1' }] },
    ],
  });
});

test('an error names the path and the product of its event', () => {
  expect(parse([received('a'), received('b', { quantity: -1, colour: 'red' })])).toMatchObject({
    ok: false,
    errors: [
      { path: '[1].quantity', productId: 'b' },
      { path: '[1].colour', productId: 'b' },
    ],
  });
  expect(parse(received('a', { quantity: 0 }))).toMatchObject({
    errors: [{ path: 'quantity', productId: 'a' }],
  });
});

test('every event names its product', () => {
  const { productId, ...unnamed } = received('a');
  expect(parse([received('a'), unnamed])).toEqual({
    ok: false,
    errors: [{ path: '[1].productId', message: 'is required' }],
  });
});

test.each([
  [[], /at least one event/],
  [Array.from({ length: 26 }, () => received('a')), /at most 25 events, has 26/],
  [
    Array.from({ length: PRODUCTS_LIMIT + 1 }, (_, n) => received(`p${n}`)),
    /at most 10 products, has events of 11/,
  ],
])('the limits of an act name no product', (body, message) => {
  expect(parse(body)).toEqual({ ok: false, errors: [{ path: '', message: expect.stringMatching(message) }] });
});

test('an act of as many events and products as there may be is taken', () => {
  const events = Array.from({ length: 25 }, (_, n) => received(`p${n % PRODUCTS_LIMIT}`));
  expect(parse(events)).toMatchObject({ ok: true, parts: { length: PRODUCTS_LIMIT } });
});
