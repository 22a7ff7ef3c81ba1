import type { Settings, Stage } from './settings';

/** The context that every construct of a stack needs. */
export interface Deployment {
  readonly stage: Stage;
  readonly settings: Settings;
  /** The account's id, known when Terraform runs. */
  readonly account: string;
  /** The ARN of the customer-managed key, if there is one. */
  readonly keyArn?: string;
  /** The full name of a thing in this stack. */
  name(suffix?: string): string;
  /** The ARN of a thing of this account and region. */
  arn(service: string, resource: string): string;
}

export function deploymentOf(stage: Stage, settings: Settings, account: string): Deployment {
  return {
    stage,
    settings,
    account,
    name: (suffix) => [settings.prefix, stage, ...(suffix === undefined ? [] : [suffix])].join('-'),
    arn: (service, resource) => `arn:aws:${service}:${settings.region}:${account}:${resource}`,
  };
}
