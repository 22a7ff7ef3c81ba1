import { createMemoryStore } from '@hindsight/event-log';
import type { Answer, Client, ImportEvent, LoggedEvent } from '@hindsight/import';
import { createDirectClient } from '../import/direct';

/** The real log in memory, and what was appended to it. */
export interface WatchedClient extends Client {
  readonly appended: string[][];
  /** Called before an append; may throw, or answer in its place. */
  before: (productId: string, events: readonly ImportEvent[]) => Answer | undefined;
  /** Every event of a product, in the order of recording. */
  events(productId: string): Promise<LoggedEvent[]>;
}

export function memoryClient(): WatchedClient {
  const direct = createDirectClient({ store: createMemoryStore(), tableName: 'memory' });
  const client: WatchedClient = {
    ...direct,
    appended: [],
    before: () => undefined,
    async append(productId, events, onConflict) {
      const answer = client.before(productId, events);
      if (answer !== undefined) return answer;
      client.appended.push(events.map(({ eventId }) => `${productId} ${eventId}`));
      return direct.append(productId, events, onConflict);
    },
    async events(productId) {
      const all: LoggedEvent[] = [];
      for await (const event of direct.recorded(productId)) all.push(event);
      return all;
    },
  };
  return client;
}
