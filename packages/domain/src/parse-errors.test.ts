import * as z from 'zod';
import { changeType } from './event-type';
import { parseEvents } from './parse';
import { createRegistry, type Registry } from './registry';
import { typesAnew } from './testing/anew';
import { adjusted, corrected, received, retracted } from './testing/sent';

let registry: Registry;
beforeEach(() => {
  registry = typesAnew();
});

const errorsOf = (body: unknown, productId: string | undefined = 'anvil') => {
  const parsed = parseEvents(registry, body, { newId: () => 'new', ...(productId && { productId }) });
  return parsed.ok ? [] : parsed.errors.map(({ path, message }) => `${path}: ${message}`);
};

const changes = 'productAdjusted, productReceived, productShipped, quantityAdjusted, stockCounted';
const all = `eventCorrected, eventRetracted, ${changes}`;
const rfc3339 = 'must be a time in RFC 3339 with an offset';
const json = (text: string): unknown => JSON.parse(text);

describe('validation errors of a body, and their paths', () => {
  test.each<[unknown, string]>([
    [null, ': must be an event, an object'],
    ['text', ': must be an event, an object'],
    [5, ': must be an event, an object'],
    [[null], '[0]: must be an event, an object'],
    [[[received('1')]], '[0]: must be an event, an object'],
    [{}, `eventType: must be one of ${all}`],
    [{ detail: {} }, `eventType: must be one of ${all}`],
  ])('%j', (body, error) => {
    expect(errorsOf(body)).toEqual([error]);
  });
});

describe('what is wrong with a field, and how', () => {
  test.each<[string, Record<string, unknown>, string]>([
    ['no quantity', { quantity: undefined }, 'quantity: is required'],
    ['a quantity of nothing', { quantity: null }, 'quantity: must be a decimal, as a string or a number'],
    [
      'a quantity in words',
      { quantity: 'ten' },
      'quantity: must be a decimal number, such as "150" or "0.5"',
    ],
    ['a quantity of 0', { quantity: 0 }, 'quantity: must be greater than 0'],
    [
      'a price in words',
      { unitPrice: 'four' },
      'unitPrice: must be a decimal number, such as "150" or "0.5"',
    ],
    ['a price without an amount', { unitPrice: { currency: 'EUR' } }, 'unitPrice.amount: is required'],
    ['an unknown field', { weight: 1 }, 'weight: is not a field of productReceived'],
    ['a field of another type', { targetEventId: 'a' }, 'targetEventId: is not a field of productReceived'],
    ['a version', { version: 4 }, 'version: is not a field of productReceived'],
    [
      'a recorded time',
      { recordedAt: '2026-01-01T00:00:00Z' },
      'recordedAt: is not a field of productReceived',
    ],
    ['another category', { eventCategory: 'sales' }, 'eventCategory: must be "inventory"'],
    ['an empty id', { eventId: '' }, 'eventId: must have 1 to 128 characters'],
    ['an id of 129 characters', { eventId: 'x'.repeat(129) }, 'eventId: must have 1 to 128 characters'],
    ['an id with a line break', { eventId: 'a\nb' }, 'eventId: must have printable characters only'],
    ['an id with half a character', { eventId: '\ud800' }, 'eventId: must have printable characters only'],
    ['an id that is a number', { eventId: 7 }, 'eventId: must be a string'],
    ['a product that is a number', { productId: 7 }, 'productId: must be a string'],
    ['a step of a path as a product', { productId: '..' }, 'productId: must not be . or ..'],
    ['another product', { productId: 'b' }, 'productId: must be "anvil", as in the request'],
    [
      'a time without an offset',
      { effectiveAt: '2026-11-23T09:30:00' },
      `effectiveAt: ${rfc3339}, such as "2026-11-23T09:30:00Z"`,
    ],
    [
      '30 February',
      { effectiveAt: '2026-02-30T00:00:00Z' },
      `effectiveAt: ${rfc3339}, such as "2026-11-23T09:30:00Z"`,
    ],
    ['a time as a number', { effectiveAt: 1 }, `effectiveAt: ${rfc3339}`],
    ['no time', { effectiveAt: null }, `effectiveAt: ${rfc3339}`],
    ['an empty color', { color: '' }, 'color: must have 1 to 128 characters'],
    ['a size with a tab', { size: 'a\tb' }, 'size: must have printable characters only'],
    ['an empty correlation', { correlationId: '' }, 'correlationId: must have 1 to 128 characters'],
    ['a long reason', { reason: 'x'.repeat(1001) }, 'reason: must have 1 to 1000 characters'],
    [
      'tomorrow’s schema',
      { schemaVersion: 2 },
      'schemaVersion: must be 1, the version of productReceived that is written today',
    ],
  ])('%s', (_, fields, error) => {
    expect(errorsOf(received('1', fields))).toEqual([error]);
  });

  test('characters are counted as people count them', () => {
    expect(errorsOf(received('1', { eventId: '😀'.repeat(128) }))).toEqual([]);
  });

  test('an adjustment sets at least one attribute, and a count is never below 0', () => {
    const one = 'must have at least one of name, unit, unitPrice, color, size, reorderPoint';
    expect(errorsOf({ eventType: 'productAdjusted', quantity: '5' })).toEqual([`: ${one}`]);
    expect(errorsOf(corrected('a', { eventType: 'productAdjusted' }))).toEqual([`replacement: ${one}`]);
    expect(errorsOf({ eventType: 'productAdjusted', color: null })).toEqual([]);
    expect(errorsOf(adjusted('1', { quantity: -1 }))).toEqual(['quantity: must not be negative']);
    expect(errorsOf({ eventType: 'stockCounted', quantity: '-1' })).toEqual([
      'quantity: must not be negative',
    ]);
  });

  test.each([
    ['.', 'must not be . or ..'],
    [' a', 'must not begin or end with a blank'],
    ['a\u2003', 'must not begin or end with a blank'],
    ['a\nb', 'must have printable characters only'],
    ['o\u0308l', 'must be in the Unicode normalization form NFC'],
    ['', 'must have 1 to 128 characters'],
    ['x'.repeat(129), 'must have 1 to 128 characters'],
  ])('the request’s product %j', (productId, message) => {
    const parsed = parseEvents(registry, received('1'), { newId: () => 'new', productId });
    expect(parsed).toMatchObject({ errors: [{ path: 'productId', message }] });
  });

  test('some product must be named', () => {
    expect(errorsOf(received('1'), '')).toEqual(['productId: is required']);
  });
});

test('a type of one’s own: elements of lists have their numbers, and a sentence of its own stands', () => {
  const sorted = changeType({
    name: 'productSorted',
    summary: 'Goods were sorted into boxes.',
    schemaVersion: 1,
    schema: z.strictObject({
      boxes: z.array(z.strictObject({ label: z.string() })),
      by: z.unknown().refine((by) => by !== undefined, { error: 'must say who sorted' }),
    }),
    effect: () => ({}),
    examples: [],
  });
  registry = createRegistry([...registry.types, sorted], 'x');
  const event = { eventType: 'productSorted', boxes: [{ label: 'a' }, {}] };
  const errors = ['boxes[1].label: is required', 'by: must say who sorted'];
  expect(errorsOf(event)).toEqual(errors);
  expect(errorsOf([event])).toEqual(errors.map((error) => `[0].${error}`));
  expect(errorsOf(corrected('a', event))).toEqual(errors.map((error) => `replacement.${error}`));
});

describe('what is wrong with a correction', () => {
  test.each<[string, unknown, string[]]>([
    ['no target', { eventType: 'eventRetracted' }, ['targetEventId: is required']],
    ['a target that is a number', retracted('', { targetEventId: 5 }), ['targetEventId: must be a string']],
    ['an empty target', retracted(''), ['targetEventId: must have 1 to 128 characters']],
    [
      'a retraction with a replacement',
      retracted('a', { replacement: received('1') }),
      ['replacement: is not a field of eventRetracted'],
    ],
    [
      'a retraction with a replacement that would be none either',
      retracted('a', { replacement: received('0') }),
      ['replacement: is not a field of eventRetracted'],
    ],
    [
      'a change with a replacement',
      received('1', { replacement: 'none' }),
      ['replacement: is not a field of productReceived'],
    ],
    ['no replacement', { eventType: 'eventCorrected', targetEventId: 'a' }, ['replacement: is required']],
    [
      'a replacement in words',
      corrected('a', 'none' as never),
      ['replacement: must be the content of an event, an object'],
    ],
    [
      'a replacement of nothing',
      corrected('a', null as never),
      ['replacement: must be the content of an event, an object'],
    ],
    [
      'several replacements',
      corrected('a', [received('1')] as never),
      ['replacement: must be the content of an event, an object'],
    ],
    [
      'a replacement without a type',
      corrected('a', {}),
      [`replacement.eventType: must be one of ${changes}`],
    ],
    [
      'a replacement by a correction',
      corrected('a', retracted('b')),
      [`replacement.eventType: must be one of ${changes}`],
    ],
    [
      'a replacement that is wrong itself',
      corrected('a', received('0', { effectiveAt: 'now', color: 5, eventId: 'b', metadata: {} })),
      [
        `replacement.effectiveAt: ${rfc3339}, such as "2026-11-23T09:30:00Z"`,
        'replacement.quantity: must be greater than 0',
        'replacement.color: must be a string',
        'replacement.eventId: is not a field of productReceived',
        'replacement.metadata: is not a field of productReceived',
      ],
    ],
    [
      'both of it',
      { eventType: 'eventCorrected', replacement: { eventType: 'nothing' } },
      ['targetEventId: is required', `replacement.eventType: must be one of ${changes}`],
    ],
  ])('%s', (_, body, errors) => {
    expect(errorsOf(body)).toEqual(errors);
  });
});

describe('__proto__ is never a field', () => {
  test.each<[string, string]>([
    [
      '{"eventType":"productReceived","quantity":"1","__proto__":{"color":"red"}}',
      '__proto__: is not a field of an event',
    ],
    [
      '{"eventType":"productReceived","quantity":"1","unitPrice":{"amount":"4","currency":"USD","__proto__":{}}}',
      'unitPrice.__proto__: is not a part of an amount',
    ],
    [
      '{"eventType":"eventCorrected","targetEventId":"a","replacement":{"eventType":"productReceived","quantity":"1","__proto__":{}}}',
      'replacement.__proto__: is not a field of productReceived',
    ],
    ['{"__proto__":{"eventType":"productReceived","quantity":"1"}}', '__proto__: is not a field of an event'],
  ])('%s', (text, error) => {
    expect(errorsOf(json(text))).toEqual([error]);
  });

  test('and no text reaches the prototype of all objects', () => {
    errorsOf(json('{"eventType":"productReceived","quantity":"1","__proto__":{"polluted":true}}'));
    errorsOf(json('{"specversion":"1.0","type":"productReceived","data":{"__proto__":{"polluted":true}}}'));
    expect({}).not.toHaveProperty('polluted');
  });
});
