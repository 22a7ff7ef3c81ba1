import { createHash } from 'node:crypto';
import { parseEvents, registry, type ProductEvent } from '@hindsight/domain';
import type { Store, StoredItem } from '@hindsight/event-log';
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
    this.#log = createProductLog({ store, clock });
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

  put(item: Item): Promise<void> {
    const { productId } = this;
    return this.store.replaceCaches(productId, [closed<StoredItem>({ ...item, productId })], []);
  }

  delete(sk: string): Promise<void> {
    return this.store.replaceCaches(this.productId, [], [sk]);
  }

  async mend(): Promise<void> {
    const now = await this.#read();
    for (const sk of now.keys()) if (!this.#items.has(sk)) await this.delete(sk);
    for (const [sk, item] of this.#items)
      if (JSON.stringify(now.get(sk)) !== JSON.stringify(item)) await this.put(opened<Item>(item));
  }

  async #read(): Promise<Map<string, Item>> {
    const items = new Map<string, Item>();
    for await (const item of this.store.partition<Item>(this.productId)) items.set(item.sk, item);
    return items;
  }
}

/** A snapshot with another content, whole again: nothing but its untruth gives it away. */
export function resealed(item: Item, change: (body: string) => string, version = item['version']): Item {
  const body = change(item['body'] as string);
  const text = [item['productId'], item.sk, version, item['code'], body].join('|');
  const sum = createHash('sha256').update(text).digest('base64url').slice(0, 16);
  return { ...item, version, body, sum };
}
