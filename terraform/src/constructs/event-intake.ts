import { CloudwatchEventBus, CloudwatchEventRule, CloudwatchEventTarget, Construct } from '../aws';
import type { Deployment } from '../naming';
import type { DeadLetters } from './dead-letters';
import { intakeRuleName } from './intake-rule';
import { ServiceRole } from './service-role';
import type { StateMachine } from './state-machine';

/** Retries for a day, with EventBridge's maximum number of attempts. */
const RETRIES = { maximumEventAgeInSeconds: 24 * 3600, maximumRetryAttempts: 185 };

/** The rule for events that are no product events. */
const unmatchedRuleName = (deployment: Deployment): string => deployment.name('unmatched-events');

/**
 * The ARNs of the rules, computed in advance to avoid a cycle: the dead-letter queue's policy names the rules, and
 * their targets name the queue.
 */
export const ruleArns = (deployment: Deployment): string[] =>
  [intakeRuleName, unmatchedRuleName].map((nameOf) =>
    deployment.arn('events', `rule/${deployment.name()}/${nameOf(deployment)}`),
  );

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
  /** The name of the metric that counts its events that were refused. */
  readonly refusals: string | undefined;

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
    this.#keepUnmatched(deployment, bus.name, deadLetters);
    this.busName = bus.name;
    this.busArn = bus.arn;
    this.ruleName = rule.name;
    this.refusals = machine.metrics.refusals;
  }

  /** An event that no rule matches would vanish: it goes to the queue, whose alarm reports it. */
  #keepUnmatched(deployment: Deployment, eventBusName: string, deadLetters: DeadLetters): void {
    const rule = new CloudwatchEventRule(this, 'unmatched', {
      name: unmatchedRuleName(deployment),
      description: 'Events without a product event, to the dead-letter queue',
      eventBusName,
      eventPattern: JSON.stringify({ detail: { ProductEvent: { eventType: [{ exists: false }] } } }),
    });
    new CloudwatchEventTarget(this, 'unmatched-target', {
      rule: rule.name,
      eventBusName,
      targetId: 'dead-letters',
      arn: deadLetters.arn,
    });
  }
}
