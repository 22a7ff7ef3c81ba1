import { createHash } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { parseEvents, registry, type ProductEvent } from '@hindsight/domain';
import { summaryPartition, type Store, type StoredItem } from '@hindsight/event-log';
import { createProductLog, type ProductLog } from '@hindsight/workflow';
import { closed, opened } from '../support/items';

export type Item = Record<string, unknown> & { sk: string };
type Sent = Record<string, unknown>;

const NOON = Date.parse('2026-03-01T12:00:00.000Z');

/** A product whose items a test can break and mend. */
export class Workshop {
  readonly #log: ProductLog;
  #seconds = 0;
  #items = new Map<string, Item>();

  constructor(
    readonly store: Store,
    readonly productId: string,
  ) {
    const clock = () => new Date(NOON + this.#seconds * 1000);
    // With these, the few events of the log have a tree of several levels.
    const sizes = { shape: { run: 2, node: 3, root: 2 } };
    this.#log = createProductLog({ store, clock, sizes });
  }

  /** One append, a second after the one before; shortages are flagged. */
  async append(...sent: readonly Sent[]): Promise<void> {
    this.#seconds += 1;
    const { productId } = this;
    const parsed = parseEvents(registry, [...sent], { productId, newId: () => '' });
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
    const events: readonly ProductEvent[] = parsed.events;
    await this.#log.append({ productId, events, recordedBy: 'tester', onConflict: 'flag', dryRun: false });
  }

  async repair(): Promise<void> {
    await this.#log.repair(this.productId);
  }

  /** Remembers the items as they are: what `mend` goes back to. */
  async remember(): Promise<void> {
    this.#items = await this.#read();
  }

  /** An item by the start of its sort key. */
  item(prefix: string): Item {
    const item = [...this.#items.values()].find(({ sk }) => sk.startsWith(prefix));
    if (item === undefined) throw new Error(`there is no item ${prefix}…`);
    return opened<Item>(item);
  }

  /** The partition of an item: that of the summaries, or that of the log. */
  #partition(sk: string): string {
    const isSummary = sk.startsWith('root#') || /^\d/.test(sk);
    return isSummary ? summaryPartition(this.productId) : this.productId;
  }

  put(item: Item): Promise<void> {
    const productId = this.#partition(item.sk);
    return this.store.replaceCaches(productId, [closed<StoredItem>({ ...item, productId })], []);
  }

  delete(sk: string): Promise<void> {
    return this.store.replaceCaches(this.#partition(sk), [], [sk]);
  }

  async mend(): Promise<void> {
    const now = await this.#read();
    for (const sk of now.keys()) if (!this.#items.has(sk)) await this.delete(sk);
    for (const [sk, item] of this.#items)
      if (JSON.stringify(now.get(sk)) !== JSON.stringify(item)) await this.put(opened<Item>(item));
  }

  async #read(): Promise<Map<string, Item>> {
    const items = new Map<string, Item>();
    for (const partition of [this.productId, summaryPartition(this.productId)])
      for await (const item of this.store.partition<Item>(partition)) items.set(item.sk, item);
    return items;
  }
}

/** A summary with another content, whole again: nothing but its untruth gives it away. */
export function resealed(item: Item, change: (body: string) => string, through?: number): Item {
  const plain = inflateRawSync(Buffer.from(item['body'] as string, 'base64')).toString();
  const content = JSON.parse(change(plain)) as { readonly through: number };
  const body = deflateRawSync(JSON.stringify({ ...content, through: through ?? content.through })).toString(
    'base64',
  );
  const sk = through === undefined ? item.sk : `root#${String(through).padStart(12, '0')}`;
  const text = [2, item['productId'], sk, item['code'], body].join('|');
  const sum = createHash('sha256').update(text).digest('base64url').slice(0, 8);
  return { ...item, sk, body, sum };
}
