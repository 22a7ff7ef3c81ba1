import fc, { type Arbitrary } from 'fast-check';

/** Values that have broken services before. */
export const hostileValues: Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    ...[null, true, -1, 0, 1e21, Number.MAX_SAFE_INTEGER + 2, '', ' ', '0x10', '1e400', 'NaN', '-0', '٣'],
    ...[
      '\u0000',
      '\ud800',
      '__proto__',
      'constructor',
      '${7*7}',
      "'; DROP TABLE events;--",
      '../../etc/passwd',
    ],
    ...[
      '9'.repeat(400),
      'a'.repeat(5_000),
      '(a+)+$'.repeat(50),
      '2026-02-30T00:00:00Z',
      '+275760-09-13T00:00:00Z',
    ],
    ...['0000-01-01T00:00:00Z', '9999-12-31T23:59:59.999Z', [], {}, [[[[]]]], { $gt: '' }],
  ),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.jsonValue({ maxDepth: 3 }),
);

type Path = readonly (string | number)[];

/** Every place in a value, itself included. */
function placesIn(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, inner]) => placesIn(inner, [...path, key]))];
}

function changedAt(value: unknown, [key, ...rest]: Path, change: (inner: unknown) => unknown): unknown {
  if (key === undefined) return change(value);
  const copy = (Array.isArray(value) ? [...(value as unknown[])] : { ...(value as object) }) as Record<
    string,
    unknown
  >;
  copy[key] = changedAt(copy[key], rest, change);
  return copy;
}

const withoutOne = (inner: unknown, which: number): unknown => {
  if (typeof inner !== 'object' || inner === null) return undefined;
  const entries = Object.entries(inner);
  return Object.fromEntries(entries.filter((_, index) => index !== which % Math.max(1, entries.length)));
};

/** The value with one place wrong: another value there, a field gone, one too many, or one misspelled. */
export function damaged(valid: Arbitrary<unknown>): Arbitrary<unknown> {
  return fc
    .tuple(valid, fc.nat(), fc.constantFrom('replace', 'remove', 'add', 'rename'), hostileValues)
    .map(([value, where, how, hostile]) => {
      const places = placesIn(value);
      const place = places[where % places.length] ?? [];
      return changedAt(value, place, (inner) => {
        if (how === 'replace' || typeof inner !== 'object' || inner === null) return hostile;
        if (how === 'remove') return withoutOne(inner, where);
        if (how === 'add') return { ...inner, [`extra${where % 7}`]: hostile };
        return Object.fromEntries(Object.entries(inner).map(([key, one]) => [`${key}s`, one as unknown]));
      });
    });
}

/** Texts that are no JSON, or JSON of a kind that parsers dislike. */
export const hostileTexts: Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.constantFrom(
    ...['', '{', '[1,', '"', 'nul', '{"a":1,"a":2}', '\ufeff{}', '{"__proto__":{"x":1}}', '[]', '0', 'null'],
    ...['['.repeat(5_000), '{"a":'.repeat(2_000), `{"quantity":1e${'9'.repeat(300)}}`, ' '.repeat(70_000)],
    `{"eventType":"productReceived","quantity":${'1'.repeat(5_000)}}`,
    `[${Array(26).fill('{"eventType":"productReceived","quantity":1}').join(',')}]`,
  ),
);
