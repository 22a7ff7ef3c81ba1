import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

test('the documented cost is that of the prices', () => {
  const script = join(__dirname, '../scripts/cost-table.mjs');
  expect(() => execFileSync(process.execPath, [script, '--check'], { stdio: 'pipe' })).not.toThrow();
});
