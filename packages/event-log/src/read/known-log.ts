import type { Registry, Snapshot } from '@hindsight/domain';
import { highOf, tipOf, type EventItem } from '../storage/items';
import { eventKey, keySchema, LAST } from '../storage/keys';
import { decodeStale, type Stale } from './validity';
import { within, type Store } from '../storage/store';

/** The first moment that RFC 3339 can write, in milliseconds. */
export const EARLIEST = Date.parse('0000-01-01T00:00:00.000Z');

/** The log of one product as known through one version. */
export interface View {
  readonly productId: string;
  /** 0: no event yet. */
  readonly version: number;
  readonly recordedAt: string;
  /** The product after its last fact; null: nothing counts; undefined: has to be folded. */
  readonly tip: Snapshot | null | undefined;
  /** The latest effective time of any event so far; '' when there is none. */
  readonly high: string;
  readonly stale: Stale;
  /** The states stored so far were made by other code, and none of them will do. */
  readonly otherCode: boolean;
}

export const emptyView = (productId: string): View => ({
  productId,
  version: 0,
  recordedAt: '',
  tip: null,
  high: '',
  stale: [],
  otherCode: false,
});

/** What one event item says of the whole log through its version. */
export function viewOf(registry: Registry, item: EventItem): View {
  const { productId, version, recordedAt, code } = item;
  const trusted = code === registry.reducersVersion;
  return {
    productId,
    version,
    recordedAt,
    high: highOf(item),
    tip: trusted ? tipOf(item) : undefined,
    // States made by other code are stale everywhere; only those made since then by this code will do.
    stale: trusted ? decodeStale(item.stale) : [{ from: EARLIEST, to: Date.parse(highOf(item)), version }],
    otherCode: !trusted,
  };
}

/** Looks at a head at most; items of one transaction become visible within milliseconds of each other. */
const LOOKS = 4;

/**
 * The newest event, in one request. A query may see a transaction half done: where the newest event is not the last of
 * its append, it looks again.
 */
export async function headItem(store: Store, productId: string): Promise<EventItem | undefined> {
  let head: EventItem | undefined;
  for (let look = 0; look < LOOKS; look += 1) {
    const { items } = await store.page<EventItem>(productId, { ...within('v#'), backward: true, limit: 1 });
    [head] = items;
    if (head === undefined || head.recordedKey !== undefined) break;
  }
  return head;
}

export async function itemAtVersion(
  store: Store,
  productId: string,
  version: number,
): Promise<EventItem | undefined> {
  return store.get<EventItem>(productId, eventKey(version));
}

/** The newest event recorded at or before a time, in one request. */
export async function itemKnownAt(
  store: Store,
  productId: string,
  knownAt: string,
): Promise<EventItem | undefined> {
  const range = {
    index: keySchema.byRecorded,
    after: ' ',
    before: `${knownAt}#${LAST}`,
    backward: true,
    limit: 1,
  };
  const { items } = await store.page<EventItem>(productId, range);
  return items[0];
}
