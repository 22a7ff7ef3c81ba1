// Programs of the tests that are run in several processes at once, a core for each.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { bundle, root } from './bundle.mjs';

const COUNTS = /^(\d+) passed, (\d+) failed$/m;

/**
 * Bundles a program, whole or with one place changed.
 * @param entry the program, from the root of the repository
 * @param name of the bundle, in the folder `build` beside the program or in `folder`
 * @returns the file
 */
export async function program(entry, { name = 'main', folder = dirname(entry), mutant } = {}) {
  const built = join(root, folder, 'build');
  mkdirSync(built, { recursive: true });
  const file = join(built, `${name}.js`);
  await bundle(entry, file, mutant);
  return file;
}

/** Runs a bundled program to its end. @returns what it wrote */
export async function run(file, args) {
  const env = { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' };
  const child = spawn(process.execPath, [file, ...args], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text) => (output += text));
  await once(child, 'close');
  return output;
}

/**
 * A share of the work for every job, in a process of its own; prints what they say.
 * @param argsOf what to run as the i-th job
 * @param lost how many failures a job is that does not come to its counts
 * @returns the sums of what passed and failed
 */
export async function inShares(file, jobs, argsOf, lost = () => 1) {
  const share = async (_, job) => {
    const output = await run(file, argsOf(job));
    console.log(output.replace(/^\d+ passed, \d+ failed\n/m, '').trimEnd());
    const counts = COUNTS.exec(output);
    return counts ? [Number(counts[1]), Number(counts[2])] : [0, lost(job)];
  };
  const shares = await Promise.all(Array.from({ length: jobs }, share));
  return shares.reduce(([passed, failed], [good, bad]) => [passed + good, failed + bad], [0, 0]);
}

/** Does the same with each thing, so many at once. */
export async function each(things, jobs, work) {
  const left = things.values();
  const worker = async () => {
    for (const thing of left) await work(thing);
  };
  await Promise.all(Array.from({ length: jobs }, worker));
}
