import {
  CreateTableCommand,
  DescribeTableCommand,
  ResourceInUseException,
  waitUntilTableExists,
  type CreateTableCommandInput,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { keySchema } from './keys';

/** The table as `CreateTable` takes it: on demand, three local indexes. */
export function tableDefinition(tableName: string): CreateTableCommandInput {
  const { partitionKey, sortKey, byEffective, byRecorded, byId } = keySchema;
  const indexes = [byEffective, byRecorded, byId];
  const text = (name: string) => ({ AttributeName: name, AttributeType: 'S' as const });
  const keys = (range: string) => [
    { AttributeName: partitionKey, KeyType: 'HASH' as const },
    { AttributeName: range, KeyType: 'RANGE' as const },
  ];
  const index = ({ name, sortKey: range, projection }: (typeof indexes)[number]) => ({
    IndexName: name,
    KeySchema: keys(range),
    Projection: { ProjectionType: projection },
  });
  return {
    TableName: tableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [partitionKey, sortKey, ...indexes.map((one) => one.sortKey)].map(text),
    KeySchema: keys(sortKey),
    LocalSecondaryIndexes: indexes.map(index),
  };
}

/** Creates the table where it is not there yet, and waits until it can be used. */
export async function ensureTable(client: DynamoDBClient, tableName: string): Promise<void> {
  try {
    await client.send(new CreateTableCommand(tableDefinition(tableName)));
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error;
  }
  await waitUntilTableExists({ client, maxWaitTime: 60, minDelay: 1, maxDelay: 2 }, { TableName: tableName });
}

/** @throws where the table does not answer or is not there */
export async function pingTable(client: DynamoDBClient, tableName: string): Promise<void> {
  await client.send(new DescribeTableCommand({ TableName: tableName }));
}
