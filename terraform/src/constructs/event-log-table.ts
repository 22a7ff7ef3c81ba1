import {
  CLOSINGS,
  keySchema,
  reportPartition,
  summaryPartition,
  tableDefinition,
} from '@hindsight/event-log';
import { Construct, DynamodbTable } from '../aws';
import type { Deployment } from '../naming';
import type { Statement } from '../policy';

/** The table's name in Terraform's state; `scripts/retire.mjs` uses it too. */
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
    const name = deployment.settings.tableName ?? deployment.name('events');
    const table = new DynamodbTable(this, 'table', {
      name,
      ...keysOf(tableDefinition(name)),
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
      // A change of keys would replace the table and lose the log. prevent_destroy makes such a plan fail.
      ...(deletionProtection && { lifecycle: { preventDestroy: true } }),
    });
    table.overrideLogicalId(TABLE_ID);
    if (adoptTable) table.importFrom(name);
    this.name = table.name;
    this.arn = table.arn;
    this.streamArn = table.streamArn;
  }

  /** Allows a function to read by key. It does not allow scans; the log never uses them. */
  get reading(): Statement[] {
    const indexes = [keySchema.byEffective, keySchema.byRecorded, keySchema.byId].map(
      (index) => `${this.arn}/index/${index.name}`,
    );
    return [
      { sid: 'ReadItems', actions: ['dynamodb:BatchGetItem', 'dynamodb:GetItem'], resources: [this.arn] },
      { sid: 'QueryLog', actions: ['dynamodb:Query'], resources: [this.arn, ...indexes] },
      ...this.#key(['kms:Decrypt', 'kms:DescribeKey']),
    ];
  }

  /**
   * Allows the state machine to append: single puts, and puts in transactions. Each has the condition that the
   * item is new; IAM can't require that, but the state machine always includes it. This policy permits no update
   * and no delete.
   */
  get appending(): Statement[] {
    return [
      { sid: 'AppendItems', actions: ['dynamodb:PutItem'], resources: [this.arn] },
      ...this.#key(['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey*']),
    ];
  }

  /**
   * Allows the indexer to write heartbeats, which share the table to travel through its stream, and the reports of
   * closings; and nothing else.
   */
  get reporting(): Statement[] {
    return [
      this.#putting('WriteHeartbeats', [' beat#*']),
      this.#putting('WriteReports', [CLOSINGS, reportPartition('*')]),
      ...this.#key(['kms:Encrypt', 'kms:GenerateDataKey*']),
    ];
  }

  /** Allows the gateway to begin and reopen closings. */
  get closing(): Statement[] {
    return [
      this.#putting('WriteClosings', [CLOSINGS]),
      ...this.#key(['kms:Encrypt', 'kms:GenerateDataKey*']),
    ];
  }

  /** Single puts, in some partitions only. */
  #putting(sid: string, partitions: readonly string[]): Statement {
    const condition = { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': partitions } };
    return { sid, actions: ['dynamodb:PutItem'], resources: [this.arn], condition };
  }

  /** Allows a function to follow the stream. */
  get following(): Statement[] {
    const actions = ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'];
    return [
      { sid: 'FollowLog', actions, resources: [this.streamArn] },
      { sid: 'FindStreams', actions: ['dynamodb:ListStreams'], resources: ['*'] },
    ];
  }

  /**
   * Allows a function to replace summaries. They have partitions of their own, and IAM distinguishes items by their
   * partition key: this permission can't write or delete an event.
   */
  get repairing(): Statement[] {
    return [
      {
        sid: 'WriteSummaries',
        actions: ['dynamodb:BatchWriteItem'],
        resources: [this.arn],
        condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [summaryPartition('*')] } },
      },
      ...this.#key(['kms:Encrypt', 'kms:GenerateDataKey*']),
    ];
  }

  /** DynamoDB uses the key on behalf of the caller. */
  #key(actions: readonly string[]): Statement[] {
    const { keyArn, settings } = this.#deployment;
    if (keyArn === undefined) return [];
    const condition = { StringEquals: { 'kms:ViaService': `dynamodb.${settings.region}.amazonaws.com` } };
    const sid = actions.includes('kms:Encrypt') ? 'EncryptTable' : 'DecryptTable';
    return [{ sid, actions, resources: [keyArn], condition }];
  }
}

/** Converts the keys from the format of `CreateTable` to Terraform's. */
export function keysOf({
  KeySchema: keys = [],
  AttributeDefinitions: attributes = [],
  ...rest
}: ReturnType<typeof tableDefinition>) {
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
