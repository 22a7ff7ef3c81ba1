// Writes src/registry.generated.ts: every folder of src/events is an event type, so that adding one touches no other
// file. The registry also carries the revision of the code that folds (revision.mjs).
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const scripts = dirname(fileURLToPath(import.meta.url));
const source = resolve(scripts, '..', 'src');

/** Usage: generate-registry.mjs [EVENTS_FOLDER OUTPUT_FILE] */
const events = resolve(process.argv[2] ?? join(source, 'events'));
const output = resolve(process.argv[3] ?? join(source, 'registry.generated.ts'));

const folders = readdirSync(events, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && existsSync(join(events, entry.name, 'index.ts')))
  .map((entry) => entry.name)
  .sort();

/** Everything that the registry can depend on: if none of it has changed, nothing is done. */
function inputs() {
  const hash = createHash('sha256').update(createRequire(import.meta.url)('esbuild/package.json').version);
  for (const folder of [scripts, source, events, resolve(source, '../../bitemporal/src')]) {
    for (const name of readdirSync(folder, { recursive: true }).sort()) {
      if (!/\.(ts|mjs)$/.test(name) || /\.(test|generated)\.ts$/.test(name)) continue;
      hash.update(`${name}\0`).update(readFileSync(join(folder, name)));
    }
  }
  return hash.digest('hex').slice(0, 16);
}

const from = (path) => {
  const path_ = relative(dirname(output), path).split('\\').join('/');
  return path_.startsWith('.') ? path_ : `./${path_}`;
};

const header = `// Made by scripts/generate-registry.mjs from the folders of src/events (${inputs()}). Not kept in git.`;
if (!existsSync(output) || !readFileSync(output, 'utf8').startsWith(`${header}\n`)) {
  // Loaded only when needed: it brings the TypeScript compiler along.
  const { revisionOf } = await import('./revision.mjs');
  const revision = await revisionOf(
    source,
    folders.map((folder) => join(events, folder)),
  );
  const lines = [
    header,
    ...folders.map(
      (folder, index) => `import { eventType as type${index} } from '${from(join(events, folder))}';`,
    ),
    `import { createRegistry } from '${from(join(source, 'registry'))}';`,
    '',
    '/** Every event type there is, and the revision of the code that folds them. */',
    `export const registry = createRegistry(`,
    `  [${folders.map((_, index) => `type${index}`).join(', ')}],`,
    `  '${revision}',`,
    `);`,
    '',
  ];
  writeFileSync(output, lines.join('\n'));
}
