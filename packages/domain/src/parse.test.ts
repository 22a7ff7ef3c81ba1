import fc from 'fast-check';
import { parseEvents, parseSent, type ParseOptions } from './parse';
import { registry } from './registry.generated';
import { typesAnew } from './testing/anew';
import { corrected, received, retracted } from './testing/sent';

function parse(body: unknown, options: Partial<ParseOptions> = {}) {
  let made = 0;
  return parseEvents(registry, body, { newId: () => `new-${(made += 1)}`, ...options });
}

/** What the events of a good body are. */
function eventsOf(body: unknown, options: Partial<ParseOptions> = { productId: 'anvil' }) {
  const parsed = parse(body, options);
  return parsed.ok ? parsed.events : parsed.errors;
}

test.each(['A/B', 'ÖL 5', '...', '%2E'])(
  'product %s is one like any other, wherever it is named',
  (productId) => {
    const named = received('1', { productId });
    for (const body of [named, [named, received('2')]]) {
      expect(parse(body)).toMatchObject({ ok: true, productId });
      expect(parse(body, { productId })).toMatchObject({ ok: true, productId });
    }
  },
);

const batch = (count: number) => Array.from({ length: count }, () => received('1'));

describe('a flat event', () => {
  test('is normalized: canonical decimals, money with its currency, UTC, today’s schema version', () => {
    const event = received('+1.50', {
      eventId: 'e',
      unitPrice: '$4',
      effectiveAt: '2026-11-23T10:30:00+01:00',
    });
    const normal = {
      eventId: 'e',
      eventType: 'productReceived',
      eventCategory: 'inventory',
      productId: 'anvil',
      schemaVersion: 1,
      effectiveAt: '2026-11-23T09:30:00.000Z',
      quantity: '1.5',
      unitPrice: { amount: '4', currency: 'USD' },
    };
    const types = typesAnew();
    for (const sent of [event, normal])
      expect(parseEvents(types, sent, { productId: 'anvil', newId: () => '' })).toEqual({
        ok: true,
        productId: 'anvil',
        events: [normal],
      });
  });

  test('keeps its optional fields in addition to those of its type', () => {
    const context = {
      correlationId: 'order-7',
      causationId: 'e0',
      reason: 'gefunden: 1 Stück “Ω” 😀',
      source: '/till/1',
      metadata: { dock: '3', 'a.$': '$.x', constructor: 'y', empty: '' },
    };
    expect(eventsOf(received('1', context))).toMatchObject([context]);
  });

  test('may omit its product if the request names it, and name it if the request does not', () => {
    expect(parse(received('1'), { productId: 'anvil' })).toMatchObject({ ok: true, productId: 'anvil' });
    expect(parse(received('1', { productId: 'anvil' }))).toMatchObject({ ok: true, productId: 'anvil' });
  });

  test('of a correction carries a replacement that is normalized, too', () => {
    const replacement = received('15.0', { effectiveAt: '2026-11-23T09:30:00Z', unitPrice: '$4' });
    expect(eventsOf(corrected('e1', replacement))).toMatchObject([
      {
        eventType: 'eventCorrected',
        targetEventId: 'e1',
        replacement: {
          eventType: 'productReceived',
          schemaVersion: 1,
          quantity: '15',
          effectiveAt: '2026-11-23T09:30:00.000Z',
          unitPrice: { amount: '4', currency: 'USD' },
        },
      },
    ]);
  });
});

test('an event keeps its id; one without gets a new one', () => {
  const events = [received('1'), received('1', { eventId: 'own' }), received('1')];
  expect(eventsOf(events)).toMatchObject([{ eventId: 'new-1' }, { eventId: 'own' }, { eventId: 'new-2' }]);
});

describe('batches', () => {
  test('have 1 to 25 events', () => {
    expect(eventsOf(batch(25))).toHaveLength(25);
    const errorsOf = (body: unknown) => parse(body, { productId: 'anvil' });
    expect(errorsOf([])).toEqual({
      ok: false,
      errors: [{ path: '', message: 'must have at least one event' }],
    });
    expect(errorsOf(batch(26))).toEqual({
      ok: false,
      errors: [{ path: '', message: 'must have at most 25 events, has 26' }],
    });
  });

  test('are of one product', () => {
    const events = [received('1', { productId: 'a' }), received('1'), received('1', { productId: 'b' })];
    const message = (product: string) => `must be "${product}", as in the request`;
    expect(parse(events.slice(1))).toMatchObject({ ok: true, productId: 'b' });
    expect(parse(events)).toEqual({ ok: false, errors: [{ path: '[2].productId', message: message('a') }] });
    expect(parse(events, { productId: 'c' })).toEqual({
      ok: false,
      errors: [
        { path: '[0].productId', message: message('c') },
        { path: '[2].productId', message: message('c') },
      ],
    });
  });

  test('report every error at once, each with its place', () => {
    const errors = [
      { path: '[0].quantity', message: 'must be greater than 0' },
      { path: '[0].color', message: 'must be a string' },
      { path: '[2].quantity', message: 'must be greater than 0' },
    ];
    expect(parse([received('-1', { color: 5 }), received('1'), received('0')])).toEqual({
      ok: false,
      errors,
    });
  });
});

describe('an event that was sent in something else', () => {
  const parseOne = (event: unknown, fieldPaths: [string, string][]) =>
    parseSent(registry, [{ event, path: '[3].data', fieldPaths: new Map(fieldPaths) }], {
      newId: () => 'new',
      productId: 'anvil',
    });

  test('has errors that name the place of each field there', () => {
    const event = { ...received('0'), eventId: '', productId: 'b', size: 5 };
    const parsed = parseOne(event, [
      ['eventId', '[3].id'],
      ['productId', '[3].subject'],
    ]);
    expect(parsed).toMatchObject({
      errors: [{ path: '[3].id' }, { path: '[3].data.quantity' }, { path: '[3].data.size' }],
    });
    expect(parseOne(received('1', { productId: 'b' }), [['productId', '[3].subject']])).toMatchObject({
      errors: [{ path: '[3].subject', message: 'must be "anvil", as in the request' }],
    });
    expect(parseOne({ eventType: 'lost' }, [['eventType', 'ce-type']])).toMatchObject({
      errors: [{ path: 'ce-type' }],
    });
  });

  test('names fields like those of every object as themselves', () => {
    expect(parseOne(received('1', { constructor: 1, toString: 1 }), [])).toMatchObject({
      errors: [{ path: '[3].data.constructor' }, { path: '[3].data.toString' }],
    });
  });
});

describe('unknown types', () => {
  const message = `must be one of ${registry.types.map(({ name }) => name).join(', ')}`;

  test.each(['warehouse', '', 'toString', 'constructor', '__proto__'])('%j', (eventType) => {
    expect(parse({ eventType })).toEqual({
      ok: false,
      errors: [{ path: 'eventType', message }],
      unknownType: eventType,
    });
  });

  test('include a suggestion', () => {
    expect(parse({ eventType: 'ProductRecieved' })).toMatchObject({
      errors: [{ path: 'eventType', message: `${message}; did you mean productReceived?` }],
    });
  });

  test('are reported as such only if there is no other error', () => {
    expect(parse([{ eventType: 'a' }, { eventType: 'b' }])).toMatchObject({ unknownType: 'a' });
    expect(parse([received('1'), { eventType: 'a' }])).toMatchObject({ unknownType: 'a' });
    expect(parse([{ eventType: 'a' }, received('0')])).not.toHaveProperty('unknownType');
    expect(parse([{ eventType: 'a' }, {}])).not.toHaveProperty('unknownType');
  });

  test('a type must be there, as text', () => {
    for (const body of [{}, { eventType: 5 }, { eventType: null }, { eventType: ['productReceived'] }])
      expect(parse(body)).toEqual({ ok: false, errors: [{ path: 'eventType', message }] });
  });
});

test('whatever JSON comes, it is answered', () => {
  const fields = fc.record(
    {
      eventType: fc.oneof(fc.constantFrom(...registry.types.map(({ name }) => name)), fc.jsonValue()),
      quantity: fc.oneof(fc.constant('1'), fc.jsonValue()),
      replacement: fc.oneof(
        fc.record({ eventType: fc.constant('productShipped'), quantity: fc.jsonValue() }),
        fc.jsonValue(),
      ),
      metadata: fc.jsonValue(),
      unitPrice: fc.jsonValue(),
      effectiveAt: fc.jsonValue(),
    },
    { requiredKeys: ['eventType'] },
  );
  fc.assert(
    fc.property(fc.oneof(fields, fc.array(fields, { maxLength: 3 }), fc.jsonValue()), (body) => {
      const parsed = parse(body, { productId: 'anvil' });
      if (parsed.ok) expect(parsed.events.length).toBeGreaterThan(0);
      else expect(parsed.errors.length).toBeGreaterThan(0);
    }),
    { numRuns: 300 },
  );
});

test('what was read is read as the same again', () => {
  for (const body of [
    received('1.50', { unitPrice: '$4' }),
    retracted('a'),
    corrected('a', received('2.0')),
  ]) {
    const [first] = eventsOf(body);
    expect(eventsOf(first)).toEqual([first]);
  }
});
