import { viewTableDefinition } from '@hindsight/views';
import {
  CloudwatchEventBus,
  CloudwatchEventRule,
  CloudwatchEventTarget,
  Construct,
  DynamodbTable,
  LambdaEventSourceMapping,
  LambdaPermission,
} from '../aws';
import type { Bundles } from '../bundles';
import type { Deployment } from '../naming';
import type { Statement } from '../policy';
import type { DeadLetters } from './dead-letters';
import { keysOf, type EventLogTable } from './event-log-table';
import { loggingOf } from './logging';
import { NodeFunction } from './node-function';

/**
 * Heartbeats on their way at once. Each shard of the stream should carry one: with 64 keys, a stream of up to 8 shards
 * lacks one with a probability below 1 in 600. They are written once a minute.
 */
export const SLOTS = 64;

/** What the views say of everything before: both numbers are seconds. */
const MAX_AGE = 24 * 3600;

/** The table of what is derived from the log. It can be deleted and rebuilt. */
export class ViewsTable extends Construct {
  readonly name: string;
  readonly arn: string;
  readonly #deployment: Deployment;

  constructor(scope: Construct, id: string, deployment: Deployment) {
    super(scope, id);
    this.#deployment = deployment;
    const name = deployment.name('views');
    const table = new DynamodbTable(this, 'table', {
      name,
      ...keysOf(viewTableDefinition(name)),
      billingMode: 'PAY_PER_REQUEST',
      pointInTimeRecovery: { enabled: deployment.settings.pointInTimeRecovery },
      ...(deployment.keyArn !== undefined && {
        serverSideEncryption: { enabled: true, kmsKeyArn: deployment.keyArn },
      }),
    });
    this.name = table.name;
    this.arn = table.arn;
  }

  get reading(): Statement[] {
    const indexes = (viewTableDefinition('').LocalSecondaryIndexes ?? []).map(
      ({ IndexName = '' }) => `${this.arn}/index/${IndexName}`,
    );
    return [
      { sid: 'ReadViews', actions: ['dynamodb:BatchGetItem', 'dynamodb:GetItem'], resources: [this.arn] },
      { sid: 'QueryViews', actions: ['dynamodb:Query'], resources: [this.arn, ...indexes] },
      ...this.#key('DecryptViews', ['kms:Decrypt', 'kms:DescribeKey']),
    ];
  }

  get writing(): Statement[] {
    return [
      {
        sid: 'WriteViews',
        actions: ['dynamodb:BatchWriteItem', 'dynamodb:PutItem'],
        resources: [this.arn],
      },
      ...this.#key('EncryptViews', ['kms:Encrypt', 'kms:GenerateDataKey*']),
    ];
  }

  #key(sid: string, actions: readonly string[]): Statement[] {
    const { keyArn, settings } = this.#deployment;
    if (keyArn === undefined) return [];
    const condition = { StringEquals: { 'kms:ViaService': `dynamodb.${settings.region}.amazonaws.com` } };
    return [{ sid, actions, resources: [keyArn], condition }];
  }
}

export interface IndexingOptions {
  readonly bundles: Bundles;
  readonly log: EventLogTable;
  readonly views: ViewsTable;
  readonly deadLetters: DeadLetters;
  /** Shows what the indexer writes, and must know it before. */
  readonly gateway: NodeFunction;
}

/** The indexer: a function on the log's stream, its heartbeats, and the bus on which recorded events go out. */
export class Indexing extends Construct {
  readonly indexer: NodeFunction;
  readonly busName: string;
  readonly busArn: string;

  constructor(scope: Construct, id: string, deployment: Deployment, options: IndexingOptions) {
    super(scope, id);
    const { log, views, deadLetters } = options;
    // A bus of its own: what goes out does not come in again.
    const bus = new CloudwatchEventBus(this, 'bus', {
      name: deployment.name('recorded'),
      ...(deployment.keyArn !== undefined && { kmsKeyIdentifier: deployment.keyArn }),
    });
    this.busName = bus.name;
    this.busArn = bus.arn;
    this.indexer = new NodeFunction(this, 'index-views', deployment, {
      name: 'index-views',
      description: 'Keeps feed and catalog up to date with the log',
      bundle: options.bundles.handler('index-views'),
      memory: 512,
      timeout: 120,
      environment: {
        TABLE_NAME: log.name,
        VIEWS_TABLE_NAME: views.name,
        VIEW_SLOTS: String(SLOTS),
        EVENT_BUS_NAME: bus.name,
        ...loggingOf(deployment),
        METRICS_NAMESPACE: deployment.name(),
      },
      statements: [
        ...log.reading,
        ...log.reporting,
        ...log.following,
        ...views.reading,
        ...views.writing,
        ...deadLetters.sending,
        { sid: 'SendEvents', actions: ['events:PutEvents'], resources: [bus.arn] },
      ],
      after: [options.gateway],
    });
    this.#mapStream(log, deadLetters);
    this.#schedule(deployment);
  }

  /** One batch of a shard at a time, in its order: heartbeats rely on it. */
  #mapStream(log: EventLogTable, deadLetters: DeadLetters): void {
    const keys = (prefix: string) => JSON.stringify({ dynamodb: { Keys: { sk: { S: [{ prefix }] } } } });
    new LambdaEventSourceMapping(this, 'stream', {
      eventSourceArn: log.streamArn,
      functionName: this.indexer.arn,
      // From the oldest record on: what was recorded before the first deployment of this needs a rebuild.
      startingPosition: 'TRIM_HORIZON',
      batchSize: 500,
      maximumBatchingWindowInSeconds: 0,
      parallelizationFactor: 1,
      bisectBatchOnFunctionError: true,
      functionResponseTypes: ['ReportBatchItemFailures'],
      // A record stays until it is processed, or until the stream itself forgets it.
      maximumRetryAttempts: -1,
      maximumRecordAgeInSeconds: MAX_AGE,
      destinationConfig: { onFailure: { destinationArn: deadLetters.arn } },
      filterCriteria: { filter: [{ pattern: keys('v#') }, { pattern: keys('beat') }] },
    });
  }

  #schedule(deployment: Deployment): void {
    const rule = new CloudwatchEventRule(this, 'heartbeat', {
      name: deployment.name('heartbeat'),
      description: 'Heartbeats through the stream of the log; due rows; events out',
      scheduleExpression: 'rate(1 minute)',
    });
    new CloudwatchEventTarget(this, 'heartbeat-target', {
      rule: rule.name,
      targetId: 'index-views',
      arn: this.indexer.arn,
      input: JSON.stringify({ heartbeat: true }),
    });
    new LambdaPermission(this, 'heartbeat-permission', {
      statementId: 'heartbeat',
      action: 'lambda:InvokeFunction',
      functionName: this.indexer.name,
      principal: 'events.amazonaws.com',
      sourceArn: rule.arn,
    });
  }
}
