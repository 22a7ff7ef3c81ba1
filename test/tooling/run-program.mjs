import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { bundle, root } from './bundle.mjs';

/**
 * Bundles a program of the tests and runs it, in the foreground.
 * @param entry the program, from the root of the repository
 * @returns its exit code
 */
export async function runProgram(entry, args, env = {}) {
  // As deep as the sources of `test/`, which look for the root from where they are.
  const file = join(root, 'test/build', `${entry.split('/').at(-2)}.js`);
  await bundle(entry, file);
  const { status } = spawnSync(process.execPath, [file, ...args], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true', ...env },
  });
  return status ?? 1;
}
