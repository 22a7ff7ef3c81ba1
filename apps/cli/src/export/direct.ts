import { EXIT, Failure } from '../exit';
import type { Store } from '@hindsight/event-log';
import { createProductLog } from '@hindsight/workflow';
import type { LoggedEvent } from '@hindsight/import';
import type { Source } from './source';

const FORWARD = { direction: 'forward', limit: 200 } as const;

interface Page<T> {
  readonly items: readonly T[];
  readonly next?: string | undefined;
}

async function* allOf<T>(read: (after?: string) => Promise<Page<T> | undefined>): AsyncGenerator<T> {
  for (let after: string | undefined, first = true; first || after !== undefined; first = false) {
    const page = await read(after);
    if (page === undefined) return;
    yield* page.items;
    after = page.next;
  }
}

/** The first moment that is later. */
const next = (time: string): string => new Date(Date.parse(time) + 1).toISOString();
const continuing = (after: string | undefined) => ({ ...FORWARD, ...(after !== undefined && { after }) });

/** Reads the log in its table, without a server. */
export function directSource(store: Store): Source {
  const log = createProductLog({ store });
  return {
    async products() {
      const found: string[] = [];
      for await (const productId of store.partitions()) found.push(productId);
      return found.sort();
    },
    events: (productId, { knownAt }) =>
      allOf(async (after) => {
        const page = await log.readRecorded(productId, { ...continuing(after), to: next(knownAt) });
        return (
          page && { items: page.events as readonly unknown[] as readonly LoggedEvent[], next: page.next }
        );
      }),
    ledger: (productId, { knownAt, asOf }) =>
      allOf(async (after) => {
        const options = { ...continuing(after), knownAt, to: next(asOf) };
        const page = await log.timeline(productId, options);
        return page && { items: page.entries, next: page.next };
      }),
    feed() {
      const text = 'the order of the feed is kept by a server; export it without --direct';
      throw new Failure(text, EXIT.usage);
    },
    async state(productId, moment) {
      const answer = await log.stateAt(productId, moment);
      return answer.found ? { ...answer.state, version: answer.version } : undefined;
    },
  };
}
