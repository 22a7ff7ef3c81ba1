import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { registry as allTypes, type Registry } from '@hindsight/domain';
import { HindsightStack } from '../hindsight-stack';
import { settingsOf, type Overrides } from '../settings';
import { Testing } from './cdktf';

/** Judged by the tests that read it. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Json = Record<string, any>;

/** A resource in the Terraform configuration, with its name there. */
export interface Resource {
  readonly id: string;
  readonly config: Json;
}

export interface Statement {
  readonly Sid: string;
  readonly Effect: string;
  readonly Action: string[];
  readonly Resource: string[];
  readonly Condition?: Json;
  readonly Principal?: Json;
}

/** A stack's Terraform configuration. */
export interface Synthesised {
  readonly stack: HindsightStack;
  readonly json: Json;
  all(type: string): Resource[];
  only(type: string): Resource;
  /** The function, machine, … of that name in the stack, without prefix and stage. */
  named(type: string, name: string): Resource;
  /** The permissions of a resource's role. */
  statementsOf(name: string): Statement[];
}

/** A placeholder for bundles: synthesis packs files without reading them. */
function fakeBundle(): string {
  const folder = mkdtempSync(join(tmpdir(), 'hindsight-bundle-'));
  writeFileSync(join(folder, 'index.js'), 'exports.handler = () => {};\n');
  return folder;
}

const bundle = fakeBundle();
afterAll(() => rmSync(bundle, { recursive: true, force: true }));

/** Synthesises a stage, with settings over its defaults. */
export function synthesise(
  stage: 'dev' | 'prod' = 'dev',
  overrides: NonNullable<Overrides['common']> = {},
  registry: Registry = allTypes,
): Synthesised {
  const settings = settingsOf({ common: overrides })[stage];
  const bundles = { handler: () => bundle, gateway: bundle };
  const stack = new HindsightStack(Testing.app({ fakeCdktfJsonPath: true }), stage, {
    settings,
    registry,
    bundles,
  });
  const json = JSON.parse(Testing.synth(stack)) as Json;
  const all = (type: string): Resource[] =>
    Object.entries((json['resource'][type] ?? {}) as Json).map(([id, config]) => ({
      id,
      config: config as Json,
    }));
  const found = (resources: Resource[], what: string): Resource => {
    const [first, second] = resources;
    if (first === undefined || second !== undefined) throw new Error(`${resources.length} of ${what}`);
    return first;
  };
  return {
    stack,
    json,
    all,
    only: (type) => found(all(type), type),
    named(type, name) {
      const full = `${settings.prefix}-${stage}-${name}`;
      const has = ({ config }: Resource) =>
        [config['name'], config['function_name'], config['alarm_name']].includes(full);
      return found(all(type).filter(has), `${type} ${full}`);
    },
    statementsOf(name) {
      const policy = found(
        all('aws_iam_role_policy').filter(({ config }) => config['name'] === name),
        name,
      );
      return (JSON.parse(policy.config['policy'] as string) as { Statement: Statement[] }).Statement;
    },
  };
}

/** How Terraform refers to an attribute of a resource. */
export const reference = (type: string, { id }: Resource, attribute: string): string =>
  `\${${type}.${id}.${attribute}}`;
