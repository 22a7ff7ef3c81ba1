import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { MOST_ATTEMPTS } from './backoff';
import { createDynamoDbStore } from './dynamodb';
import { itemKey } from './keys';
import type { Store } from './store';

type Answer = readonly [status: number, body: object];
type Request = Readonly<Record<string, unknown>>;

/** A table that answers as it is told to, without a network, and a store that waits for it without time. */
function standIn(answerOf: (request: Request, count: number) => Answer) {
  const requests: Request[] = [];
  const waits: number[] = [];
  const handle = ({ body }: { body: Uint8Array }) => {
    const request = JSON.parse(new TextDecoder().decode(body)) as Request;
    requests.push(request);
    const [statusCode, answer] = answerOf(request, requests.length);
    const response = { statusCode, headers: {}, body: Buffer.from(JSON.stringify(answer)) };
    return Promise.resolve({ response });
  };
  const client = new DynamoDBClient({
    endpoint: 'http://127.0.0.1:1',
    region: 'eu-central-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
    requestHandler: { handle: handle as never },
  });
  const delay = (milliseconds: number) => Promise.resolve(waits.push(milliseconds));
  return { store: createDynamoDbStore(client, 'table', { delay, random: () => 1 }), requests, waits };
}

const ALL_WAITS = [16, 32, 64, 128, 256, 512, 1000, 1000, 1000];

const cancelled = (...codes: string[]): Answer => [
  400,
  {
    __type: 'com.amazonaws.dynamodb.v20120810#TransactionCanceledException',
    Message: `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes.join(', ')}]`,
    CancellationReasons: codes.map((Code) => ({ Code })),
  },
];

const failed = (name: string): Answer => [
  400,
  { __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: 'no' },
];

const items = [itemKey('anvil', 'v#1'), itemKey('anvil', 'm#1')];

describe('reading many keys', () => {
  it('asks only for the keys that were left undone', async () => {
    const { store, requests, waits } = standIn((_, count) => [
      200,
      count === 1
        ? {
            Responses: { table: [{ sk: { S: 'v#1' } }] },
            UnprocessedKeys: { table: { Keys: [marshall(itemKey('anvil', 'v#2'))] } },
          }
        : { Responses: { table: [{ sk: { S: 'v#2' } }] } },
    ]);
    expect(await store.getAll('anvil', ['v#1', 'v#2'])).toEqual([{ sk: 'v#1' }, { sk: 'v#2' }]);
    expect(requests[1]).toMatchObject({
      RequestItems: { table: { Keys: [{ sk: { S: 'v#2' } }], ConsistentRead: true } },
    });
    expect(waits).toEqual([16]);
  });

  it('gives up on a table that leaves every key undone, after a few requests with longer and longer waits', async () => {
    const { store, requests, waits } = standIn(({ RequestItems }) => [
      200,
      { Responses: {}, UnprocessedKeys: RequestItems as object },
    ]);
    await expect(store.getAll('anvil', ['v#1'])).rejects.toMatchObject({ name: 'StoreUnavailable' });
    expect(requests).toHaveLength(MOST_ATTEMPTS);
    expect(waits).toEqual(ALL_WAITS);
  });
});

describe('replacing caches', () => {
  it('sends only the items that were left undone', async () => {
    const { store, requests } = standIn(({ RequestItems }, count) => [
      200,
      {
        UnprocessedItems: count === 1 ? { table: (RequestItems as { table: object[] }).table.slice(1) } : {},
      },
    ]);
    await store.replaceCaches('anvil', items, ['c#1']);
    expect(requests.map(({ RequestItems }) => (RequestItems as { table: object[] }).table.length)).toEqual([
      3, 2,
    ]);
  });

  it('gives up on a table that takes nothing', async () => {
    const { store, requests } = standIn(({ RequestItems }) => [
      200,
      { UnprocessedItems: RequestItems as object },
    ]);
    await expect(store.replaceCaches('anvil', items, [])).rejects.toMatchObject({ name: 'StoreUnavailable' });
    expect(requests).toHaveLength(MOST_ATTEMPTS);
  });
});

describe('an append', () => {
  it.each([[['ConditionalCheckFailed', 'None']], [['None', 'TransactionConflict']]])(
    'that lost a race says so after one request: %j',
    async (codes) => {
      const { store, requests } = standIn(() => cancelled(...codes));
      expect(await store.append(items)).toBe('lost race');
      expect(requests).toHaveLength(1);
    },
  );

  it.each([['ThrottlingError'], ['ProvisionedThroughputExceeded']])(
    'to a busy table is sent again, as it was, and then unavailable: %s',
    async (code) => {
      const { store, requests, waits } = standIn(() => cancelled('None', code));
      await expect(store.append(items)).rejects.toMatchObject({ name: 'StoreUnavailable' });
      expect(requests).toHaveLength(MOST_ATTEMPTS);
      expect(new Set(requests.map((request) => JSON.stringify(request))).size).toBe(1);
      expect(waits).toEqual(ALL_WAITS);
    },
  );

  it('is stored once the table is less busy', async () => {
    const { store, requests } = standIn((_, count) =>
      count < 3 ? cancelled('ThrottlingError', 'None') : [200, {}],
    );
    expect(await store.append(items)).toBe('stored');
    expect(requests).toHaveLength(3);
  });

  it.each([
    [cancelled('ItemCollectionSizeLimitExceeded', 'None')],
    [failed('ItemCollectionSizeLimitExceededException')],
  ])('to a full stream says so after one request', async (answer) => {
    const { store, requests } = standIn(() => answer);
    await expect(store.append(items)).rejects.toMatchObject({
      name: 'StreamFull',
      streamId: 'anvil',
      message: expect.stringContaining('anvil is full') as string,
    });
    expect(requests).toHaveLength(1);
  });

  it('that the table refuses for anything else names the reason, after one request', async () => {
    const { store, requests } = standIn(() => cancelled('None', 'ValidationError'));
    await expect(store.append(items)).rejects.toMatchObject({
      name: 'StoreFailed',
      reason: 'ValidationError',
    });
    expect(requests).toHaveLength(1);
  });

  it('fails with what the table says of the request itself', async () => {
    const { store } = standIn(() => failed('ResourceNotFoundException'));
    await expect(store.append(items)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});

describe('an append of one item', () => {
  const [item] = items;
  const append = (store: Store) => store.append([item!]);

  it('is one conditional put', async () => {
    const { store, requests } = standIn(() => [200, {}]);
    expect(await append(store)).toBe('stored');
    expect(requests).toEqual([
      {
        TableName: 'table',
        Item: { productId: { S: 'anvil' }, sk: { S: 'v#1' } },
        ConditionExpression: 'attribute_not_exists(sk)',
      },
    ]);
  });

  it.each(['ConditionalCheckFailedException', 'TransactionConflictException'])(
    'that lost a race says so after one request: %s',
    async (name) => {
      const { store, requests } = standIn(() => failed(name));
      expect(await append(store)).toBe('lost race');
      expect(requests).toHaveLength(1);
    },
  );

  it.each(['ProvisionedThroughputExceededException', 'ThrottlingException', 'RequestLimitExceeded'])(
    'to a busy table is sent again, as it was, and then unavailable: %s',
    async (name) => {
      const { store, requests, waits } = standIn(() => failed(name));
      await expect(append(store)).rejects.toMatchObject({ name: 'StoreUnavailable' });
      expect(new Set(requests.map((request) => JSON.stringify(request))).size).toBe(1);
      expect([requests.length, waits]).toEqual([MOST_ATTEMPTS, ALL_WAITS]);
    },
  );

  it('to a full stream, or of invalid data, names the reason after one request', async () => {
    const full = standIn(() => failed('ItemCollectionSizeLimitExceededException'));
    await expect(append(full.store)).rejects.toMatchObject({ name: 'StreamFull', streamId: 'anvil' });
    const invalid = standIn(() => failed('ValidationException'));
    await expect(append(invalid.store)).rejects.toMatchObject({ name: 'StoreFailed', reason: 'no' });
    expect([full.requests.length, invalid.requests.length]).toEqual([1, 1]);
  });

  it('fails with what the table says of the request itself', async () => {
    const { store } = standIn(() => failed('ResourceNotFoundException'));
    await expect(append(store)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});
