import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { document } from '../../apps/gateway/src/testing/documented';

jest.setTimeout(60_000);

/** Those that some text makes slow, by the rules of the linter. */
function slowAmong(patterns: readonly string[]): string[] {
  const program = join(__dirname, 'slow-patterns.mjs');
  const said = execFileSync(process.execPath, [program], { input: JSON.stringify(patterns) });
  return (JSON.parse(String(said)) as { pattern: string }[]).map(({ pattern }) => pattern);
}

/** Every `pattern` within a document. */
function patternsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'pattern' && typeof inner === 'string' ? [inner] : patternsIn(inner),
  );
}

test('no pattern of the API can be made slow by a text, and one that can is found', () => {
  const published = [...new Set(patternsIn(document))];
  expect(published.length).toBeGreaterThan(5);
  const planted = [
    '^(a+)+$', // exponential
    '^[0-9]*\\.?[0-9]*$', // a decimal, quadratic
    '\\s+$', // quadratic by the search for its beginning
  ];
  expect(slowAmong([...published, ...planted])).toEqual(planted);
});
