import {
  BatchWriteItemCommand,
  CreateTableCommand,
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  ScanCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  type AttributeValue,
  type DynamoDBClient,
  type QueryCommandInput as PlainQuery,
  QueryCommand as PlainQueryCommand,
} from '@aws-sdk/client-dynamodb';
import { memoryClient } from './client';
import { MemoryDatabase } from './database';

const TableName = 'things';

interface Written {
  readonly sk: string;
  readonly at?: string;
  readonly filler?: number;
}

/** What DynamoDB documents of itself, and what this project builds on. */
describe('a DynamoDB in memory', () => {
  let now: number;
  let behind: number;
  let client: DynamoDBClient;

  beforeEach(async () => {
    [now, behind] = [0, 0];
    client = memoryClient(new MemoryDatabase({ clock: () => now, lag: () => behind }));
    const keys = (range: string) => [
      { AttributeName: 'pk', KeyType: 'HASH' as const },
      { AttributeName: range, KeyType: 'RANGE' as const },
    ];
    const index = (IndexName: string, ProjectionType: 'ALL' | 'KEYS_ONLY') => ({
      IndexName,
      KeySchema: keys('at'),
      Projection: { ProjectionType },
    });
    await client.send(
      new CreateTableCommand({
        TableName,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: ['pk', 'sk', 'at'].map((AttributeName) => ({
          AttributeName,
          AttributeType: 'S',
        })),
        KeySchema: keys('sk'),
        LocalSecondaryIndexes: [index('whole', 'ALL'), index('keys', 'KEYS_ONLY')],
      }),
    );
  });

  const item = ({ sk, at, filler = 0 }: Written): Record<string, AttributeValue> => ({
    pk: { S: 'p' },
    sk: { S: sk },
    ...(at !== undefined && { at: { S: at } }),
    ...(filler > 0 && { filler: { S: 'x'.repeat(filler) } }),
  });
  const put = (written: Written, more: object = {}) =>
    client.send(new PutItemCommand({ TableName, Item: item(written), ...more }));
  const keyOf = (sk: string) => ({ pk: { S: 'p' }, sk: { S: sk } });
  const get = async (sk: string, more: object = {}) =>
    (await client.send(new GetItemCommand({ TableName, Key: keyOf(sk), ConsistentRead: true, ...more })))
      .Item;
  const query = (more: Partial<PlainQuery> = {}) =>
    client.send(
      new PlainQueryCommand({
        TableName,
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :p',
        ...more,
        ExpressionAttributeValues: { ':p': { S: 'p' }, ...more.ExpressionAttributeValues },
      }),
    );
  const sks = (items: readonly Record<string, AttributeValue>[] | undefined) => items?.map(({ sk }) => sk?.S);
  const newOne = { ConditionExpression: 'attribute_not_exists(sk)' };
  const transact = (written: readonly Written[], ClientRequestToken?: string) =>
    client.send(
      new TransactWriteItemsCommand({
        ClientRequestToken,
        TransactItems: written.map((one) => ({ Put: { TableName, Item: item(one), ...newOne } })),
      }),
    );

  describe('queries', () => {
    it('sort by the bytes of UTF-8, in either direction, within bounds that are in', async () => {
      for (const sk of ['b', '\u{1f600}', 'a', '\uffee', 'B', 'c']) await put({ sk });
      expect(sks((await query()).Items)).toEqual(['B', 'a', 'b', 'c', '\uffee', '\u{1f600}']);
      expect(sks((await query({ ScanIndexForward: false, Limit: 2 })).Items)).toEqual([
        '\u{1f600}',
        '\uffee',
      ]);
      const between = {
        KeyConditionExpression: 'pk = :p AND sk BETWEEN :a AND :c',
        ExpressionAttributeValues: { ':a': { S: 'a' }, ':c': { S: 'c' } },
      };
      expect(sks((await query(between)).Items)).toEqual(['a', 'b', 'c']);
    });

    it('go on where a page ended, and say so when the limit is met exactly', async () => {
      for (const sk of ['1', '2', '3']) await put({ sk, at: '2026' });
      const first = await query({ IndexName: 'whole', Limit: 2 });
      expect([sks(first.Items), first.LastEvaluatedKey]).toEqual([
        ['1', '2'],
        { ...keyOf('2'), at: { S: '2026' } },
      ]);
      const second = await query({ IndexName: 'whole', Limit: 1, ExclusiveStartKey: first.LastEvaluatedKey });
      expect(sks(second.Items)).toEqual(['3']);
      expect(second.LastEvaluatedKey).toBeDefined();
      const third = await query({ IndexName: 'whole', Limit: 1, ExclusiveStartKey: second.LastEvaluatedKey });
      expect([third.Items, third.LastEvaluatedKey]).toEqual([[], undefined]);
    });

    it('end a page at a megabyte', async () => {
      for (let i = 0; i < 4; i += 1) await put({ sk: `${i}`, filler: 300 * 1024 });
      const { Items, LastEvaluatedKey } = await query();
      expect([sks(Items), LastEvaluatedKey?.['sk']?.S]).toEqual([['0', '1', '2'], '2']);
    });

    it('count what is read: whole items, keys alone, or keys and each item fetched for them', async () => {
      for (let i = 0; i < 3; i += 1) await put({ sk: `${i}`, at: `${i}`, filler: 3000 });
      const units = async (more: object) =>
        (await query({ ReturnConsumedCapacity: 'TOTAL', ...more })).ConsumedCapacity?.CapacityUnits;
      expect(await units({})).toBe(3);
      expect(await units({ ConsistentRead: false })).toBe(1.5);
      expect(await units({ IndexName: 'keys' })).toBe(1);
      expect(await units({ IndexName: 'keys', Select: 'ALL_ATTRIBUTES' })).toBe(4);
    });

    it('leave out of an index what has no key in it, and follow a key that moves', async () => {
      await put({ sk: 'in', at: 'b' });
      await put({ sk: 'out' });
      await put({ sk: 'moves', at: 'c' });
      await put({ sk: 'moves', at: 'a' });
      expect(sks((await query({ IndexName: 'whole' })).Items)).toEqual(['moves', 'in']);
      await client.send(new DeleteItemCommand({ TableName, Key: keyOf('in') }));
      expect((await query({ IndexName: 'keys' })).Items).toEqual([{ ...keyOf('moves'), at: { S: 'a' } }]);
    });
  });

  describe('writes', () => {
    it('hold to their conditions', async () => {
      await put({ sk: 'a' }, newOne);
      await expect(put({ sk: 'a' }, newOne)).rejects.toMatchObject({
        name: 'ConditionalCheckFailedException',
      });
    });

    it('of a transaction are all done or none, with a reason for each', async () => {
      await put({ sk: 'taken' });
      await expect(transact([{ sk: 'new' }, { sk: 'taken' }])).rejects.toMatchObject({
        name: 'TransactionCanceledException',
        CancellationReasons: [{ Code: 'None' }, { Code: 'ConditionalCheckFailed' }],
      });
      expect(await get('new')).toBeUndefined();
      await expect(transact([{ sk: 'twice' }, { sk: 'twice' }])).rejects.toMatchObject({
        name: 'ValidationException',
      });
    });

    it('of a transaction are harmless to repeat under its token, for ten minutes', async () => {
      await transact([{ sk: 'a' }], 'token');
      await transact([{ sk: 'a' }], 'token');
      await expect(transact([{ sk: 'b' }], 'token')).rejects.toMatchObject({
        name: 'IdempotentParameterMismatchException',
      });
      now = 10 * 60_000;
      await expect(transact([{ sk: 'a' }], 'token')).rejects.toMatchObject({
        name: 'TransactionCanceledException',
      });
    });

    it('count a unit a kilobyte for the table and each index, twice in a transaction', async () => {
      const units = { ReturnConsumedCapacity: 'TOTAL' };
      expect((await put({ sk: 'a', filler: 1500 }, units)).ConsumedCapacity?.CapacityUnits).toBe(2);
      expect((await put({ sk: 'b', at: '1', filler: 1500 }, units)).ConsumedCapacity?.CapacityUnits).toBe(
        2 + 2 + 1,
      );
      expect((await put({ sk: 'b', at: '2', filler: 1500 }, units)).ConsumedCapacity?.CapacityUnits).toBe(
        2 + 4 + 2,
      );
      const { ConsumedCapacity } = await client.send(
        new TransactWriteItemsCommand({
          ReturnConsumedCapacity: 'TOTAL',
          TransactItems: [
            { Put: { TableName, Item: item({ sk: 'c' }) } },
            { Put: { TableName, Item: item({ sk: 'd' }) } },
          ],
        }),
      );
      expect(ConsumedCapacity).toEqual([{ TableName, CapacityUnits: 4 }]);
    });

    it('are refused where the service refuses them', async () => {
      const refused = (work: Promise<unknown>) =>
        expect(work).rejects.toMatchObject({ name: 'ValidationException' });
      await refused(put({ sk: '' }));
      await refused(put({ sk: 'a', at: '' }));
      await refused(put({ sk: 'a', filler: 400 * 1024 }));
      await refused(put({ sk: 'x'.repeat(1025) }));
      const requests = Array.from({ length: 26 }, (_, i) => ({ PutRequest: { Item: item({ sk: `${i}` }) } }));
      await refused(client.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: requests } })));
    });
  });

  it('scans all partitions, page by page, and gives the attributes that were asked for', async () => {
    for (const pk of ['a', 'b', 'c']) {
      for (const sk of ['1', '2'])
        await client.send(
          new PutItemCommand({ TableName, Item: { ...item({ sk, at: 'x' }), pk: { S: pk } } }),
        );
    }
    const found: (string | undefined)[] = [];
    let ExclusiveStartKey: Record<string, AttributeValue> | undefined;
    do {
      const page = await client.send(
        new ScanCommand({ TableName, Limit: 4, ProjectionExpression: 'pk, at', ExclusiveStartKey }),
      );
      found.push(...(page.Items ?? []).map(({ pk, sk, at }) => `${pk?.S} ${at?.S} ${sk?.S}`));
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey !== undefined);
    expect(found).toEqual(['a', 'a', 'b', 'b', 'c', 'c'].map((pk) => `${pk} x undefined`));
  });

  it('keeps what it was given, whoever changes it later', async () => {
    const Item = item({ sk: 'a', at: 'before' });
    await client.send(new PutItemCommand({ TableName, Item }));
    Item['at'] = { S: 'after' };
    const found = await get('a');
    if (found) found['at'] = { S: 'after' };
    expect((await get('a'))?.['at']).toEqual({ S: 'before' });
  });

  it('reads the past where a read need not be consistent', async () => {
    await put({ sk: 'a', at: '1' });
    await put({ sk: 'a', at: '2' });
    behind = 1;
    expect((await get('a', { ConsistentRead: false }))?.['at']).toEqual({ S: '1' });
    expect((await get('a'))?.['at']).toEqual({ S: '2' });
    expect(sks((await query({ ConsistentRead: false, IndexName: 'whole' })).Items)).toEqual(['a']);
  });

  it.each([
    ['an operation', () => client.send(new UpdateItemCommand({ TableName, Key: keyOf('a') }))],
    ['a parameter', () => query({ FilterExpression: 'a = :p' })],
    ['a condition', () => put({ sk: 'a' }, { ConditionExpression: 'size(sk) > :p' })],
    [
      'a type',
      () => client.send(new PutItemCommand({ TableName, Item: { ...keyOf('a'), s: { SS: ['x'] } } })),
    ],
  ])('throws at %s that it does not know', async (_, work) => {
    await expect(work()).rejects.toMatchObject({ name: 'UnsupportedByMemory' });
  });
});
