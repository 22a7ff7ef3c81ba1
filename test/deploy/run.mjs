// Deploys into a stand-in AWS account and uses what was deployed. Requires a built project, an installed terraform/,
// and on this machine terraform, the AWS provider and moto; a line says what is missing.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import mirrors from '../../terraform/scripts/provider-mirror.cjs';
import { countedJest } from '../tooling/processes.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../..');

const works = (command, ...args) => {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

function missing(mirror) {
  if (!works('terraform', 'version')) return 'no terraform';
  if (!works('python3', '-c', 'import moto.server, boto3')) return 'no moto (pip install "moto[all,server]")';
  if (!existsSync(join(root, 'terraform/node_modules/cdktf'))) return 'terraform/ is not installed';
  if (!existsSync(join(root, 'apps/handlers/dist'))) return 'the project is not built';
  if (!mirror && process.env.TERRAFORM_REGISTRY === undefined) {
    return 'no local mirror of the AWS provider; TERRAFORM_REGISTRY=1 takes it from the registry';
  }
  return undefined;
}

/** Deploys both stacks, and runs the tests of what was deployed. */
export async function campaign() {
  const mirror = mirrors.findMirror();
  const reason = missing(mirror);
  if (reason !== undefined) {
    console.log(`not run: the deployment (${reason})`);
    return undefined;
  }
  const folder = mkdtempSync(join(tmpdir(), 'hindsight-deploy-'));
  const configuration = join(folder, 'terraformrc');
  mirrors.writeConfiguration(configuration, mirror);
  const counts = await countedJest(['--config', join(here, 'jest.config.cjs'), '--verbose'], {
    DEPLOY_FOLDER: folder,
    TF_CLI_CONFIG_FILE: configuration,
    CHECKPOINT_DISABLE: '1',
    CI: '1',
  });
  // After a failure the logs of the functions and of Terraform stay.
  if (counts.failed === 0) rmSync(folder, { recursive: true, force: true });
  else console.log(`logs are in ${folder}`);
  return counts;
}
