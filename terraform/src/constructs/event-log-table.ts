import { keySchema, tableDefinition } from '@hindsight/event-log';
import { Construct, DynamodbTable } from '../aws';
import type { Deployment } from '../naming';
import type { Statement } from '../policy';

/** Terraform's name for the table in its state; `scripts/retire.mjs` knows it too. */
export const TABLE_ID = 'event_log';

/** The event log. Its keys are those of the code that reads and writes it; no item ever expires. */
export class EventLogTable extends Construct {
  readonly name: string;
  readonly arn: string;
  readonly streamArn: string;
  readonly #deployment: Deployment;

  constructor(scope: Construct, id: string, deployment: Deployment) {
    super(scope, id);
    this.#deployment = deployment;
    const { capacity, pointInTimeRecovery, deletionProtection, adoptTable } = deployment.settings;
    const name = deployment.name('events');
    const table = new DynamodbTable(this, 'table', {
      name,
      ...keysOf(name),
      ...(capacity.mode === 'on-demand'
        ? { billingMode: 'PAY_PER_REQUEST' }
        : { billingMode: 'PROVISIONED', readCapacity: capacity.reads, writeCapacity: capacity.writes }),
      streamEnabled: true,
      streamViewType: 'NEW_AND_OLD_IMAGES',
      pointInTimeRecovery: { enabled: pointInTimeRecovery },
      deletionProtectionEnabled: deletionProtection,
      ...(deployment.keyArn !== undefined && {
        serverSideEncryption: { enabled: true, kmsKeyArn: deployment.keyArn },
      }),
      // A change of keys would replace the table, which loses the log: such a plan fails.
      ...(deletionProtection && { lifecycle: { preventDestroy: true } }),
    });
    table.overrideLogicalId(TABLE_ID);
    if (adoptTable) table.importFrom(name);
    this.name = table.name;
    this.arn = table.arn;
    this.streamArn = table.streamArn;
  }

  /** Lets a function read by key. No scans: the log never makes one. */
  get reading(): Statement[] {
    const indexes = [keySchema.byEffective, keySchema.byRecorded].map(
      (index) => `${this.arn}/index/${index.name}`,
    );
    return [
      { sid: 'ReadItems', actions: ['dynamodb:BatchGetItem', 'dynamodb:GetItem'], resources: [this.arn] },
      { sid: 'QueryLog', actions: ['dynamodb:Query'], resources: [this.arn, ...indexes] },
      ...this.#key(['kms:Decrypt', 'kms:DescribeKey']),
    ];
  }

  /**
   * Allows the state machine to append. Only within a transaction: each of its writes has the condition that the
   * item is new, which IAM can't ask for and the plan always does. Nothing here can update or delete.
   */
  get appending(): Statement[] {
    return [
      {
        sid: 'AppendInTransactions',
        actions: ['dynamodb:PutItem'],
        resources: [this.arn],
        condition: { 'ForAnyValue:StringEquals': { 'dynamodb:EnclosingOperation': ['TransactWriteItems'] } },
      },
      ...this.#key(['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey*']),
    ];
  }

  /**
   * Allows a function to replace checkpoints. They are in the events' partitions, and IAM distinguishes items by their
   * partition key only: it can't say "sort keys that begin with `c#`". What it can say is which attributes an item
   * may have. Events and their ids have the hash of a content, most events the sort key of an index, and a checkpoint
   * has none of these, so no item that has them can be written with this. One could be deleted, or hidden by an item
   * without them; the code, its tests and point-in-time recovery guard against that.
   */
  get checkpointing(): Statement[] {
    return [
      { sid: 'WriteCheckpoints', actions: ['dynamodb:BatchWriteItem'], resources: [this.arn] },
      {
        sid: 'WriteNoEvents',
        effect: 'Deny',
        actions: ['dynamodb:BatchWriteItem'],
        resources: [this.arn],
        condition: {
          'ForAnyValue:StringEquals': {
            'dynamodb:Attributes': [keySchema.byEffective.sortKey, keySchema.byRecorded.sortKey, 'hash'],
          },
        },
      },
      ...this.#key(['kms:Encrypt', 'kms:GenerateDataKey*']),
    ];
  }

  /** DynamoDB asks for the key in the caller's name. */
  #key(actions: readonly string[]): Statement[] {
    const { keyArn, settings } = this.#deployment;
    if (keyArn === undefined) return [];
    const condition = { StringEquals: { 'kms:ViaService': `dynamodb.${settings.region}.amazonaws.com` } };
    const sid = actions.includes('kms:Encrypt') ? 'EncryptTable' : 'DecryptTable';
    return [{ sid, actions, resources: [keyArn], condition }];
  }
}

/** The keys as `CreateTable` takes them, turned into what Terraform takes. */
function keysOf(name: string) {
  const { KeySchema: keys = [], AttributeDefinitions: attributes = [], ...rest } = tableDefinition(name);
  const key = (type: string, of = keys): string => {
    const found = of.find(({ KeyType }) => KeyType === type)?.AttributeName;
    if (found === undefined) throw new Error(`the table definition has no ${type} key`);
    return found;
  };
  return {
    hashKey: key('HASH'),
    rangeKey: key('RANGE'),
    attribute: attributes.map(({ AttributeName = '', AttributeType = '' }) => ({
      name: AttributeName,
      type: AttributeType,
    })),
    localSecondaryIndex: (rest.LocalSecondaryIndexes ?? []).map((index) => ({
      name: index.IndexName ?? '',
      rangeKey: key('RANGE', index.KeySchema ?? []),
      projectionType: index.Projection?.ProjectionType ?? '',
    })),
  };
}
