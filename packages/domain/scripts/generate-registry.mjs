// Writes src/registry.generated.ts: every folder of src/events is an event type, so that adding one touches
// no other file. It also fingerprints the code that folds events (types stripped, white space and comments
// folded away): states stored by other code are then not trusted, without anyone having to remember a number.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformSync } from 'esbuild';

const source = resolve(dirname(fileURLToPath(import.meta.url)), '..', 'src');

/** Usage: generate-registry.mjs [EVENTS_FOLDER OUTPUT_FILE] */
const events = resolve(process.argv[2] ?? join(source, 'events'));
const output = resolve(process.argv[3] ?? join(source, 'registry.generated.ts'));

const folders = readdirSync(events, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && existsSync(join(events, entry.name, 'index.ts')))
  .map((entry) => entry.name)
  .sort();

const isCode = (name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && !name.endsWith('examples.ts');
const folding = ['decimal.ts', 'fold.ts', 'history.ts'].map((name) => join(source, name));
for (const folder of folders) {
  for (const name of readdirSync(join(events, folder)).filter(isCode).sort())
    folding.push(join(events, folder, name));
}
const hash = createHash('sha256');
for (const file of folding) {
  hash.update(
    transformSync(readFileSync(file, 'utf8'), { loader: 'ts', minifyWhitespace: true, legalComments: 'none' })
      .code,
  );
}

const from = (path) => {
  const path_ = relative(dirname(output), path).split('\\').join('/');
  return path_.startsWith('.') ? path_ : `./${path_}`;
};
const lines = [
  '// Made by scripts/generate-registry.mjs from the folders of src/events. Not kept in git.',
  ...folders.map(
    (folder, index) => `import { eventType as type${index} } from '${from(join(events, folder))}';`,
  ),
  `import { createRegistry } from '${from(join(source, 'registry'))}';`,
  '',
  '/** Every event type there is, and the fingerprint of the code that folds them. */',
  `export const registry = createRegistry(`,
  `  [${folders.map((_, index) => `type${index}`).join(', ')}],`,
  `  '${hash.digest('hex').slice(0, 12)}',`,
  `);`,
  '',
];
const text = lines.join('\n');
if (!existsSync(output) || readFileSync(output, 'utf8') !== text) writeFileSync(output, text);
