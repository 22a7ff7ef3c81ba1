import fc from 'fast-check';
import { registry } from '@hindsight/domain';
import { decimalFieldsOf, readJson } from './json';

const options = { depthLimit: 8, decimalFields: new Set(['quantity']) };
const read = (text: string): unknown => readJson(Buffer.from(text), options);

/** The value that the platform's parser returns for a text; undefined: not JSON. */
function platform(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

function ours(text: string): { value: unknown } | undefined {
  try {
    return { value: readJson(Buffer.from(text), { depthLimit: 1000, decimalFields: new Set() }) };
  } catch {
    return undefined;
  }
}

test('the decimal fields are those of the event types', () => {
  expect([...decimalFieldsOf(registry)].sort()).toEqual(['quantity', 'reorderPoint', 'unitPrice']);
});

test('reads every JSON text as the platform does', () => {
  fc.assert(
    fc.property(fc.json({ stringUnit: 'binary' }), (text) => expect(ours(text)).toEqual(platform(text))),
  );
});

test.each(['1.00000000000000000001', '9007199254740993', '0.10000000000000000555', '1e400'])(
  'refuses %s outside decimal fields, because a binary number cannot represent it',
  (text) => {
    expect(ours(`{"schemaVersion":${text}}`)).toBeUndefined();
  },
);

test.each(['1', '1.0', '1e0', '0.1', '-0.50', '123456789012345', '1E2'])('reads %s', (text) => {
  expect(ours(`{"schemaVersion":${text}}`)).toEqual({ value: { schemaVersion: Number(text) } });
});

test('refuses what the platform refuses, and nothing else', () => {
  const pieces = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"',
    '\\',
    'a',
    '0',
    '1',
    '-',
    '.',
    'e',
    'true',
    'null',
    ' ',
    '\n',
    '\t',
    '\u00a0',
    '/',
  );
  const texts = fc.array(pieces, { maxLength: 8 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(texts, (text) => expect(ours(text) === undefined).toBe(platform(text) === undefined)),
    { numRuns: 1000 },
  );
});

test('a duplicate key with different values is refused, with equal values it is accepted', () => {
  expect(() => read('{"a":1,"a":2}')).toThrow(/[Dd]uplicate key 'a'/);
  expect(() => read('{"x":{"a":1,"a":"1"}}')).toThrow();
  expect(read('{"a":1.0,"a":1.0}')).toEqual({ a: 1 });
});

test('nesting is limited, quotes and escapes not counted', () => {
  expect(read('[[[[[[[[1]]]]]]]]')).toEqual([[[[[[[[1]]]]]]]]);
  expect(() => read('[[[[[[[[[1]]]]]]]]]')).toThrow(/8 levels/);
  expect(read('"[[[[[[[[[\\"[[[["')).toBe('[[[[[[[[["[[[[');
});

test('__proto__ is a key like any other', () => {
  const value = read('{"__proto__":{"quantity":1.50}}') as object;
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  expect(JSON.stringify(value)).toBe('{"__proto__":{"quantity":"1.50"}}');
});
