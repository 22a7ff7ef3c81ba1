// node test/history/run.mjs --runs N --seed S            random histories against the definition
// node test/history/run.mjs --mutants [--runs N --seed S] the same for every deliberately broken version
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { mutants } from './mutants.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const { values } = parseArgs({
  options: {
    runs: { type: 'string' },
    seed: { type: 'string', default: '1' },
    mutants: { type: 'boolean' },
    only: { type: 'string' },
  },
});

/** Changes one place; fails when it is not there exactly once, so that no mutant goes stale unseen. */
function mutate(text, { name, find, replace }) {
  const parts = text.split(find);
  if (parts.length !== 2) throw new Error(`mutant "${name}": its place was found ${parts.length - 1} times`);
  return parts.join(replace);
}

const mutating = (mutant) => ({
  name: 'mutant',
  setup({ onLoad }) {
    onLoad({ filter: /packages[\\/].*\.ts$/ }, ({ path }) => {
      if (relative(root, path).split('\\').join('/') !== mutant.file) return undefined;
      let contents = mutate(readFileSync(path, 'utf8'), mutant);
      if (mutant.also) contents = mutate(contents, { name: mutant.name, ...mutant.also });
      return { contents, loader: 'ts' };
    });
  },
});

/** The packages as they are written, so that a mutant is what runs. */
const sources = {
  name: 'sources',
  setup({ onResolve }) {
    onResolve({ filter: /^@hindsight\/[a-z-]+$/ }, ({ path }) => ({
      path: join(root, 'packages', path.slice('@hindsight/'.length), 'src', 'index.ts'),
    }));
  },
};

async function bundle(outfile, plugins) {
  await build({
    entryPoints: [join(root, 'test', 'history', 'main.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    packages: 'external',
    plugins: [...plugins, sources],
    logLevel: 'error',
  });
}

const build_ = join(root, 'test', 'history', 'build');
mkdirSync(build_, { recursive: true });
const play = (file, { runs, seed }, stdio, more = []) =>
  spawnSync(process.execPath, [file, '--runs', runs, '--seed', seed, ...more], {
    cwd: root,
    stdio,
    encoding: 'utf8',
    env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
  });

if (!values.mutants) {
  const file = join(build_, 'campaign.js');
  await bundle(file, []);
  process.exit(play(file, { runs: values.runs ?? '20000', seed: values.seed }, 'inherit').status ?? 1);
}

let [passed, failed] = [0, 0];
for (const [index, mutant] of mutants.entries()) {
  if (values.only && !mutant.name.includes(values.only)) continue;
  const file = join(build_, `mutant-${index}.js`);
  await bundle(file, [mutating(mutant)]);
  const { runs = values.runs ?? '400', seed = values.seed } = mutant;
  const { status, stdout } = play(file, { runs, seed }, 'pipe', [
    '--quick',
    ...(mutant.spread ? ['--spread'] : []),
  ]);
  const tries = /failed after (\d+) tests/.exec(stdout)?.[1];
  const caught = status !== 0 && tries !== undefined;
  console.log(
    `${caught ? 'caught' : 'NOT CAUGHT'}  ${mutant.name}${caught ? ` (after ${tries} histories)` : `\n${stdout}`}`,
  );
  if (caught) passed += 1;
  else failed += 1;
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
