import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Json } from './account';
import type { Checkout, Ended } from './checkout';

export type Stack = 'dev' | 'prod';

interface State {
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly resources: readonly {
    readonly mode: string;
    readonly type: string;
    readonly instances: readonly { readonly attributes: Readonly<Record<string, unknown>> }[];
  }[];
}

/** What Terraform knows of a stack. */
export interface Deployed {
  readonly outputs: Readonly<Record<string, string>>;
  /** How many resources there are. */
  readonly count: number;
  /** The attributes of all resources of a type. */
  all(type: string): readonly Json[];
}

/** Deploys and removes stacks from a checkout, as one does by hand. */
export class Stacks {
  constructor(
    readonly checkout: Checkout,
    readonly env: Readonly<Record<string, string>>,
  ) {}

  /** @throws with the end of what it printed, when it fails */
  async deploy(...stacks: Stack[]): Promise<string> {
    // The lock file of providers would need the registry.
    const ended = await this.#cdktf('deploy', ...stacks, '--auto-approve', '--skip-provider-lock');
    return succeeded(ended);
  }

  async destroy(...stacks: Stack[]): Promise<string> {
    return succeeded(await this.#cdktf('destroy', ...stacks, '--auto-approve', '--skip-provider-lock'));
  }

  /** Removes all of a stack but its table. */
  async retire(stack: Stack): Promise<string> {
    const args = ['run', '--silent', 'retire', '--', stack, '--auto-approve', '--skip-provider-lock'];
    return succeeded(await this.#run('npm', args));
  }

  /** What a deployment would change: 0: nothing, 2: something. */
  async plan(stack: Stack): Promise<Ended> {
    const folder = `-chdir=cdktf.out/stacks/${stack}`;
    return this.#run('terraform', [
      folder,
      'plan',
      '-detailed-exitcode',
      '-input=false',
      '-no-color',
      '-lock=false',
    ]);
  }

  deployed(stack: Stack): Deployed {
    const file = join(this.checkout.terraform, `terraform.${stack}.tfstate`);
    const state: State = existsSync(file)
      ? (JSON.parse(readFileSync(file, 'utf8')) as State)
      : { outputs: {}, resources: [] };
    const managed = state.resources.filter(({ mode }) => mode === 'managed');
    return {
      outputs: Object.fromEntries(Object.entries(state.outputs).map(([name, { value }]) => [name, value])),
      count: managed.reduce((count, { instances }) => count + instances.length, 0),
      all: (type) =>
        managed
          .filter((resource) => resource.type === type)
          .flatMap(({ instances }) => instances.map(({ attributes }) => attributes)),
    };
  }

  #cdktf(...args: string[]): Promise<Ended> {
    return this.#run(join(this.checkout.terraform, 'node_modules/.bin/cdktf'), args);
  }

  #run(command: string, args: string[]): Promise<Ended> {
    return this.checkout.run(command, args, { cwd: this.checkout.terraform, env: this.env });
  }
}

function succeeded({ status, output }: Ended): string {
  if (status !== 0) throw new Error(`ended with ${status}:\n${output.slice(-4000)}`);
  return output;
}
