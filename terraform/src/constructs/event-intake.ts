import { CloudwatchEventBus, CloudwatchEventRule, CloudwatchEventTarget, Construct } from '../aws';
import type { Deployment } from '../naming';
import type { DeadLetters } from './dead-letters';
import { intakeRuleName } from './intake-rule';
import { ServiceRole } from './service-role';
import type { StateMachine } from './state-machine';

/** Retries for a day, with EventBridge's maximum number of attempts. */
const RETRIES = { maximumEventAgeInSeconds: 24 * 3600, maximumRetryAttempts: 185 };

/**
 * The ARN of the rule, computed in advance to avoid a cycle: the dead-letter queue's policy names the rule,
 * and the rule's target names the queue.
 */
export const intakeRuleArn = (deployment: Deployment): string =>
  deployment.arn('events', `rule/${deployment.name()}/${intakeRuleName(deployment)}`);

export interface EventIntakeOptions {
  readonly machine: StateMachine;
  readonly deadLetters: DeadLetters;
}

/**
 * An event bus whose product events are appended. EventBridge delivers at least once and without order: event
 * ids deduplicate the deliveries, and effective times determine the order.
 */
export class EventIntake extends Construct {
  readonly busName: string;
  readonly busArn: string;
  readonly ruleName: string;

  constructor(scope: Construct, id: string, deployment: Deployment, options: EventIntakeOptions) {
    super(scope, id);
    const { machine, deadLetters } = options;
    const bus = new CloudwatchEventBus(this, 'bus', {
      name: deployment.name(),
      ...(deployment.keyArn !== undefined && { kmsKeyIdentifier: deployment.keyArn }),
    });
    const rule = new CloudwatchEventRule(this, 'rule', {
      name: intakeRuleName(deployment),
      description: 'Product events, from any source, to the event log',
      eventBusName: bus.name,
      // Matches any event that claims to be a product event. The workflow validates it and reports the
      // errors.
      eventPattern: JSON.stringify({ detail: { ProductEvent: { eventType: [{ exists: true }] } } }),
    });
    const role = new ServiceRole(this, 'access', deployment, {
      name: 'event-intake',
      service: 'events.amazonaws.com',
      sourceAccount: deployment.account,
      statements: [{ sid: 'Append', actions: ['states:StartExecution'], resources: [machine.arn] }],
    });
    new CloudwatchEventTarget(this, 'target', {
      rule: rule.name,
      eventBusName: bus.name,
      targetId: 'append',
      arn: machine.arn,
      roleArn: role.arn,
      deadLetterConfig: { arn: deadLetters.arn },
      retryPolicy: RETRIES,
    });
    this.busName = bus.name;
    this.busArn = bus.arn;
    this.ruleName = rule.name;
  }
}
