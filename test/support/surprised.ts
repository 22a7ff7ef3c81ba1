import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { TestTable } from './engine';

/** A client that runs a callback between its first query and its next request. */
export function surprised(
  table: Pick<TestTable, 'connect'>,
  surprise: () => Promise<unknown>,
): DynamoDBClient {
  const client = table.connect();
  let first: Promise<unknown> | undefined;
  client.middlewareStack.add((next, { commandName }) => async (args) => {
    const answer = await next(args);
    if (commandName === 'QueryCommand') await (first ??= surprise());
    return answer;
  });
  return client;
}
