// Deploys into a stand-in AWS account and uses what was deployed: `npm run test:deploy`. Wants a built project, an
// installed terraform/, and on this machine terraform, the AWS provider and moto; says in a line what is missing.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import mirrors from '../../terraform/scripts/provider-mirror.cjs';

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

const mirror = mirrors.findMirror();
const reason = missing(mirror);
if (reason !== undefined) {
  console.log(`not run: the deployment (${reason})`);
  process.exit();
}

const folder = mkdtempSync(join(tmpdir(), 'hindsight-deploy-'));
const configuration = join(folder, 'terraformrc');
mirrors.writeConfiguration(configuration, mirror);

const jest = createRequire(import.meta.url).resolve('jest/bin/jest');
const run = spawn(
  process.execPath,
  [jest, '--config', join(here, 'jest.config.cjs'), '--verbose', ...process.argv.slice(2)],
  {
    cwd: root,
    stdio: 'inherit',
    env: {
      ...process.env,
      DEPLOY_FOLDER: folder,
      TF_CLI_CONFIG_FILE: configuration,
      CHECKPOINT_DISABLE: '1',
      CI: '1',
    },
  },
);
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => run.kill(signal));
const status = await new Promise((resolve) => run.once('exit', (code) => resolve(code ?? 1)));
// After a failure the logs of the functions and of Terraform stay.
if (status === 0) rmSync(folder, { recursive: true, force: true });
else console.log(`logs are in ${folder}`);
process.exit(status);
