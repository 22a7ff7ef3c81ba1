import { parseArgs } from 'node:util';
import { createDynamoDbStore, createMemoryStore, ensureTable, type Store } from '@hindsight/event-log';
import { startDynamoDb, startDynamoDbLocal } from '@hindsight/local-aws';
import { connectTo } from '../support/engine';
import { randomFrom } from '../support/random';
import { Draw } from './draw';
import { Subject } from './operations';

const TABLE = 'differential';
/** Operations on one product, at most. */
const LONGEST = 40;

interface Engine {
  readonly name: string;
  readonly store: Store;
}

/** All that is stored of a product, as text; maps come in any order of their keys. */
async function stored(store: Store, productId: string): Promise<string> {
  const items: unknown[] = [];
  for await (const item of store.partition(productId)) items.push(item);
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
  const subjects = engines.map(({ store }) => new Subject(store, productId));
  for (let index = 0; index < count; index += 1) {
    const operation = draw.next();
    const answers = await Promise.all(subjects.map((subject) => subject.do(operation)));
    const found = differing(engines, answers);
    if (found.length > 0) return [`${productId}, operation ${index}: ${JSON.stringify(operation)}`, ...found];
  }
  const found = differing(engines, await Promise.all(engines.map(({ store }) => stored(store, productId))));
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
  const clients = [connectTo(amazon.endpoint), connectTo(embedded.endpoint)] as const;
  let [passed, failed, done] = [0, 0, 0];
  try {
    for (const client of clients) await ensureTable(client, TABLE);
    const engines: Engine[] = [
      { name: 'DynamoDB Local', store: createDynamoDbStore(clients[0], TABLE) },
      { name: 'embedded engine', store: createDynamoDbStore(clients[1], TABLE) },
      { name: 'memory', store: createMemoryStore() },
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
