// Programs of a campaign: what they print passes through, and the counts that they end with are summed.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { bundle, root } from './bundle.mjs';

const COUNTS = /^(\d+) passed, (\d+) failed(?:, \d+ skipped)?$/;

/**
 * Bundles a program, unchanged or with one place changed.
 * @param entry the program, from the root of the repository
 * @param name of the bundle; by default the folder of the program
 * @returns the file
 */
export async function program(entry, { name = entry.split('/').at(-2), mutant } = {}) {
  // As deep as the sources of `test/`, which find the root from where they are.
  const file = join(root, 'test/build', `${name}.js`);
  await bundle(entry, file, mutant);
  return file;
}

/** Passes text on line by line. @returns what to call with each piece, and at the end */
function lines(take) {
  let rest = '';
  return {
    add(text) {
      const parts = `${rest}${text}`.split('\n');
      rest = parts.pop();
      for (const line of parts) take(line);
    },
    end: () => rest !== '' && take(rest),
  };
}

/** @returns the exit code of a Node program; each line that it prints goes to `take` */
async function spawned(args, env, take) {
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const forward = (signal) => child.kill(signal);
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, forward);
  const output = lines(take);
  child.stdout.setEncoding('utf8').on('data', output.add);
  const [code] = await once(child, 'close');
  output.end();
  for (const signal of ['SIGINT', 'SIGTERM']) process.removeListener(signal, forward);
  return code ?? 1;
}

/** Bundles a program and runs it in the foreground. @returns its exit code */
export const runProgram = async (entry, args) =>
  spawned([await program(entry), ...args], {}, (line) => console.log(line));

/** Runs a program to its end. @returns what it printed */
export async function run(file, args) {
  const printed = [];
  await spawned([file, ...args], {}, (line) => printed.push(line));
  return printed.join('\n');
}

/**
 * Runs a program that ends with its counts, and prints everything else that it prints.
 * @param lost how many failures it is if the program dies before its counts
 * @returns `{ passed, failed }`
 */
export async function counted(file, args, { env = {}, lost = 1 } = {}) {
  let counts;
  const code = await spawned([file, ...args], env, (line) => {
    const found = COUNTS.exec(line);
    if (found) counts = { passed: Number(found[1]), failed: Number(found[2]) };
    else console.log(line);
  });
  if (counts === undefined) return { passed: 0, failed: lost };
  return code === 0 || counts.failed > 0 ? counts : { ...counts, failed: 1 };
}

/** Bundles a program of the tests and runs it like `counted`. */
export const countedProgram = async (entry, args, options) => counted(await program(entry), args, options);

/** Runs jest on some paths, like `counted`. */
export function countedJest(paths, env = {}) {
  const jest = createRequire(import.meta.url).resolve('jest/bin/jest');
  return counted(jest, paths, { env });
}

/** Splits the work among processes, one for each job. @returns the sums */
export async function inShares(file, jobs, argsOf, lost = () => 1) {
  const share = (_, job) => counted(file, argsOf(job), { lost: lost(job) });
  const shares = await Promise.all(Array.from({ length: jobs }, share));
  const sum = (name) => shares.reduce((total, counts) => total + counts[name], 0);
  return { passed: sum('passed'), failed: sum('failed') };
}

/** Does the same with each thing, up to `jobs` at once. */
export async function each(things, jobs, work) {
  const left = things.values();
  const worker = async () => {
    for (const thing of left) await work(thing);
  };
  await Promise.all(Array.from({ length: jobs }, worker));
}
