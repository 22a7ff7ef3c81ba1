import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { documents, withTables } from './documents';
import { DOCS } from './facts';

// npm run costs, npm run capacity: prints the tables, and writes them into the document.

const wanted = process.argv[2];
const document = documents.find(({ name }) => name === wanted);
if (document === undefined) {
  process.stderr.write(`name one of ${documents.map(({ name }) => name).join(', ')}\n`);
  process.exitCode = 2;
} else {
  const file = join(DOCS, document.file);
  writeFileSync(file, withTables(readFileSync(file, 'utf8'), document));
  process.stdout.write(`${document.make()}\n`);
}
