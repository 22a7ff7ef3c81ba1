import { Construct, SqsQueue } from '../aws';
import type { Deployment } from '../naming';
import { resourcePolicy, type Statement } from '../policy';

/** Fourteen days, the maximum retention of SQS. */
const KEPT = 14 * 24 * 3600;

/** Events and requests for repair that could not be delivered, and events of the bus that are no product events. */
export class DeadLetters extends Construct {
  readonly name: string;
  readonly arn: string;
  readonly url: string;
  readonly #keyArn: string | undefined;

  /** @param ruleArns the EventBridge rules that may send here */
  constructor(scope: Construct, id: string, deployment: Deployment, ruleArns: readonly string[]) {
    super(scope, id);
    this.#keyArn = deployment.keyArn;
    const name = deployment.name('dead-letters');
    const queue = new SqsQueue(this, 'queue', {
      name,
      messageRetentionSeconds: KEPT,
      // Set on the queue itself: a separate policy resource takes Terraform half a minute longer to create
      // and delete.
      policy: resourcePolicy([
        {
          sid: 'AcceptFromRules',
          principal: { Service: 'events.amazonaws.com' },
          actions: ['sqs:SendMessage'],
          resources: [deployment.arn('sqs', name)],
          condition: { ArnEquals: { 'aws:SourceArn': ruleArns } },
        },
      ]),
      ...(deployment.keyArn === undefined
        ? { sqsManagedSseEnabled: true }
        : { kmsMasterKeyId: deployment.keyArn, kmsDataKeyReusePeriodSeconds: 3600 }),
    });
    this.name = queue.name;
    this.arn = queue.arn;
    this.url = queue.url;
  }

  /** Allows a function's failed asynchronous invocations to be sent here. */
  get sending(): Statement[] {
    const send = { sid: 'SendDeadLetters', actions: ['sqs:SendMessage'], resources: [this.arn] };
    if (this.#keyArn === undefined) return [send];
    const encrypt = ['kms:Decrypt', 'kms:GenerateDataKey'];
    return [send, { sid: 'EncryptDeadLetters', actions: encrypt, resources: [this.#keyArn] }];
  }
}
