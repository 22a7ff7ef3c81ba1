import { createMemoryStore, type Range, type Store, type StoredItem } from '@hindsight/event-log';
import { overriding } from '../support/overriding';

type Random = () => number;
type Breaking = (store: Store, random: Random) => Store;

const isEvent = ({ sk }: StoredItem) => sk.startsWith('v#');

/** Stores items whatever is there. */
async function put(store: Store, items: readonly StoredItem[]): Promise<'stored'> {
  for (const item of items) await store.replaceCaches(item.productId, [item], []);
  return 'stored';
}

/** A store some of whose queries see a copy that is up to three writes behind. */
function lagging(store: Store, random: Random, lags: (range: Range) => boolean): Store {
  const copy = createMemoryStore();
  const waiting: (() => Promise<unknown>)[] = [];
  const later = (write: () => Promise<unknown>) => void waiting.push(write);
  const catchUp = async () => {
    const behind = Math.floor(random() * 4);
    while (waiting.length > behind) await waiting.shift()?.();
  };
  return overriding(store, {
    append: async (items: readonly StoredItem[]) => {
      const outcome = await store.append(items);
      if (outcome === 'stored') later(() => copy.append(items));
      return outcome;
    },
    replaceCaches: async (streamId, puts, deletes) => {
      await store.replaceCaches(streamId, puts, deletes);
      later(() => copy.replaceCaches(streamId, puts, deletes));
    },
    page: async <T>(streamId: string, range: Range) => {
      if (!lags(range)) return store.page<T>(streamId, range);
      await catchUp();
      return copy.page<T>(streamId, range);
    },
  });
}

/** Stores that break what the log relies on, each in one way. */
export const brokenStores: Readonly<Record<string, Breaking>> = {
  'no condition on what is written': (store) => overriding(store, { append: (items) => put(store, items) }),
  'half a batch is written': (store) =>
    overriding(store, {
      append: (items) => store.append(items.filter(isEvent).length > 1 ? items.slice(0, -1) : items),
    }),
  'the head is read eventually consistent': (store, random) =>
    lagging(store, random, ({ index }) => index === undefined),
  'the ids are read eventually consistent': (store, random) =>
    lagging(store, random, ({ index }) => index?.name === 'byId'),
  'the keys that a batch of reads left undone are not asked for again': (store, random) =>
    overriding(store, {
      getAll: <T>(streamId: string, keys: readonly string[]) => {
        const done = random() < 0.1 ? Math.ceil(keys.length / 2) : keys.length;
        return store.getAll<T>(streamId, keys.slice(0, done));
      },
    }),
};
