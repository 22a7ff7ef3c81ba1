import assert from 'node:assert/strict';
import { PutItemCommand, TransactWriteItemsCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { appendRequestOf, type Store, type StoredItem } from '@hindsight/event-log';
import { cancelled, refused } from './host';

/** The table name in the transactions; no such table exists. */
export const TABLE = 'simulated';

/** The items of a request. Nothing of it got lost on its way through the machine: the items, and the condition of each. */
function itemsOf(command: unknown): StoredItem[] {
  if (command instanceof PutItemCommand) {
    const items = [unmarshall(command.input.Item ?? {}) as StoredItem];
    assert.deepEqual({ put: command.input }, appendRequestOf(TABLE, items));
    return items;
  }
  assert(command instanceof TransactWriteItemsCommand, 'the machine sends puts and transactions');
  const { TransactItems = [] } = command.input;
  const items = TransactItems.map(({ Put }) => unmarshall(Put?.Item ?? {}) as StoredItem);
  assert.deepEqual({ transactItems: TransactItems }, appendRequestOf(TABLE, items));
  return items;
}

/** The client of the state machine. Its writes are appends to a store. */
export function writingClient(store: Store): DynamoDBClient {
  const send = async (command: unknown): Promise<object> => {
    const items = itemsOf(command);
    if ((await store.append(items)) === 'stored') return {};
    if (items.length === 1) throw refused('ConditionalCheckFailedException');
    throw cancelled(...items.map((_, index) => (index === 0 ? 'ConditionalCheckFailed' : 'None')));
  };
  return { send } as unknown as DynamoDBClient;
}
