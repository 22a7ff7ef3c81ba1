import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '../..');
const SKIPPING = /\b(?:test|it|describe)\.skip\b|\bx(?:test|it|describe)\b|\.todo\(/g;

test('every test that is skipped somewhere says in its title what it requires', () => {
  const files = execFileSync('git', ['ls-files', '*.test.ts', '*.deploy.ts'], { cwd: root, encoding: 'utf8' })
    .trim()
    .split('\n')
    .filter((file) => !file.endsWith('skipped.test.ts'));
  const silent = files.filter((file) => {
    const source = readFileSync(join(root, file), 'utf8');
    return (source.match(SKIPPING)?.length ?? 0) > (source.match(/\(requires /g)?.length ?? 0);
  });
  expect(files.length).toBeGreaterThan(100);
  expect(silent).toEqual([]);
});
