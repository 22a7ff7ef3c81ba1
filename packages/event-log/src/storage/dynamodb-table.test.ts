import { tableDefinition } from './dynamodb-table';

test('the table is paid by request, and has the keys of both indexes', () => {
  const key = (range: string) => [
    { AttributeName: 'productId', KeyType: 'HASH' },
    { AttributeName: range, KeyType: 'RANGE' },
  ];
  expect(tableDefinition('inventory')).toEqual({
    TableName: 'inventory',
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: ['productId', 'sk', 'effectiveKey', 'recordedKey'].map((AttributeName) => ({
      AttributeName,
      AttributeType: 'S',
    })),
    KeySchema: key('sk'),
    LocalSecondaryIndexes: [
      { IndexName: 'byEffective', KeySchema: key('effectiveKey'), Projection: { ProjectionType: 'ALL' } },
      { IndexName: 'byRecorded', KeySchema: key('recordedKey'), Projection: { ProjectionType: 'KEYS_ONLY' } },
    ],
  });
});
