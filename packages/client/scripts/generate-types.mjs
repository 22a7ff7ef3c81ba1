// Writes src/api.generated.ts: the types of the API, from the OpenAPI document of packages/api. The
// document is made from the sources, so no server has to run; if it has not changed, nothing is written.
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');
const output = join(root, 'packages/client/src/api.generated.ts');

/** The document of all event types, as `GET /openapi.json` answers it. */
function currentDocument() {
  const folder = mkdtempSync(join(tmpdir(), 'hindsight-document-'));
  const outfile = join(folder, 'document.cjs');
  const contents = `
    import { apiDocument, defaultDocumentSettings } from '@hindsight/api';
    import { registry } from '@hindsight/domain';
    export const document = apiDocument(registry, { ...defaultDocumentSettings, security: 'bearer' });`;
  buildSync({
    stdin: { contents, resolveDir: join(root, 'packages/api/src'), loader: 'ts' },
    tsconfig: join(root, 'tsconfig.sources.json'),
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    logLevel: 'warning',
  });
  try {
    return createRequire(import.meta.url)(outfile).document;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * "At least one of these fields" (`anyOf` of lists of required names) can't be said in types. The generator would make
 * `unknown` of each list, and with it of the whole schema.
 */
const requiresOnly = (schema) => Object.keys(schema).join() === 'required';

function withTypes(node) {
  if (Array.isArray(node)) return node.map(withTypes);
  if (typeof node !== 'object' || node === null) return node;
  const kept = Object.entries(node).filter(
    ([name, value]) => !(name === 'anyOf' && Array.isArray(value) && value.every(requiresOnly)),
  );
  return Object.fromEntries(kept.map(([name, value]) => [name, withTypes(value)]));
}

const document = withTypes(currentDocument());
const generator = createRequire(import.meta.url).resolve('openapi-typescript/package.json');
const { version } = JSON.parse(readFileSync(generator, 'utf8'));
const hash = createHash('sha256')
  .update(`${version} ${JSON.stringify(document)}`)
  .digest('hex')
  .slice(0, 16);
const header = `// Made by scripts/generate-types.mjs from the OpenAPI document ${hash}. Not kept in git.\n`;

if (!existsSync(output) || !readFileSync(output, 'utf8').startsWith(header)) {
  // Loaded only when needed: it brings the TypeScript compiler along.
  const { default: openapiTS, astToString } = await import('openapi-typescript');
  writeFileSync(output, header + astToString(await openapiTS(document)));
}
