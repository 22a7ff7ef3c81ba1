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
    return succeeded(await this.#cdktf('deploy', ...stacks, '--auto-approve'));
  }

  async destroy(stack: Stack): Promise<string> {
    return succeeded(await this.#cdktf('destroy', stack, '--auto-approve'));
  }

  /** What cdktf says that it would change. */
  async diff(stack: Stack): Promise<string> {
    return succeeded(await this.#cdktf('diff', stack));
  }

  /** Removes all of a stack but its table. */
  async retire(stack: Stack): Promise<string> {
    const args = ['run', '--silent', 'retire', '--', stack, '--auto-approve', '--skip-provider-lock'];
    return succeeded(await this.#run('npm', args));
  }

  /** What a deployment would change: 0: nothing, 2: something. */
  async plan(stack: Stack, ...options: string[]): Promise<Ended> {
    return this.#terraform(stack, 'plan', '-detailed-exitcode', '-input=false', '-no-color', ...options);
  }

  /** What a deployment that takes over the table and the key of an earlier one would change. */
  async planAdoption(stack: Stack, keyId: string): Promise<string> {
    succeeded(await this.#cdktf('synth'));
    succeeded(await this.#terraform(stack, 'init', '-input=false'));
    succeeded(await this.#terraform(stack, 'import', 'aws_kms_key.encryption_key', keyId));
    // Of Terraform itself: cdktf passes on what it prints in pieces, and may break a line in the midst of a word.
    return succeeded(await this.#terraform(stack, 'plan', '-input=false', '-no-color'));
  }

  /** What Terraform knows, wherever it keeps that. */
  async deployed(stack: Stack): Promise<Deployed> {
    const { status, output } = await this.#terraform(stack, 'state', 'pull');
    if (status !== 0) throw new Error(output);
    const text = output.slice(output.indexOf('{'));
    const state = (text.startsWith('{') ? JSON.parse(text) : { outputs: {}, resources: [] }) as State;
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

  #terraform(stack: Stack, ...args: string[]): Promise<Ended> {
    return this.#run('terraform', [`-chdir=cdktf.out/stacks/${stack}`, ...args]);
  }

  #cdktf(...args: string[]): Promise<Ended> {
    const cdktf = join(this.checkout.terraform, 'node_modules/.bin/cdktf');
    // The lock file of providers would need the registry.
    const locks = args[0] === 'synth' ? [] : ['--skip-provider-lock'];
    return this.#run(cdktf, [...args, ...locks]);
  }

  #run(command: string, args: string[]): Promise<Ended> {
    return this.checkout.run(command, args, { cwd: this.checkout.terraform, env: this.env });
  }
}

function succeeded({ status, output }: Ended): string {
  if (status !== 0) throw new Error(`ended with ${status}:\n${output.slice(-4000)}`);
  return output;
}
