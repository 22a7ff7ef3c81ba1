import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';

type Item = Readonly<Record<string, { readonly S?: string } | undefined>>;

interface WriteRequest {
  readonly TableName?: string;
  readonly Item?: Item;
  readonly TransactItems?: readonly { readonly Put?: WriteRequest }[];
  readonly RequestItems?: Readonly<Record<string, readonly { readonly PutRequest?: WriteRequest }[]>>;
}

/** The puts of a request, each with its table. */
function putsIn({ TableName, Item, TransactItems = [], RequestItems = {} }: WriteRequest): WriteRequest[] {
  return [
    ...(Item === undefined ? [] : [{ ...(TableName !== undefined && { TableName }), Item }]),
    ...TransactItems.flatMap(({ Put }) => (Put === undefined ? [] : [Put])),
    ...Object.entries(RequestItems).flatMap(([table, writes]) =>
      writes.flatMap(({ PutRequest }) =>
        PutRequest === undefined ? [] : [{ ...PutRequest, TableName: table }],
      ),
    ),
  ];
}

/** The products to which a request writes events. */
export function productsIn(request: unknown, tableName: string): string[] {
  const products = putsIn(request as WriteRequest).flatMap(({ TableName, Item = {} }) => {
    const productId = Item['productId']?.S;
    const isEvent = TableName === tableName && Item['sk']?.S?.startsWith('v#') === true;
    return isEvent && productId !== undefined ? [productId] : [];
  });
  return [...new Set(products)];
}

/**
 * The products that have been written to and are not indexed yet: this machine's stream of changes.
 *
 * The embedded engine has a stream of its own, like DynamoDB's. It never removes a record, and with each write it looks
 * for the greatest number among all of them, so that every write gets slower for ever. Every write passes through this
 * process anyway.
 */
export class Writes {
  /** When each request in flight began. */
  readonly #inFlight = new Set<{ readonly since: number }>();
  /** When the first request began that made a product's views out of date. */
  readonly #changed = new Map<string, number>();
  #wake: () => void = () => undefined;

  constructor(
    readonly tableName: string,
    readonly now: () => number = Date.now,
  ) {}

  /** A request begins. @returns to be called when it has ended, in whatever way */
  begin(request: unknown): () => void {
    const products = productsIn(request, this.tableName);
    if (products.length === 0) return () => undefined;
    const own = { since: this.now() };
    this.#inFlight.add(own);
    return () => {
      this.#inFlight.delete(own);
      this.changed(products, own.since);
    };
  }

  changed(products: Iterable<string>, since = this.now()): void {
    for (const product of products) {
      const known = this.#changed.get(product) ?? since;
      this.#changed.set(product, Math.min(known, since));
    }
    this.#wake();
  }

  /** Products to be indexed, and since when; they are given back if that fails. */
  take(most: number): Map<string, number> {
    const taken = new Map([...this.#changed].slice(0, most));
    for (const product of taken.keys()) this.#changed.delete(product);
    return taken;
  }

  giveBack(taken: ReadonlyMap<string, number>): void {
    for (const [product, since] of taken) this.changed([product], since);
  }

  /** Everything that was committed before this time has been taken. */
  get takenBefore(): number {
    const since = [...this.#inFlight].map((one) => one.since);
    return Math.min(this.now(), ...since, ...this.#changed.values());
  }

  get isEmpty(): boolean {
    return this.#changed.size === 0;
  }

  /** Resolves when there is something to take, or after a while. */
  async next(longestMs: number): Promise<void> {
    if (!this.isEmpty) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, longestMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = () => undefined;
  }

  /** Ends a wait. */
  wake(): void {
    this.#wake();
  }
}

/** Observes the writes of a client whose engine runs somewhere else. */
export function observed<C extends DynamoDBClient>(client: C, writes: Writes): C {
  client.middlewareStack.add(
    (next) => async (args) => {
      const ended = writes.begin(args.input);
      try {
        return await next(args);
      } finally {
        ended();
      }
    },
    { step: 'initialize', name: 'observedWrites' },
  );
  return client;
}
