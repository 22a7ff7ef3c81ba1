import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { execute, type MemoryDatabase } from './database';
import { attributesOf, plainItem, plainValue } from './values';

/** A request on its way to the database: an operation's name, and its input with items as JavaScript has them. */
export interface MemoryRequest {
  readonly operation: string;
  readonly input: object;
}

/** What may happen to a request: it may be late, be refused, or its answer be lost. */
export type Wire = (request: MemoryRequest, carryOut: (input?: object) => object) => Promise<object>;

type Step = (args: { input: object }) => Promise<{ output: object; response: object }>;
type Context = { readonly commandName?: string };
type Middleware = (next: Step, context: Context) => Step;

const reliable: Wire = async (_, carryOut) => {
  // As over a network, nothing is answered before the caller went on.
  await Promise.resolve();
  return carryOut();
};

const mapped = (value: object, names: ReadonlyMap<string, (value: never) => unknown>): object =>
  Object.fromEntries(
    Object.entries(value).map(([name, inner]) => {
      const map = names.get(name);
      return [name, map === undefined || inner === undefined ? inner : map(inner as never)];
    }),
  );
const each =
  <A, B>(map: (value: A) => B) =>
  (record: Record<string, A>) =>
    Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]));
const all =
  <A, B>(map: (value: A) => B) =>
  (list: readonly A[]) =>
    list.map(map);
const fields = (...entries: [string, (value: never) => unknown][]) => {
  const names = new Map(entries);
  return (value: object) => mapped(value, names);
};

/** Where the items are in requests of the plain client. */
const write = fields(
  ['Item', plainItem],
  ['Key', plainItem],
  ['ExpressionAttributeValues', each(plainValue)],
);
const fromAttributes: Readonly<Record<string, (input: object) => object>> = {
  Query: fields(['ExpressionAttributeValues', each(plainValue)], ['ExclusiveStartKey', plainItem]),
  Scan: fields(['ExclusiveStartKey', plainItem]),
  GetItem: write,
  PutItem: write,
  DeleteItem: write,
  BatchGetItem: fields(['RequestItems', each(fields(['Keys', all(plainItem)]))]),
  BatchWriteItem: fields([
    'RequestItems',
    each(all(fields(['PutRequest', write], ['DeleteRequest', write]))),
  ]),
  TransactWriteItems: fields(['TransactItems', all(each(write))]),
};
const toAttributes = fields(
  ['Item', attributesOf],
  ['Items', all(attributesOf)],
  ['LastEvaluatedKey', attributesOf],
  ['Responses', each(all(attributesOf))],
);

const $metadata = { httpStatusCode: 200, attempts: 1, totalRetryDelay: 0 };

/**
 * The middleware stack of a client, as far as tests use it: what is added wraps the database. The SDK's own takes
 * longer to sort its twenty steps than the database to answer, and has nothing to do here: no signing, no HTTP.
 */
class ShortStack {
  readonly #middlewares: { readonly middleware: Middleware; readonly weight: number }[] = [];

  constructor(readonly terminal: (operation: string, input: object, documents: boolean) => Promise<object>) {}

  add(middleware: Middleware, { priority = 'normal' }: { priority?: 'high' | 'normal' | 'low' } = {}): void {
    this.#middlewares.push({ middleware, weight: ['high', 'normal', 'low'].indexOf(priority) });
    this.#middlewares.sort((a, b) => a.weight - b.weight);
  }

  /** So that the document client takes this for the stack of a client of its own version. */
  identify(): string[] {
    return ['serializerMiddleware'];
  }

  use(): void {
    // Plugins of the SDK are about HTTP.
  }

  /** A command adds its own steps before it is sent; a document command does so for itself and for the one inside. */
  concat(): object {
    const resolve = (documents: boolean) => (_: unknown, context: Context) =>
      this.#resolve(context, documents);
    return { concat: () => ({ resolve: resolve(true) }), resolve: resolve(false) };
  }

  #resolve(context: Context, documents: boolean): Step {
    const operation = (context.commandName ?? '').replace(/Command$/, '');
    const carriedOut: Step = async ({ input }) => {
      const output = await this.terminal(operation, input, documents);
      return { output: { ...output, $metadata }, response: {} };
    };
    return this.#middlewares.reduceRight((next, { middleware }) => middleware(next, context), carriedOut);
  }
}

/**
 * A client of a database in memory. It answers as the SDK's own does, and so does a document client made of it.
 * @param database or which one it is at the moment: a client takes longer to make than a database
 */
export function memoryClient(
  database: MemoryDatabase | (() => MemoryDatabase),
  wire: Wire = reliable,
): DynamoDBClient {
  const client = new DynamoDBClient({
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const stack = new ShortStack((operation, input, documents) => {
    const plain = documents ? input : (fromAttributes[operation]?.(input) ?? input);
    const current = typeof database === 'function' ? database() : database;
    const answered = wire({ operation, input: plain }, (other = plain) => execute(current, operation, other));
    return documents ? answered : answered.then(toAttributes);
  });
  client.middlewareStack = stack as unknown as DynamoDBClient['middlewareStack'];
  return client;
}
