import { productIdSchema } from '@hindsight/domain';
import fc from 'fast-check';
import request from 'supertest';
import { encodedPath } from './encoded-path';
import { documentation } from './testing/documented';
import { fakeAppender, fakeLog, gatewayWith, succeeded } from './testing/fakes';

const SKUS = [
  'A/B',
  'A B',
  'A+B',
  'ÖL-5',
  'A&B',
  'A#B',
  'A%B',
  '4.5"',
  'A(B)',
  'A:B',
  'A?B',
  '%2F',
  '...',
  'x/state',
  'a/events',
  '😀',
  'дом',
  "it's",
  'A;B=C',
  'A\\B',
  '@home',
  'A//B',
  '/A/',
  'state',
];
const ids = fc
  .oneof(
    fc.constantFrom(...SKUS),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }),
    fc
      .array(fc.constantFrom('/', '%', '.', '?', '#', ' ', 'events', 'stream', 'state', 'a'), {
        minLength: 1,
      })
      .map((parts) => parts.join('')),
  )
  .filter((id) => productIdSchema.safeParse(id).success);

const { watch, undocumented } = documentation();
const seen: string[] = [];
const log = fakeLog({
  stateAt: (productId) => {
    seen.push(productId);
    return Promise.resolve({ found: false, why: 'product-not-found' });
  },
  readRecorded: (productId) => {
    seen.push(productId);
    return Promise.resolve({ events: [], next: '1' });
  },
  timeline: (productId) => {
    seen.push(productId);
    return Promise.resolve({ entries: [], next: '1' });
  },
  headVersion: (productId) => {
    seen.push(productId);
    return Promise.resolve(0);
  },
});
const appender = fakeAppender(({ productId = '' }) => {
  seen.push(productId);
  return succeeded({ productId });
});
const { app } = gatewayWith({ log, appender });
const server = app.listen(0);
const agent = watch(request.agent(server));
afterAll(() => void server.close());

/** Every kind of link from a response to the same product. */
const addressIn = ({ headers }: request.Response): string[] => {
  const { location, link = '' } = headers as { location?: string; link?: string };
  const next = /<([^>]*)>; rel="next"/.exec(link)?.[1];
  return [...(location === undefined ? [] : [location]), ...(next === undefined ? [] : [next])];
};

test('every SKU works in every URL, and every link of a response leads back to it', async () => {
  await fc.assert(
    fc.asyncProperty(ids, async (id) => {
      seen.splice(0);
      const base = `/products/${encodeURIComponent(id)}`;
      const answers = [
        await agent.get(`${base}/state`),
        await agent.get(`${base}/events`),
        await agent.get(`${base}/timeline`),
        await agent.get(`${base}/events/stream`),
        await agent.post(`${base}/events`).send({ eventType: 'productReceived', quantity: 1 }),
      ];
      expect(answers.map(({ status }) => status)).toEqual([404, 200, 200, 404, 201]);
      const links = answers.flatMap(addressIn);
      expect(links).toHaveLength(3);
      for (const link of links) await agent.get(link);
      expect(seen).toEqual(Array.from({ length: 8 }, () => id));
      expect(answers[4]?.body.productId).toBe(id);
    }),
    { numRuns: 60 },
  );
  expect(undocumented()).toEqual([]);
});

test('every SKU works through an HTTP API, which decodes the path', () => {
  const requestContext = { domainName: 'abc.execute-api.eu-central-1.amazonaws.com' };
  fc.assert(
    fc.property(
      ids,
      fc.constantFrom('state', 'events', 'timeline', 'events/stream', 'events/'),
      (id, resource) => {
        const sent = `/products/${encodeURIComponent(id)}/${resource}`;
        expect(encodedPath({ rawPath: decodeURIComponent(sent), requestContext })).toBe(sent);
      },
    ),
    { numRuns: 500 },
  );
  for (const path of ['/', '/healthz', '/executions/a-b', '/problems/x'])
    expect(encodedPath({ rawPath: path, requestContext })).toBe(path);
});

test('a function URL does not decode the path', () => {
  const requestContext = { domainName: 'abc.lambda-url.eu-central-1.on.aws' };
  expect(encodedPath({ rawPath: '/products/A%2FB/state', requestContext })).toBe('/products/A%2FB/state');
});

test.each([
  ['%2E', 'must not be . or ..'],
  ['%2E%2e', 'must not be . or ..'],
  ['%20A', 'must not begin or end with a blank'],
  ['A%C2%A0', 'must not begin or end with a blank'],
  ['A%00B', 'must have printable characters only'],
  ['O%CC%88L', 'must be in the Unicode normalization form NFC'],
  ['x'.repeat(129), 'must have 1 to 128 characters'],
])('%s is no SKU', async (segment, message) => {
  const { status, body } = await agent.get(`/products/${segment}/state`);
  expect({ status, errors: body.errors }).toEqual({ status: 400, errors: [{ path: 'productId', message }] });
});

test('128 characters are counted as people count them', async () => {
  await agent.get(`/products/${encodeURIComponent('😀'.repeat(128))}/state`).expect(404);
  await agent.get(`/products/${encodeURIComponent('😀'.repeat(129))}/state`).expect(400);
});
