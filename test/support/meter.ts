import type { ConsumedCapacity, DynamoDBClient } from '@aws-sdk/client-dynamodb';

export interface Usage {
  /** Requests by operation, such as `Query`. */
  readonly requests: Readonly<Record<string, number>>;
  readonly readRequests: number;
  /** As the engine counts them (`ReturnConsumedCapacity`). */
  readonly readUnits: number;
  readonly itemsRead: number;
  /** Items of each transaction, in order. */
  readonly transactions: readonly number[];
}

const READS = new Set(['Query', 'GetItem', 'BatchGetItem', 'TransactGetItems', 'Scan']);

/** Counts the traffic of a client. */
export class Meter {
  #requests: Record<string, number> = {};
  #readUnits = 0;
  #itemsRead = 0;
  #transactions: number[] = [];

  constructor(client: DynamoDBClient) {
    client.middlewareStack.add(
      (next, context) => async (args) => {
        const name = String(context.commandName).replace(/Command$/, '');
        const result = await next({
          ...args,
          input: { ...args.input, ReturnConsumedCapacity: 'TOTAL' },
        });
        this.#count(name, args.input, result.output);
        return result;
      },
      { step: 'initialize', name: 'meter', priority: 'high' },
    );
  }

  #count(name: string, input: unknown, output: unknown): void {
    this.#requests[name] = (this.#requests[name] ?? 0) + 1;
    if (name === 'TransactWriteItems')
      this.#transactions.push((input as { TransactItems: unknown[] }).TransactItems.length);
    if (!READS.has(name)) return;
    const { ConsumedCapacity: used, ScannedCount = 1 } = output as {
      ConsumedCapacity?: ConsumedCapacity | ConsumedCapacity[];
      ScannedCount?: number;
    };
    this.#itemsRead += ScannedCount;
    for (const { CapacityUnits = 0 } of [used ?? []].flat()) this.#readUnits += CapacityUnits;
  }

  /** The resources that some work used. */
  async of(work: () => Promise<unknown>): Promise<Usage> {
    [this.#requests, this.#readUnits, this.#itemsRead, this.#transactions] = [{}, 0, 0, []];
    await work();
    const reads = Object.entries(this.#requests).filter(([name]) => READS.has(name));
    return {
      requests: this.#requests,
      readRequests: reads.reduce((sum, [, count]) => sum + count, 0),
      readUnits: this.#readUnits,
      itemsRead: this.#itemsRead,
      transactions: this.#transactions,
    };
  }
}
