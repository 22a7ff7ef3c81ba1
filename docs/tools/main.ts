import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { documents, withTables } from './documents';
import { DOCS } from './facts';

// Prints the tables of a document and writes them into it. `tables.mjs` bundles and runs this program.

const requested = process.argv[2];
const document = documents.find(({ name }) => name === requested);
if (document === undefined) {
  process.stderr.write(`name one of ${documents.map(({ name }) => name).join(', ')}\n`);
  process.exitCode = 2;
} else {
  const file = join(DOCS, document.file);
  writeFileSync(file, withTables(readFileSync(file, 'utf8'), document));
  process.stdout.write(`${document.make()}\n`);
}
