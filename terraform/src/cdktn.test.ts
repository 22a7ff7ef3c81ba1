import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

test('the move to cdktn is not tried, and says so, below the Node that it needs', () => {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 22 || (major === 22 && minor >= 19)) return;
  const said = execFileSync(process.execPath, [join(__dirname, '../scripts/try-cdktn.mjs')], {
    encoding: 'utf8',
  });
  expect(said).toMatch(/^not run: cdktn needs Node 22\.19, and this is \d+\.\d+\.\d+\n$/);
});
