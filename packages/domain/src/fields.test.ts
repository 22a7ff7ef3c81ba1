import { parseEvents } from './parse';
import { registry } from './registry.generated';
import { received } from './testing/sent';

describe('metadata', () => {
  const errors = (metadata: unknown) => {
    const parsed = parseEvents(registry, received('1', { metadata }), {
      productId: 'anvil',
      newId: () => 'new',
    });
    return parsed.ok ? [] : parsed.errors.map(({ path, message }) => `${path}: ${message}`);
  };

  test.each([[null], [[]], ['text'], [5], [true]])('%j is no flat object', (metadata) => {
    expect(errors(metadata)).toEqual(['metadata: must be a flat object of strings']);
  });

  test.each([[5], [null], [{}], [['a']], [true]])('%j is no value of one', (value) => {
    expect(errors({ good: 'text', bad: value })).toEqual(['metadata.bad: must be a string']);
  });

  test('has 2 KiB at most, counted in bytes of JSON', () => {
    const overhead = JSON.stringify({ a: '' }).length;
    expect(errors({ a: 'x'.repeat(2048 - overhead) })).toEqual([]);
    expect(errors({ a: 'x'.repeat(2049 - overhead) })).toEqual(['metadata: must not exceed 2 KiB']);
    expect(errors({ a: 'ü'.repeat((2048 - overhead) / 2) })).toEqual([]);
    expect(errors({ a: '😀'.repeat((2048 - overhead) / 4 + 1) })).toEqual([
      'metadata: must not exceed 2 KiB',
    ]);
    expect(errors({ a: '"'.repeat((2048 - overhead) / 2 + 1) })).toEqual(['metadata: must not exceed 2 KiB']);
  });

  test.each([
    ['\u007f', 1],
    ['\u0080', 2],
    ['\u07ff', 2],
    ['\u0800', 3],
    ['\uffff', 3],
    ['\u{10000}', 4],
    ['\u{10ffff}', 4],
  ])('%j is counted as UTF-8 writes it, in %i bytes', (character, bytes) => {
    const room = 2048 - JSON.stringify({ a: '' }).length;
    const many = character.repeat(Math.floor(room / bytes));
    const rest = 'x'.repeat(room % bytes);
    expect(errors({ a: many + rest })).toEqual([]);
    expect(errors({ a: `${many}${rest}x` })).toEqual(['metadata: must not exceed 2 KiB']);
  });

  test.each([
    '',
    '__proto__',
    'constructor',
    'toString',
    'toJSON',
    'then',
    '$',
    '$.x',
    'a.$',
    'a.b',
    '0',
    '\0',
  ])('has any names, such as %j', (name) => {
    const metadata = JSON.parse(`{${JSON.stringify(name)}:"text"}`) as object;
    const options = { productId: 'anvil', newId: () => 'new' };
    const parsed = parseEvents(registry, received('1', { metadata }), options);
    expect(JSON.stringify(parsed)).toContain(`"metadata":{${JSON.stringify(name)}:"text"}`);
  });

  test('is well-formed text', () => {
    expect(errors({ a: '\ud800' })).toEqual(['metadata.a: must be well-formed text']);
    expect(errors({ '\udc00': 'a' })).toEqual(['metadata.\udc00: must be well-formed text']);
  });
});
