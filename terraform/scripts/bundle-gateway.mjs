// Bundles the gateway's Lambda entry into build/gateway/, the way the handlers are bundled in their own build.
import { copyFileSync, cpSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const outdir = join(root, 'terraform/build/gateway');

/**
 * Half of the bundle would be tables that nothing reads: the character sets of Express's body parsers (the gateway
 * reads bodies itself) and zod's messages in forty languages.
 */
const leaveOut = {
  name: 'leave-out',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^body-parser$/ }, () => ({ path: 'body-parser', namespace: 'left-out' }));
    onLoad({ filter: /.*/, namespace: 'left-out' }, () => ({
      contents:
        "const no = () => { throw new Error('body-parser is left out of this bundle'); };" +
        'module.exports = { json: no, raw: no, text: no, urlencoded: no };',
    }));
    onLoad({ filter: /zod\/v4\/locales\/index\.js$/ }, () => ({
      contents: "export { default as en } from './en.js';",
    }));
  },
};

rmSync(outdir, { recursive: true, force: true });
mkdirSync(outdir, { recursive: true });
// The page of the API reference has it inside.
const explorer = createRequire(join(root, 'apps/gateway/package.json')).resolve(
  'openapi-explorer/dist/browser/openapi-explorer.min.js',
);
copyFileSync(explorer, join(outdir, 'openapi-explorer.min.js'));
// The page for people, as its own build made it.
const page = join(root, 'apps/explorer/dist');
if (!existsSync(join(page, 'index.html'))) throw new Error('the explorer is not built: run "npm run build"');
cpSync(page, join(outdir, 'explorer'), { recursive: true });
await build({
  entryPoints: { index: join(root, 'apps/gateway/src/lambda.ts') },
  outdir,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  minify: true,
  keepNames: true,
  sourcemap: true,
  sourcesContent: false,
  legalComments: 'none',
  // Sources and module builds: what the gateway does not use stays out of its bundle.
  mainFields: ['module', 'main'],
  alias: Object.fromEntries(
    ['api', 'domain', 'event-log', 'workflow'].map((name) => [
      `@hindsight/${name}`,
      join(root, 'packages', name, 'src/index.ts'),
    ]),
  ),
  // Read as a file, beside the bundle.
  external: ['openapi-explorer', '@hindsight/explorer'],
  plugins: [leaveOut],
  logLevel: 'warning',
});
