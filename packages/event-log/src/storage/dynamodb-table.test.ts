import { tableDefinition } from './dynamodb-table';
import { keySchema } from './keys';

test('the table is paid by request, and has the keys of both indexes', () => {
  const key = (range: string) => [
    { AttributeName: keySchema.partitionKey, KeyType: 'HASH' },
    { AttributeName: range, KeyType: 'RANGE' },
  ];
  expect(tableDefinition('events')).toEqual({
    TableName: 'events',
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [keySchema.partitionKey, 'sk', 'effectiveKey', 'recordedKey', 'idKey'].map(
      (AttributeName) => ({
        AttributeName,
        AttributeType: 'S',
      }),
    ),
    KeySchema: key('sk'),
    LocalSecondaryIndexes: [
      { IndexName: 'byEffective', KeySchema: key('effectiveKey'), Projection: { ProjectionType: 'ALL' } },
      { IndexName: 'byRecorded', KeySchema: key('recordedKey'), Projection: { ProjectionType: 'KEYS_ONLY' } },
      { IndexName: 'byId', KeySchema: key('idKey'), Projection: { ProjectionType: 'KEYS_ONLY' } },
    ],
  });
});
