import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

test('the place of every seeded bug and of every mutant is in the source once, and the page lists the bugs', () => {
  const places = join(__dirname, 'places.mjs');
  expect(execFileSync(process.execPath, [places], { encoding: 'utf8' })).toBe('');
});
