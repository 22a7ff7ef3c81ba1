import type { Ranked, ViewStore } from './store';
import { everything } from './store';

const CONTROL = 'control';
const SET_ASIDE = 'setAside';

/** Which generation of the catalogue answers, and which one a rebuild is filling. */
export interface Generations {
  readonly current: number;
  readonly building?: number;
}

export const FIRST: Generations = { current: 1 };

/** A product that can't be indexed. */
export interface SetAside {
  readonly productId: string;
  readonly since: string;
  /** The name of the error. */
  readonly reason: string;
  /** Through when everything was indexed at that time; absent: it was not known. */
  readonly indexedThrough?: string;
}

/** Heartbeats, more than there are ways. */
const MOST_BEATS = 1000;

const BEAT = 'beat';
const beatKey = (slot: number): string => String(slot).padStart(3, '0');

const leastOf = (beats: readonly Ranked[]): string | undefined => beats.map(({ rank }) => rank).sort()[0];

/** What indexers, rebuilds and readers tell each other. */
export class Control {
  constructor(readonly store: ViewStore) {}

  async generations(): Promise<Generations> {
    const found = await this.store.get<Generations>({ view: CONTROL, key: 'generations' });
    if (found === undefined) return FIRST;
    const { current, building } = found;
    return { current, ...(building !== undefined && { building }) };
  }

  async setGenerations(generations: Generations): Promise<void> {
    const item = { view: CONTROL, key: 'generations', ...generations };
    await this.store.put([item]);
  }

  /** Everything that was committed before `at`, and travels the way of this slot, is indexed. */
  async beat(slot: number, at: string): Promise<void> {
    const item: Ranked = { view: BEAT, key: beatKey(slot), rank: at };
    await this.store.replace(item);
  }

  /**
   * Everything that was committed before this time is indexed; undefined: not known.
   * @param slots how many ways there are, each with heartbeats of its own
   */
  async indexedThrough(slots: number): Promise<string | undefined> {
    const range = { after: beatKey(0), before: beatKey(slots - 1), limit: slots };
    const beats = await this.store.page<Ranked>(BEAT, range);
    return beats.length < slots ? undefined : leastOf(beats);
  }

  /** Notes with it through when everything was indexed: that much stays settled. */
  async setAside({ productId, since, reason }: Omit<SetAside, 'indexedThrough'>): Promise<void> {
    const beats = await this.store.page<Ranked>(BEAT, { ...everything, limit: MOST_BEATS });
    const indexedThrough = leastOf(beats);
    const item = { view: SET_ASIDE, key: productId, since, reason };
    await this.store.create({ ...item, ...(indexedThrough !== undefined && { indexedThrough }) });
  }

  async takeBack(productIds: readonly string[]): Promise<void> {
    await this.store.remove(productIds.map((key) => ({ view: SET_ASIDE, key })));
  }

  async allSetAside(): Promise<SetAside[]> {
    const items = await this.store.page<Omit<SetAside, 'productId'> & { key: string }>(SET_ASIDE, {
      ...everything,
      limit: 1000,
    });
    return items.map(({ key, since, reason, indexedThrough }) => ({
      ...{ productId: key, since, reason },
      ...(indexedThrough !== undefined && { indexedThrough }),
    }));
  }

  /** A note of one reader of the stream, such as where it is. */
  async note<T>(name: string): Promise<T | undefined> {
    return (await this.store.get<{ note: T }>({ view: CONTROL, key: name }))?.note;
  }

  async setNote(name: string, note: unknown): Promise<void> {
    const item = { view: CONTROL, key: name, note };
    await this.store.put([item]);
  }
}
