// Bundles one folder a Lambda, dist/<function>/index.js with its source map, from the built packages.
import { rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const app = join(dirname(fileURLToPath(import.meta.url)), '..');
const require = createRequire(import.meta.url);
const { functionNames } = require('@hindsight/workflow');

const entryPoints = Object.fromEntries(
  [...functionNames, 'index-views'].map((name) => [`${name}/index`, join(app, 'src', `${name}.ts`)]),
);

rmSync(join(app, 'dist'), { recursive: true, force: true });
await build({
  entryPoints,
  outdir: join(app, 'dist'),
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  minify: true,
  keepNames: true,
  sourcemap: true,
  sourcesContent: false,
  legalComments: 'none',
  // Sources and module builds: what a function does not use stays out of its bundle.
  mainFields: ['module', 'main'],
  alias: Object.fromEntries(
    ['domain', 'event-log', 'views', 'workflow'].map((name) => [
      `@hindsight/${name}`,
      join(app, '..', '..', 'packages', name, 'src', 'index.ts'),
    ]),
  ),
  logLevel: 'warning',
});
