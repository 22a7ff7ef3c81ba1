// Bundles the page into dist/: index.html, and assets whose names contain a hash of their content, so that browsers
// may keep them for ever.
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = join(dirname(fileURLToPath(import.meta.url)), '..');
const root = join(here, '../..');
const dist = join(here, 'dist');
const common = { bundle: true, logLevel: 'warning', tsconfig: join(root, 'tsconfig.sources.json') };

/**
 * The page folds events with the reducers of the domain, and leaves the checks of input to the server. Schemas and
 * their libraries, notices and remedies would be more than half of the bundle: each becomes a value that accepts every
 * call and does nothing.
 */
const withoutChecks = {
  name: 'without-checks',
  setup({ onResolve, onLoad }) {
    const inert = { path: 'inert', namespace: 'inert', sideEffects: false };
    onResolve({ filter: /^(zod|big\.js|fastest-levenshtein)$/ }, () => inert);
    onResolve({ filter: /^[./]+\/(decimal|fields|money|notices|remedies)$/ }, ({ importer }) =>
      importer.includes('packages/domain/') ? inert : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'inert' }, () => ({
      contents: `const inert = new Proxy(function () {}, {
        get: (_, key) => (key === Symbol.toPrimitive ? () => '' : inert),
        // What esbuild imports from a module that is not one is an object with this prototype.
        getPrototypeOf: () => inert,
        apply: () => inert,
        construct: () => inert,
      });
      module.exports = inert;`,
    }));
  },
};

/** The state machine as the page draws it: without the addresses of its functions. */
async function workflow() {
  const folder = mkdtempSync(join(tmpdir(), 'hindsight-workflow-'));
  const outfile = join(folder, 'workflow.cjs');
  const contents = `
    import { registry } from '@hindsight/domain';
    import { stateMachineDefinition } from '@hindsight/workflow';
    export const workflow = stateMachineDefinition(registry, (name) => name);`;
  const stdin = { contents, resolveDir: join(here, 'src'), loader: 'ts' };
  try {
    await build({ ...common, stdin, outfile, platform: 'node', format: 'cjs' });
    return JSON.stringify(createRequire(import.meta.url)(outfile).workflow);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Writes an asset, and returns its address. */
function asset(name, extension, content) {
  const hash = createHash('sha256').update(content).digest('base64url').replace(/[-_]/g, '').slice(0, 10);
  const file = `${name}-${hash}.${extension}`;
  writeFileSync(join(dist, 'assets', file), content);
  return `/assets/${file}`;
}

rmSync(dist, { recursive: true, force: true });
mkdirSync(join(dist, 'assets'), { recursive: true });

const inBrowser = {
  ...common,
  write: false,
  minify: true,
  target: 'es2022',
  platform: 'browser',
  mainFields: ['module', 'main'],
  legalComments: 'none',
};

/** The importer, which the page loads when it has a file. It does check its input. */
async function importWorker() {
  const entryPoints = [join(here, 'src/import/worker.ts')];
  const { outputFiles } = await build({ ...inBrowser, entryPoints, outdir: dist, format: 'iife' });
  return outputFiles[0].contents;
}

const addresses = {
  IMPORT_WORKER: asset('import', 'js', await importWorker()),
  WORKFLOW: asset('workflow', 'json', await workflow()),
  SAMPLE: asset('sample', 'json', readFileSync(join(here, 'sample/year.json'))),
};
const esm = {
  ...inBrowser,
  outdir: dist,
  format: 'esm',
};
const signIn = await build({ ...esm, entryPoints: [join(here, 'src/sign-in/flow.ts')] });
addresses.SIGN_IN = asset('sign-in', 'js', signIn.outputFiles[0].contents);
const { outputFiles } = await build({
  ...esm,
  entryPoints: { app: join(here, 'src/main.tsx') },
  external: ['/assets/*'],
  jsx: 'automatic',
  jsxImportSource: 'preact',
  define: Object.fromEntries(Object.entries(addresses).map(([name, text]) => [name, JSON.stringify(text)])),
  plugins: [withoutChecks],
});
const output = (extension) => outputFiles.find(({ path }) => path.endsWith(extension)).contents;
const page = readFileSync(join(here, 'src/index.html'), 'utf8')
  .replace('{{style}}', asset('app', 'css', output('.css')))
  .replace('{{script}}', asset('app', 'js', output('.js')))
  .replace('{{icon}}', asset('icon', 'svg', readFileSync(join(here, 'src/icon.svg'))));
writeFileSync(join(dist, 'index.html'), page);
