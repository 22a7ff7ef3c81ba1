import assert from 'node:assert/strict';
import { TransactWriteItemsCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { transactItemsOf, type Store, type StoredItem } from '@hindsight/event-log';
import { cancelled } from './host';

/** The table name in the transactions; no such table exists. */
export const TABLE = 'simulated';

function itemsOf({ input }: TransactWriteItemsCommand): StoredItem[] {
  const items = (input.TransactItems ?? []).map(({ Put }) => unmarshall(Put?.Item ?? {}) as StoredItem);
  // Nothing of it got lost on its way through the machine: the items, and the condition of each.
  assert.deepEqual(input.TransactItems, transactItemsOf(TABLE, items));
  return items;
}

/** The client of the state machine. Its transactions are appends to a store. */
export function transactionsClient(store: Store): DynamoDBClient {
  const send = async (command: unknown): Promise<object> => {
    assert(command instanceof TransactWriteItemsCommand, 'the machine only sends transactions');
    const items = itemsOf(command);
    const outcome = await store.append(items, command.input.ClientRequestToken ?? '');
    if (outcome === 'lost race')
      throw cancelled(...items.map((_, index) => (index === 0 ? 'ConditionalCheckFailed' : 'None')));
    return {};
  };
  return { send } as unknown as DynamoDBClient;
}
