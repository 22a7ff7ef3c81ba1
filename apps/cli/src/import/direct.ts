import type { ConflictPolicy } from '@hindsight/bitemporal';
import { AppendRefusedError, ContentionError, type LatePolicy, type Store } from '@hindsight/event-log';
import {
  freshIn,
  ServerUnavailable,
  type Answer,
  type Client,
  type ImportEvent,
  type LoggedEvent,
} from '@hindsight/import';
import { createProductLog, type EventPage } from '@hindsight/workflow';
import { commandOf } from './command';

/** The table of a log. */
interface LogTable {
  readonly store: Store;
  /** For people. */
  readonly tableName: string;
}

const FORWARD = { direction: 'forward', limit: 200 } as const;

/** How often to retry the append of one batch after losing a race against other writers. */
const TRIES = 8;

const unavailable = (what: string, error: unknown): ServerUnavailable =>
  new ServerUnavailable(`${what}: ${(error as Error).message || (error as Error).name}`, { cause: error });

/**
 * Appends to the log directly, without the gateway and the workflow: same validation, decisions and writes.
 * Methods throw ServerUnavailable if the table can't be reached or stays throttled.
 */
export function createDirectClient({ store, tableName }: LogTable, onLate?: LatePolicy): Client {
  const log = createProductLog({ store });
  const reaching = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      if (error instanceof AppendRefusedError) throw error;
      throw unavailable(what, error);
    }
  };

  async function append(
    productId: string,
    events: readonly ImportEvent[],
    onConflict: ConflictPolicy,
  ): Promise<Answer> {
    const command = commandOf({ productId, body: events, recordedBy: 'import', onLate }, onConflict);
    if ('why' in command) return { stored: false, ...command };
    for (let attempt = 1; ; attempt += 1) {
      try {
        const { events: stored, deduplicated: known } = await log.append(command);
        return { stored: true, fresh: known ? 0 : freshIn(stored) };
      } catch (error) {
        if (!(error instanceof ContentionError) || attempt >= TRIES) throw error;
      }
    }
  }

  async function* pages(
    productId: string,
    read: (after?: string) => Promise<EventPage | undefined>,
  ): AsyncGenerator<LoggedEvent> {
    for (let after: string | undefined, first = true; first || after !== undefined; first = false) {
      const page = await reaching(`the events of ${productId}`, () => read(after));
      if (page === undefined) return;
      yield* page.events as readonly unknown[] as readonly LoggedEvent[];
      after = page.next;
    }
  }

  return {
    greet: () => reaching(`the table ${tableName}`, () => log.ping()),
    async append(productId, events, onConflict) {
      try {
        return await reaching(`an append to ${productId}`, () => append(productId, events, onConflict));
      } catch (error) {
        if (!(error instanceof AppendRefusedError)) throw error;
        const { refusal } = error;
        const problem = refusal.error === 'EventIdReused' ? 'event-id-reused' : refusal.error;
        return { stored: false, problem, why: refusal.detail };
      }
    },
    recorded: (productId) =>
      pages(productId, (after) =>
        log.readRecorded(productId, { ...FORWARD, ...(after !== undefined && { after }) }),
      ),
    effective: (productId, from, to) =>
      pages(productId, (after) =>
        log.readEffective(productId, { ...FORWARD, from, to, ...(after !== undefined && { after }) }),
      ),
  };
}
