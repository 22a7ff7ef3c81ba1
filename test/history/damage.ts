import {
  DeleteItemCommand,
  PutItemCommand,
  QueryCommand,
  type AttributeValue,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';

type Item = Record<string, AttributeValue>;

/** What may happen to a checkpoint: it goes, is half written, comes from other code, or an old one comes back. */
export type Harm = 'delete' | 'truncate' | 'foreign' | 'restore';

/** Does harm to the checkpoints of one product, behind the log's back. */
export class Damage {
  readonly #seen: Item[] = [];

  constructor(
    readonly client: DynamoDBClient,
    readonly tableName: string,
    readonly productId: string,
  ) {}

  /** @param which of those that are there, or were seen, taken modulo */
  async do(how: Harm, which: number): Promise<void> {
    const items = await this.#checkpoints();
    this.#seen.push(...items);
    const item = (how === 'restore' ? this.#seen : items)[
      which % Math.max(1, how === 'restore' ? this.#seen.length : items.length)
    ];
    if (item === undefined) return;
    const { productId, sk, body } = item;
    if (how === 'restore') await this.#put(item);
    if (how === 'truncate') await this.#put({ ...item, body: { S: (body?.S ?? '').slice(0, -9) } });
    if (how === 'foreign') {
      await this.#put({
        ...item,
        code: { S: 'another' },
        body: { S: (body?.S ?? '').replace(/"quantity":"/g, '"quantity":"9') },
      });
    }
    if (how === 'delete' && productId && sk) {
      await this.client.send(new DeleteItemCommand({ TableName: this.tableName, Key: { productId, sk } }));
    }
  }

  #put(Item: Item) {
    return this.client.send(new PutItemCommand({ TableName: this.tableName, Item }));
  }

  async #checkpoints(): Promise<Item[]> {
    const { Items } = await this.client.send(
      new QueryCommand({
        TableName: this.tableName,
        KeyConditionExpression: 'productId = :p AND begins_with(sk, :c)',
        ExpressionAttributeValues: { ':p': { S: this.productId }, ':c': { S: 'c#' } },
      }),
    );
    return Items ?? [];
  }
}
