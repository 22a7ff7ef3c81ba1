import { partitionOf, type Settings, type Stage } from './settings';

/** The context that every construct of a stack needs. */
export interface Deployment {
  readonly stage: Stage;
  readonly settings: Settings;
  /** The account's id, known when Terraform runs. */
  readonly account: string;
  /** The part of AWS that the region belongs to, as ARNs say it. */
  readonly partition: string;
  /** The ARN of the customer-managed key, if there is one. */
  readonly keyArn?: string;
  /** The full name of a thing in this stack. */
  name(suffix?: string): string;
  /** The ARN of a thing of this account and region. */
  arn(service: string, resource: string): string;
  /** The ARN of a thing of this account that belongs to no region. */
  global(service: string, resource: string): string;
}

export function deploymentOf(stage: Stage, settings: Settings, account: string): Deployment {
  const partition = partitionOf(settings.region) ?? 'aws';
  return {
    stage,
    settings,
    account,
    partition,
    name: (suffix) => [settings.prefix, stage, ...(suffix === undefined ? [] : [suffix])].join('-'),
    arn: (service, resource) => `arn:${partition}:${service}:${settings.region}:${account}:${resource}`,
    global: (service, resource) => `arn:${partition}:${service}::${account}:${resource}`,
  };
}
