import { Problem } from '../problems';

/** A stream as seen by the limit. */
export interface Slot {
  /** Called when another client takes over the slot. */
  onLost: () => void;
  release(): void;
}

/**
 * Limits the streams of a process. A slot is taken before anything is awaited, so the limit applies however
 * many requests arrive at once. If all slots are taken, a client with at least two streams fewer than the
 * client with the most streams takes over the oldest slot of that client. The displaced stream ends. An
 * EventSource reconnects automatically, and clients end up with equal shares.
 */
export class StreamSlots {
  #taken = 0;
  readonly #byClient = new Map<string, Set<Slot>>();

  constructor(
    readonly most: number,
    readonly what = 'live tails',
  ) {}

  /** @throws Problem too-many-streams */
  take(client: string): Slot {
    if (this.#taken >= this.most) this.#makeRoom(client);
    const own = this.#byClient.get(client) ?? new Set();
    this.#byClient.set(client, own);
    const slot: Slot = { onLost: () => undefined, release: () => this.#release(client, slot) };
    own.add(slot);
    this.#taken += 1;
    return slot;
  }

  #makeRoom(client: string): void {
    const own = this.#byClient.get(client)?.size ?? 0;
    const [[richest, slots] = ['', new Set<Slot>()]] = [...this.#byClient].sort(
      ([, one], [, other]) => other.size - one.size,
    );
    const [oldest] = slots;
    if (oldest === undefined || slots.size < own + 2) {
      throw new Problem('too-many-streams', `there are ${this.most} ${this.what} already`, {
        headers: { 'Retry-After': '10' },
      });
    }
    this.#release(richest, oldest);
    oldest.onLost();
  }

  #release(client: string, slot: Slot): void {
    const own = this.#byClient.get(client);
    if (own?.delete(slot) !== true) return;
    this.#taken -= 1;
    if (own.size === 0) this.#byClient.delete(client);
  }
}
