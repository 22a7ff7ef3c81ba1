import assert from 'node:assert/strict';
import { TailClient } from '../../../apps/gateway/src/testing/sse';
import type { Random } from '../../crash/client';
import { waitFor } from './waiting';

interface Entry {
  readonly event: { readonly productId: string; readonly version: number };
}

/** A connection on which nothing comes for so long is given up. */
const QUIET_MS = 10_000;
/** Messages until the follower drops its connection. */
const LONGEST = 2_000;

/** Follows the feed from its beginning, and loses its connection at random. */
export class Follower {
  /** The newest version of each product that came. */
  readonly heads = new Map<string, number>();
  events = 0;
  connections = 0;
  #stopped = false;
  #lastEventId = '';

  constructor(
    readonly url: string,
    readonly random: Random,
  ) {}

  /** @throws if an event comes twice, or not in the order of versions */
  async run(): Promise<void> {
    while (!this.#stopped) {
      // A server that was killed is started again on the same port.
      const tail = await this.#open().catch(() => undefined);
      if (tail === undefined) await waitFor(50);
      else await this.#read(tail, 1 + Math.floor(this.random() * LONGEST));
    }
  }

  /** Follows until it has this many events, and ends; gives up when nothing comes for a while. */
  async until(events: number, withinMs: number): Promise<void> {
    let [last, since] = [this.events, Date.now()];
    while (this.events < events && Date.now() - since < withinMs) {
      await waitFor(20);
      if (this.events > last) [last, since] = [this.events, Date.now()];
    }
    this.#stopped = true;
    assert.equal(this.events, events, 'the follower has every event');
  }

  stop(): void {
    this.#stopped = true;
  }

  async #open(): Promise<TailClient> {
    const headers = this.#lastEventId === '' ? {} : { 'Last-Event-ID': this.#lastEventId };
    const tail = await TailClient.open(`${this.url}/events/stream?cursor=1.0`, headers);
    this.connections += 1;
    return tail;
  }

  async #read(tail: TailClient, messages: number): Promise<void> {
    for (let left = messages; left > 0 && !this.#stopped; left -= 1) {
      const message = await Promise.race([tail.next().catch(() => undefined), waitFor(QUIET_MS)]);
      if (message === undefined) break;
      this.#take((message.data as Entry).event);
      this.#lastEventId = message.id ?? '';
    }
    tail.close();
  }

  #take({ productId, version }: Entry['event']): void {
    const expected = (this.heads.get(productId) ?? 0) + 1;
    assert.equal(version, expected, `of ${productId}, version ${version} came where ${expected} had to`);
    this.heads.set(productId, version);
    this.events += 1;
  }
}
