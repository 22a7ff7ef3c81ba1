// node test/history/run.mjs --runs N --seed S            random histories against the definition
// node test/history/run.mjs --mutants [--runs N --seed S] the same for every deliberately broken version
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bundle, root } from '../tooling/bundle.mjs';
import { mutants } from './mutants.mjs';

const { values } = parseArgs({
  options: {
    runs: { type: 'string' },
    seed: { type: 'string', default: '1' },
    mutants: { type: 'boolean' },
    only: { type: 'string' },
  },
});

const program = 'test/history/main.ts';
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
  await bundle(program, file);
  process.exit(play(file, { runs: values.runs ?? '20000', seed: values.seed }, 'inherit').status ?? 1);
}

let [passed, failed] = [0, 0];
for (const [index, mutant] of mutants.entries()) {
  if (values.only && !mutant.name.includes(values.only)) continue;
  const file = join(build_, `mutant-${index}.js`);
  await bundle(program, file, mutant);
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
