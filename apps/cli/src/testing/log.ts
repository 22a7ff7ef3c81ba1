import type { Answer, Client, ProductHead } from '../import/client';
import type { ImportEvent } from '../import/events';

interface Stream {
  readonly ids: string[];
  /** The stock after each of the events. */
  readonly stocks: number[];
}

/** A log in memory behind the client's interface: idempotent by event id, and never short of stock. */
export class MemoryLog implements Client {
  readonly streams = new Map<string, Stream>();
  readonly appended: string[][] = [];
  /** Called before an append is stored; may throw or answer in its place. */
  before: (productId: string, events: readonly ImportEvent[]) => Answer | undefined = () => undefined;

  greet(): Promise<void> {
    return Promise.resolve();
  }

  head(productId: string, version?: number): Promise<ProductHead | undefined> {
    const { ids, stocks } = this.streams.get(productId) ?? { ids: [], stocks: [] };
    const known = version ?? ids.length;
    const lastEventId = ids[known - 1];
    if (lastEventId === undefined) return Promise.resolve(undefined);
    const quantity = String(stocks[known - 1]);
    return Promise.resolve({ version: known, quantity, lastEventId, lastEventVersion: known });
  }

  async append(productId: string, events: readonly ImportEvent[]): Promise<Answer> {
    await Promise.resolve();
    const answer = this.before(productId, events);
    if (answer !== undefined) return answer;
    const known = events.every(({ eventId }) => this.streams.get(productId)?.ids.includes(eventId) === true);
    this.appended.push(events.map(({ eventId }) => `${productId} ${eventId}`));
    for (const { eventId, eventType, quantity } of events) {
      this.add(productId, eventId, eventType === 'productShipped' ? -Number(quantity) : Number(quantity));
    }
    const ids = this.streams.get(productId)?.ids ?? [];
    return { stored: true, known, versions: events.map(({ eventId }) => ids.indexOf(eventId) + 1) };
  }

  /** Records one event, once; throws where the stock would not suffice. */
  add(productId: string, eventId: string, change: number): void {
    const stream = this.streams.get(productId) ?? { ids: [], stocks: [] };
    this.streams.set(productId, stream);
    if (stream.ids.includes(eventId)) return;
    const stock = (stream.stocks.at(-1) ?? 0) + change;
    if (stock < 0) throw new Error(`${productId} is short of stock at ${eventId}`);
    stream.ids.push(eventId);
    stream.stocks.push(stock);
  }
}
