import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { handlerInProcess } from './in-process-handler';
import { protocolError, type Answering } from './protocol-server';

const clientOf = (answering: Answering, timeoutMs?: number) =>
  new DynamoDBClient({
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'secret' },
    maxAttempts: 1,
    requestHandler: handlerInProcess(answering, timeoutMs),
  });

const Key = { id: { S: 'größe' } };
const get = new GetItemCommand({ TableName: 'things', Key });

test('a client gets its answer without a connection', async () => {
  const asked: unknown[] = [];
  const client = clientOf((target, body) => {
    asked.push(target, JSON.parse(body.toString()));
    return Promise.resolve({ status: 200, text: JSON.stringify({ Item: Key }) });
  });
  expect((await client.send(get)).Item).toEqual(Key);
  expect(asked).toEqual(['DynamoDB_20120810.GetItem', { TableName: 'things', Key }]);
});

test('an error has its name', async () => {
  const answer = protocolError(400, 'ResourceNotFoundException', 'there is no such table');
  await expect(clientOf(() => Promise.resolve(answer)).send(get)).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    message: 'there is no such table',
  });
});

test('an answer that does not come is not waited for', () =>
  expect(clientOf(() => new Promise(() => undefined), 10).send(get)).rejects.toMatchObject({
    name: 'TimeoutError',
  }));
