import { randomUUID } from 'node:crypto';
import {
  PutItemCommand,
  TransactWriteItemsCommand,
  type AttributeValue,
  type DynamoDBClient,
  type TransactionCanceledException,
} from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { assert } from '@hindsight/bitemporal';
import { untilDone, type Waiting } from './backoff';
import { cancellationCodesIn, cancellationOf, failedPut, type Cancellation } from './cancellation';
import { StoreFailedError, StreamFullError } from './errors';
import { keySchema, streamOf } from './keys';
import { APPEND_LIMIT, type StoredItem } from './store';

/** One conditional write, as the service takes it. */
export interface ConditionalPut {
  readonly TableName: string;
  readonly Item: Record<string, AttributeValue>;
  readonly ConditionExpression: string;
}

/** One conditional write of a transaction. */
export interface TransactItem {
  readonly Put: ConditionalPut;
}

/** An append as the service takes it. */
export type AppendRequest =
  { readonly put: ConditionalPut } | { readonly transactItems: readonly TransactItem[] };

/** The condition of every write: no item has its key. */
export const IS_NEW = `attribute_not_exists(${keySchema.sortKey})`;

/**
 * What this store sends for an append, and what the state machine sends itself. A single item needs no transaction,
 * which would cost twice as many write units.
 */
export function appendRequestOf(tableName: string, items: readonly StoredItem[]): AppendRequest {
  assert(items.length > 0 && items.length <= APPEND_LIMIT, `an append has 1 to ${APPEND_LIMIT} items`);
  const [put, ...others] = items.map((item): ConditionalPut => ({
    TableName: tableName,
    Item: marshall(item, { removeUndefinedValues: true }),
    ConditionExpression: IS_NEW,
  }));
  assert(put !== undefined, 'an append has an item');
  return others.length === 0 ? { put } : { transactItems: [put, ...others].map((Put) => ({ Put })) };
}

/** What a write that threw met; undefined for errors that are not about its items. */
function cancellationIn(error: unknown): Cancellation | undefined {
  if (!(error instanceof Error)) return undefined;
  // The same transaction is still being worked on, for an earlier request with its token.
  if (error.name === 'TransactionInProgressException') return { kind: 'throttled' };
  if (error.name !== 'TransactionCanceledException') return failedPut(error.name, error.message);
  const { CancellationReasons: reasons = [] } = error as Pick<
    TransactionCanceledException,
    'CancellationReasons'
  >;
  const codes = reasons.map(({ Code }) => Code);
  return cancellationOf(codes.length > 0 ? codes : cancellationCodesIn(error.message));
}

interface Table {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  readonly waiting: Waiting;
}

/** @param token the same for every try: a transaction that was carried out already is not carried out again */
const send = (client: DynamoDBClient, request: AppendRequest, token: string): Promise<unknown> =>
  'put' in request
    ? client.send(new PutItemCommand(request.put))
    : client.send(
        new TransactWriteItemsCommand({
          TransactItems: [...request.transactItems],
          ClientRequestToken: token,
        }),
      );

/** `Store.append` for a table. */
export function appendItems(
  { client, tableName, waiting }: Table,
  items: readonly StoredItem[],
): Promise<'stored' | 'lost race'> {
  const request = appendRequestOf(tableName, items);
  const token = randomUUID();
  const streamId = [...new Set(items.map(streamOf))].join(', ');
  return untilDone(waiting, `${streamId} can't be written`, async () => {
    try {
      await send(client, request, token);
      return 'stored';
    } catch (error) {
      const cancellation = cancellationIn(error);
      switch (cancellation?.kind) {
        case undefined:
          throw error;
        case 'lost-race':
          return 'lost race';
        case 'throttled':
          return undefined;
        case 'stream-full':
          throw new StreamFullError(streamId);
        case 'failed':
          throw new StoreFailedError(cancellation.reason);
      }
    }
  });
}
