import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { documents, plain, withTables } from './documents';
import { DOCS } from './facts';

test.each(documents)('docs/$file has the tables that its command makes', (document) => {
  const text = readFileSync(join(DOCS, document.file), 'utf8');
  expect(plain(text)).toBe(plain(withTables(text, document)));
});

test('a document without a place for its table is told so', () => {
  expect(() => withTables('# Costs', documents[0]!)).toThrow('the document has no <!-- costs -->');
});
