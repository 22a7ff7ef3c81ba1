import type { Settings, Stage } from './settings';

/** The longest name that a Lambda function or an IAM role may have. */
const LONGEST = 64;

/** What every construct of a stack is told. */
export interface Deployment {
  readonly stage: Stage;
  readonly settings: Settings;
  /** The account's id, known when Terraform runs. */
  readonly account: string;
  /** ARN of the account's own key, where there is one. */
  readonly keyArn?: string;
  /** The full name of a thing in this stack. */
  name(suffix?: string): string;
  /** The ARN of a thing of this account and region. */
  arn(service: string, resource: string): string;
}

/** @throws NameTooLongError, from `name` */
export function deploymentOf(stage: Stage, settings: Settings, account: string): Deployment {
  return {
    stage,
    settings,
    account,
    name(suffix) {
      const name = [settings.prefix, stage, ...(suffix === undefined ? [] : [suffix])].join('-');
      if (name.length > LONGEST) throw new NameTooLongError(name);
      return name;
    },
    arn: (service, resource) => `arn:aws:${service}:${settings.region}:${account}:${resource}`,
  };
}

class NameTooLongError extends Error {
  override readonly name = 'NameTooLong';

  constructor(name: string) {
    super(`AWS takes names of up to ${LONGEST} characters; ${name} has ${name.length}: set a shorter prefix`);
  }
}
