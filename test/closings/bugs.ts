import { periodLock, type PeriodLock, type Store, type StoredItem } from '@hindsight/event-log';
import { overriding } from '../support/overriding';

/** What a run is made of, where bugs can be put in. Every clock is in milliseconds. */
export interface Parts {
  /** What a writer knows of the closed period; its clocks are a steady one and that of the day. */
  lock(store: Store, clocks: readonly (() => number)[]): PeriodLock;
  /** The store of a writer. */
  store(store: Store): Store;
  /** From the moment at which a closing is seen to its K. */
  waitMs(right: number): number;
  /** The clock by which K is chosen. */
  clock(indexer: () => Date, gateway: () => Date): () => Date;
  /** After how long an answer is taken for final. */
  settleMs(right: number): number;
}

export const right: Parts = {
  lock: (store, clocks) => periodLock(store, { clocks }),
  store: (store) => store,
  waitMs: (ms) => ms,
  clock: (indexer) => indexer,
  settleMs: (ms) => ms,
};

/** An event that was carried counts where it was sent to after all. */
function uncarried(item: StoredItem): StoredItem {
  const { carriedFrom, effectiveKey, event } = item as { readonly [name: string]: string };
  if (carriedFrom === undefined || effectiveKey === undefined || event === undefined) return item;
  const content = { ...(JSON.parse(event) as object), effectiveAt: carriedFrom };
  return {
    ...item,
    effectiveAt: carriedFrom,
    effectiveKey: `${carriedFrom}${effectiveKey.slice(24)}`,
    event: JSON.stringify(content),
  };
}

/** A lock that is kept for a while by one clock. */
function keptBy(store: Store, clock: () => number): PeriodLock {
  let [known, at]: [ReturnType<PeriodLock['current']> | undefined, number] = [undefined, 0];
  return {
    async current() {
      if (known === undefined || clock() - at > 2_000) {
        const period = await periodLock(store).current();
        [known, at] = [Promise.resolve(period), clock()];
      }
      return known;
    },
  };
}

/** Plausible bugs, each a part that breaks what the others rely on. The campaign must find every one. */
export const bugs: Readonly<Record<string, Partial<Parts>>> = {
  'a lock is kept too long': {
    lock: (store, clocks) => periodLock(store, { clocks, keptMs: 30_000 }),
  },
  // A clock that is set back makes what is known young again.
  'a lock is kept by the clock of the day alone': {
    lock: (store, [, day = () => 0]) => keptBy(store, day),
  },
  'K is taken too early': { waitMs: () => 0 },
  'K is chosen by the clock of a gateway': { clock: (_, gateway) => gateway },
  'a report does not wait until K is settled': { settleMs: () => -60_000 },
  'a carry keeps its time': {
    store: (store) => overriding(store, { append: (items) => store.append(items.map(uncarried)) }),
  },
};
