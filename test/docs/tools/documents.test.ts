import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DOCS, readLimits, readPrices } from '../../../docs/tools/facts';
import { documents, withTables } from '../../../docs/tools/documents';

/** Without what Prettier does to a table's widths. */
const plain = (text: string): string => text.replace(/[ \t]+/g, ' ').replace(/\| ?-+ ?(?=\|)/g, '| --- ');

test.each(documents)('docs/$file has the tables that its command makes', (document) => {
  const text = readFileSync(join(DOCS, document.file), 'utf8');
  expect(plain(text)).toBe(plain(withTables(text, document)));
});

test('a document without a place for its table is an error', () => {
  expect(() => withTables('# Costs', documents[0]!)).toThrow('the document has no <!-- costs -->');
});

test('each price and each limit says where it is from', () => {
  const facts = { ...readPrices().prices, ...readLimits().limits };
  for (const [name, fact] of Object.entries(facts))
    expect([name, fact]).toEqual([
      name,
      expect.objectContaining({ source: expect.stringMatching(/^https:\/\/(docs\.)?aws\.amazon\.com\//) }),
    ]);
});
