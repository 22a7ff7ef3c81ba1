import { createHash } from 'node:crypto';
import type { EventReference, ProductState, Snapshot } from '@hindsight/domain';
import { checkpointKey, placeOf } from './keys';

/** Of states in one checkpoint, in UTF-8: with its keys it stays under the 4 KB of one read unit. */
const BYTES = 3072;

/**
 * A checkpoint: the states from one place on, as known through `version`. A cache, made where the states stored
 * with the events are stale. A reader uses it only where the log's own account
 * (stale.ts) finds that it includes enough.
 */
export interface CheckpointItem {
  readonly productId: string;
  /** `c#<place of the first state>` */
  readonly sk: string;
  readonly version: number;
  /** Names the code that made the states. */
  readonly code: string;
  /** JSON of `Body`; its text is what `sum` is of. */
  readonly body: string;
  readonly sum: string;
}

interface Body {
  readonly states: readonly (Snapshot | { readonly last: EventReference; readonly quantity: string })[];
  /** The place of the next fact as known through `version`; null: there was none. */
  readonly next: string | null;
}

/** A checkpoint that was found whole and made by this code. */
export interface Checkpoint {
  readonly version: number;
  readonly snapshots: readonly Snapshot[];
  readonly next: string | null;
}

const sumOf = (item: Omit<CheckpointItem, 'sum'>): string =>
  createHash('sha256')
    .update(`${item.productId}|${item.sk}|${item.version}|${item.code}|${item.body}`)
    .digest('base64url')
    .slice(0, 16);

/** Collects states until the checkpoint is full. */
export class CheckpointBuilder {
  readonly #snapshots: Snapshot[] = [];
  #bytes = 0;

  constructor(
    readonly options: { readonly productId: string; readonly version: number; readonly code: string },
  ) {}

  get empty(): boolean {
    return this.#snapshots.length === 0;
  }

  /** @returns false where it is full, and then leaves the state out */
  add(snapshot: Snapshot): boolean {
    const bytes = this.#bytes + Buffer.byteLength(JSON.stringify(shorten(snapshot, this.#snapshots.at(-1))));
    if (!this.empty && bytes > BYTES) return false;
    this.#snapshots.push(snapshot);
    this.#bytes = bytes;
    return true;
  }

  /** @param next the place of the fact after the last one added; null: there is none */
  build(next: string | null): CheckpointItem {
    const { productId, version, code } = this.options;
    const [first] = this.#snapshots;
    if (first === undefined) throw new Error('a checkpoint has at least one state');
    const states = this.#snapshots.map((snapshot, index) => shorten(snapshot, this.#snapshots[index - 1]));
    const item = {
      productId,
      sk: checkpointKey(placeOf(first.last)),
      version,
      code,
      body: JSON.stringify({ states, next }),
    };
    return { ...item, sum: sumOf(item) };
  }
}

const withQuantity = (state: ProductState, quantity: string): ProductState => ({
  ...state,
  quantity,
  status: quantity === '0' ? 'outOfStock' : 'available',
});

/** Most facts change the quantity alone: those need not repeat the rest. */
function shorten(snapshot: Snapshot, previous: Snapshot | undefined): Body['states'][number] {
  const { state, last } = snapshot;
  if (previous === undefined || state.conflicts || previous.state.conflicts) return snapshot;
  const same = JSON.stringify(withQuantity(previous.state, state.quantity)) === JSON.stringify(state);
  return same ? { last, quantity: state.quantity } : snapshot;
}

/** What a stored checkpoint says; undefined where it is damaged, half written or made by other code. */
export function readCheckpoint(item: CheckpointItem, code: string): Checkpoint | undefined {
  if (item.code !== code || item.sum !== sumOf(item)) return undefined;
  const { states, next } = JSON.parse(item.body) as Body;
  const snapshots: Snapshot[] = [];
  for (const entry of states) {
    const previous = snapshots.at(-1);
    if ('state' in entry) snapshots.push(entry);
    else if (previous === undefined) return undefined;
    else snapshots.push({ state: withQuantity(previous.state, entry.quantity), last: entry.last });
  }
  return { version: item.version, snapshots, next };
}
