import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { LocalBackend, S3Backend, type TerraformStack } from './aws';
import type { Settings, Stage } from './settings';

/** Terraform's state shows that a changed setting would deploy a second system instead of changing the first. */
class StateOfAnotherDeploymentError extends Error {
  override readonly name = 'StateOfAnotherDeployment';
}

/**
 * The backend for Terraform's state. Each prefix, account and region has a state of its own. If they shared one, a
 * changed region would leave the resources where they are and point every policy elsewhere, and a changed prefix would
 * destroy and recreate all resources, the table among them.
 * @throws StateOfAnotherDeploymentError if the folder has the state of this stage with another prefix or region
 */
export function keepState(stack: TerraformStack, stage: Stage, { state, ...settings }: Settings): void {
  const { prefix, region: of, account } = settings;
  const place = account === undefined ? of : `${account}-${of}`;
  switch (state.backend) {
    case 'local': {
      const directory = resolve(state.directory ?? '.');
      const file = `terraform.${stage}.${prefix}.${place}.tfstate`;
      refuseOthers(directory, stage, file);
      new LocalBackend(stack, { path: join(directory, file) });
      return;
    }
    case 's3': {
      const { bucket, region, endpoint } = state;
      new S3Backend(stack, { bucket, region, key: `${prefix}/${place}/${stage}.tfstate`, encrypt: true });
      // CDKTF predates S3's native locking. It supports only a lock in a DynamoDB table, which Terraform has
      // deprecated.
      stack.addOverride('terraform.backend.s3.use_lockfile', true);
      if (endpoint === undefined) return;
      stack.addOverride('terraform.backend.s3.endpoints', { s3: endpoint });
      stack.addOverride('terraform.backend.s3.use_path_style', true);
    }
  }
}

function refuseOthers(directory: string, stage: Stage, file: string): void {
  if (!existsSync(directory)) return;
  const others = readdirSync(directory).filter(
    (name) => name.startsWith(`terraform.${stage}.`) && name.endsWith('.tfstate') && name !== file,
  );
  const other = others.find((name) => hasResources(join(directory, name)));
  if (other === undefined) return;
  throw new StateOfAnotherDeploymentError(
    `${stage} is deployed with another prefix, account or region: ${directory} has its state, ${other}. ` +
      `These settings would deploy a second system (${file}) and leave the first one as it is. ` +
      'Change the settings back; or destroy or retire the first one; ' +
      'or, for two systems, give the second a stage of its own or another state.directory.',
  );
}

function hasResources(path: string): boolean {
  try {
    const { resources = [] } = JSON.parse(readFileSync(path, 'utf8')) as { resources?: unknown[] };
    return resources.length > 0;
  } catch {
    // Not readable as a state: better ask than deploy a second system.
    return true;
  }
}
