import { Construct, KmsAlias, KmsKey } from '../aws';
import type { Deployment } from '../naming';
import { resourcePolicy, type ResourceStatement } from '../policy';

/** The account's own key for the table, logs, queue and alarms' topic. */
export class EncryptionKey extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, deployment: Deployment) {
    super(scope, id);
    const { account, settings } = deployment;
    const key = new KmsKey(this, 'key', {
      description: `${deployment.name()}: event log, logs and queues`,
      enableKeyRotation: true,
      deletionWindowInDays: 30,
      policy: resourcePolicy(statements(account, settings.region, deployment.name())),
    });
    key.overrideLogicalId('encryption_key');
    new KmsAlias(this, 'alias', { name: `alias/${deployment.name()}`, targetKeyId: key.keyId });
    this.arn = key.arn;
  }
}

/** In a key's policy `*` means this key. */
const THIS_KEY = ['*'];

function statements(account: string, region: string, name: string): ResourceStatement[] {
  const forAccount = { StringEquals: { 'aws:SourceAccount': account } };
  return [
    {
      sid: 'Administer',
      // Without this statement for the account, no one could ever change the key again. Roles still require a
      // separate grant.
      principal: { AWS: `arn:aws:iam::${account}:root` },
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
            `arn:aws:logs:${region}:${account}:log-group:/aws/lambda/${name}-*`,
            `arn:aws:logs:${region}:${account}:log-group:/aws/vendedlogs/${name}/*`,
          ],
        },
      },
    },
    {
      sid: 'DeadLettersOfTheBus',
      principal: { Service: 'events.amazonaws.com' },
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
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
