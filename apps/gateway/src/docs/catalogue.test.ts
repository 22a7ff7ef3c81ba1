import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorCatalogue } from '../testing/catalogue';
import { document } from '../testing/documented';

const PAGE = join(__dirname, '../../../../docs/reference/errors.md');

test('docs/reference/errors.md has every problem type, its meaning, and the operations that return it', () => {
  const catalogue = errorCatalogue(document);
  if (process.env['RECORD'] === '1') writeFileSync(PAGE, catalogue);
  expect(readFileSync(PAGE, 'utf8')).toBe(catalogue);
});
