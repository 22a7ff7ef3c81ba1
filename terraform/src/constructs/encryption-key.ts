import { Construct, KmsAlias, KmsKey } from '../aws';
import type { Deployment } from '../naming';
import { resourcePolicy, type ResourceStatement } from '../policy';

/** The account's own key for the table, logs, queue, bus, STANDARD state machine and alarms' topic. */
export class EncryptionKey extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, deployment: Deployment) {
    super(scope, id);
    const key = new KmsKey(this, 'key', {
      description: `${deployment.name()}: event log, logs and queues`,
      enableKeyRotation: true,
      deletionWindowInDays: 30,
      policy: resourcePolicy(statements(deployment)),
    });
    key.overrideLogicalId('encryption_key');
    new KmsAlias(this, 'alias', { name: `alias/${deployment.name()}`, targetKeyId: key.keyId });
    this.arn = key.arn;
  }
}

/** In a key's policy `*` means this key. */
const THIS_KEY = ['*'];

function statements(deployment: Deployment): ResourceStatement[] {
  const { account, settings, arn } = deployment;
  const [region, name] = [settings.region, deployment.name()];
  const forAccount = { StringEquals: { 'aws:SourceAccount': account } };
  return [
    {
      sid: 'Administer',
      // Without this statement for the account, no one could ever change the key again. Roles still require a
      // separate grant.
      principal: { AWS: deployment.global('iam', 'root') },
      actions: ['kms:*'],
      resources: THIS_KEY,
    },
    {
      sid: 'EncryptLogs',
      principal: { Service: `logs.${region}.amazonaws.com` },
      actions: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
      resources: THIS_KEY,
      condition: {
        ArnLike: {
          'kms:EncryptionContext:aws:logs:arn': [
            arn('logs', `log-group:/aws/lambda/${name}-*`),
            arn('logs', `log-group:/aws/vendedlogs/${name}/*`),
          ],
        },
      },
    },
    {
      // The bus encrypts its events with the key, and sends what it can't deliver to the encrypted queue.
      sid: 'EventsOfTheBus',
      principal: { Service: 'events.amazonaws.com' },
      actions: ['kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey'],
      resources: THIS_KEY,
      condition: forAccount,
    },
    {
      // Step Functions delivers the log of a machine whose data is encrypted.
      sid: 'LogsOfTheMachine',
      principal: { Service: 'delivery.logs.amazonaws.com' },
      actions: ['kms:Decrypt'],
      resources: THIS_KEY,
      condition: forAccount,
    },
    {
      sid: 'NoticesOfAlarms',
      principal: { Service: 'cloudwatch.amazonaws.com' },
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: THIS_KEY,
      condition: forAccount,
    },
  ];
}
