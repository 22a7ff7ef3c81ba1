import { createHash } from 'node:crypto';
import {
  assert,
  type Content,
  type Domain,
  type EventReference,
  type Judged,
  type StateAt,
} from '@hindsight/bitemporal';
import { itemKey, positionKey, snapshotKey, streamOf, type ItemKey } from './keys';

/** Of the states in one snapshot, in UTF-8: with its keys it stays under the 4 KB of one read unit. */
const MAX_BYTES = 3072;

/**
 * A snapshot: the states from one position on, as known through `version`. A cache, made where the states stored with
 * the events are invalidated. A reader uses it only if the log itself says that it includes enough (validity.ts).
 */
export type SnapshotItem = ItemKey & {
  readonly version: number;
  /** The revision of the code that made the states. */
  readonly code: string;
  /** JSON of `Body`; `sum` is of its text. */
  readonly body: string;
  readonly sum: string;
};

type StoredState = Readonly<Record<string, unknown>>;

/** The state after one event: whole, or what differs from the state before it in the snapshot. */
type Entry = { readonly last: EventReference } & (
  { readonly state: StoredState } | { readonly changed: StoredState }
);

interface Body {
  readonly states: readonly Entry[];
  /** The position of the next effective event as known through `version`; null: there was none. */
  readonly next: string | null;
}

/** A snapshot that was found whole, made by code that this code trusts. */
export interface Snapshot<State> {
  readonly version: number;
  readonly states: readonly StateAt<State>[];
  readonly next: string | null;
}

const sumOf = (item: Omit<SnapshotItem, 'sum'>): string =>
  createHash('sha256')
    .update(`${streamOf(item)}|${item.sk}|${item.version}|${item.code}|${item.body}`)
    .digest('base64url')
    .slice(0, 16);

/** Most events change one or two fields: their states need not repeat the rest. */
function changedFields(state: StoredState, before: StoredState): StoredState | undefined {
  const names = Object.keys(state);
  if (state['conflicts'] !== undefined || names.length !== Object.keys(before).length) return undefined;
  if (!names.every((name) => name in before)) return undefined;
  return Object.fromEntries(
    names
      .filter((name) => JSON.stringify(state[name]) !== JSON.stringify(before[name]))
      .map((name) => [name, state[name]]),
  );
}

/** Collects states until the snapshot is full. */
export class SnapshotBuilder<State extends Judged, Event extends Content> {
  readonly #entries: Entry[] = [];
  #previous: StoredState | undefined;
  #bytes = 0;

  constructor(
    readonly domain: Pick<Domain<State, Event>, 'codec' | 'revision'>,
    readonly log: { readonly streamId: string; readonly version: number },
  ) {}

  get empty(): boolean {
    return this.#entries.length === 0;
  }

  /** @returns false if it is full, and then leaves the state out */
  add({ state, last }: StateAt<State>): boolean {
    const stored = this.domain.codec.storeState(state);
    const changed = this.#previous && changedFields(stored, this.#previous);
    const entry = changed === undefined ? { last, state: stored } : { last, changed };
    const bytes = this.#bytes + Buffer.byteLength(JSON.stringify(entry));
    if (!this.empty && bytes > MAX_BYTES) return false;
    this.#entries.push(entry);
    this.#previous = stored;
    this.#bytes = bytes;
    return true;
  }

  /** @param next the position of the effective event after the last one added; null: there is none */
  build(next: string | null): SnapshotItem {
    const { streamId, version } = this.log;
    const [first] = this.#entries;
    assert(first !== undefined, 'a snapshot has at least one state');
    const body: Body = { states: this.#entries, next };
    const item = {
      ...itemKey(streamId, snapshotKey(positionKey(first.last))),
      version,
      code: this.domain.revision,
      body: JSON.stringify(body),
    };
    return { ...item, sum: sumOf(item) };
  }
}

/** Whether a state of that revision may be used. */
export const isTrusted = <State extends Judged, Event extends Content>(
  domain: Pick<Domain<State, Event>, 'revision' | 'trusts'>,
  revision: string,
): boolean => revision === domain.revision || domain.trusts(revision);

/** The content of a stored snapshot; undefined if it is damaged, half written or made by code that is not trusted. */
export function readSnapshot<State extends Judged, Event extends Content>(
  domain: Domain<State, Event>,
  item: SnapshotItem,
): Snapshot<State> | undefined {
  if (!isTrusted(domain, item.code) || item.sum !== sumOf(item)) return undefined;
  const { states, next } = JSON.parse(item.body) as Body;
  const read: StateAt<State>[] = [];
  let stored: StoredState | undefined;
  for (const entry of states) {
    if ('state' in entry) stored = entry.state;
    else if (stored !== undefined && 'changed' in entry) stored = { ...stored, ...entry.changed };
    else return undefined;
    read.push({ state: domain.codec.loadState(streamOf(item), stored), last: entry.last });
  }
  return { version: item.version, states: read, next };
}
