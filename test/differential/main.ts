import { parseArgs } from 'node:util';
import { DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ensureTable } from '@hindsight/event-log';
import { memoryClient, MemoryDatabase, startDynamoDb, startDynamoDbLocal } from '@hindsight/local-aws';
import { Mortality } from '../history/mortal';
import { connectTo } from '../support/engine';
import { randomFrom } from '../support/random';
import { Draw } from './draw';
import { Subject } from './operations';

const TABLE = 'differential';
/** Operations on one product, at most. */
const LONGEST = 40;

interface Engine {
  readonly name: string;
  readonly client: DynamoDBClient;
  readonly mortality: Mortality;
}

async function engineOf(name: string, client: DynamoDBClient): Promise<Engine> {
  await ensureTable(client, TABLE);
  return { name, client, mortality: new Mortality(client) };
}

/** All that is stored of a product, as text; maps come in any order of their keys. */
async function stored(client: DynamoDBClient, productId: string): Promise<string> {
  const documents = DynamoDBDocumentClient.from(client);
  const items: Record<string, unknown>[] = [];
  let start: Record<string, unknown> | undefined;
  do {
    const { Items = [], LastEvaluatedKey } = await documents.send(
      new QueryCommand({
        TableName: TABLE,
        KeyConditionExpression: 'productId = :p',
        ExpressionAttributeValues: { ':p': productId },
        ...(start && { ExclusiveStartKey: start }),
      }),
    );
    items.push(...Items);
    start = LastEvaluatedKey;
  } while (start !== undefined);
  return JSON.stringify(items, (_key, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort())
      : value,
  );
}

/** The engines whose answers differ from the first one's, with both. */
function differing(engines: readonly Engine[], answers: readonly string[]): string[] {
  return engines.flatMap(({ name }, index) =>
    answers[index] === answers[0]
      ? []
      : [`  ${engines[0]?.name}: ${answers[0]}\n  ${name}: ${answers[index]}`],
  );
}

/** The same operations on one product of each engine. @returns what differed */
async function play(
  engines: readonly Engine[],
  productId: string,
  random: () => number,
  count: number,
): Promise<string[]> {
  const draw = new Draw(productId, random);
  const subjects = engines.map(({ client, mortality }) => new Subject(client, TABLE, productId, mortality));
  for (let index = 0; index < count; index += 1) {
    const operation = draw.next();
    const answers = await Promise.all(subjects.map((subject) => subject.do(operation)));
    const found = differing(engines, answers);
    if (found.length > 0) return [`${productId}, operation ${index}: ${JSON.stringify(operation)}`, ...found];
  }
  const found = differing(engines, await Promise.all(engines.map(({ client }) => stored(client, productId))));
  return found.length > 0 ? [`${productId}: the tables differ`, ...found] : [];
}

/** `--operations N --seed S`: random operations on every engine; their answers and their tables must be equal. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { operations: { type: 'string' }, seed: { type: 'string' } } });
  const [operations, seed] = [Number(values.operations ?? 1000), Number(values.seed ?? 1)];
  const amazon = await startDynamoDbLocal();
  if (amazon === undefined) {
    console.log('not run: the differential tests (DynamoDB Local does not start here)');
    return;
  }
  const embedded = await startDynamoDb({});
  const clients = [
    connectTo(amazon.endpoint),
    connectTo(embedded.endpoint),
    memoryClient(new MemoryDatabase()),
  ] as const;
  let [passed, failed, done] = [0, 0, 0];
  try {
    const engines = [
      await engineOf('DynamoDB Local', clients[0]),
      await engineOf('embedded engine', clients[1]),
      await engineOf('memory', clients[2]),
    ];
    const random = randomFrom(seed);
    for (let product = 1; done < operations; product += 1) {
      const count = Math.min(operations - done, LONGEST);
      const differences = await play(engines, `d-${product}`, random, count);
      done += count;
      if (differences.length === 0) passed += 1;
      else failed += 1;
      for (const line of differences) console.log(line);
    }
    console.log(
      `${done} operations on ${passed + failed} products, seed ${seed}: ${engines.map(({ name }) => name).join(', ')}`,
    );
    console.log(`${passed} passed, ${failed} failed`);
    process.exitCode = failed === 0 ? 0 : 1;
  } finally {
    for (const client of clients) client.destroy();
    await Promise.all([amazon.stop(), embedded.stop()]);
  }
}

void main();
