import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = join(dirname(fileURLToPath(import.meta.url)), '..');

export const isStack = (name) => /^[a-z][a-z0-9-]{0,9}$/.test(name ?? '');

/** The outputs of a deployed stack. Ends the process, with a sentence, where it is not deployed. */
export function outputsOf(stack) {
  const args = [`-chdir=cdktf.out/stacks/${stack}`, 'output', '-json'];
  const { status, stdout, stderr } = spawnSync('terraform', args, { cwd: folder, encoding: 'utf8' });
  if (status !== 0) {
    console.error(stderr ?? 'terraform is not installed');
    process.exit(1);
  }
  const outputs = Object.fromEntries(
    Object.entries(JSON.parse(stdout)).map(([name, { value }]) => [name, value]),
  );
  if (outputs.apiUrl !== undefined) return outputs;
  console.error(`${stack} is not deployed: npx cdktf deploy ${stack}`);
  process.exit(1);
}

export const regionOf = ({ tableArn }) => tableArn.split(':')[3];
