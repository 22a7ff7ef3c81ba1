import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

test('docs/reference/dependencies.md has every direct dependency with version, license, last release and reason', () => {
  const program = join(__dirname, 'dependencies.mjs');
  const { status, stderr } = spawnSync(process.execPath, [program, '--check'], { encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});
