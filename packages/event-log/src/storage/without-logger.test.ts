import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { withoutLogger } from './without-logger';

test('a client has all of its parts but the logger’s', () => {
  const partsOf = (client: DynamoDBClient) => client.middlewareStack.identify();
  const all = partsOf(new DynamoDBClient());
  const left = partsOf(withoutLogger(new DynamoDBClient()));
  expect(all.filter((part) => !left.includes(part))).toEqual([expect.stringMatching(/^loggerMiddleware/)]);
});
