import type { ProductLogReader, Followed } from '@hindsight/workflow';
import type { Response } from 'express';
import type { FairQueue } from '../fair-queue';
import { EventStream } from './event-stream';
import type { Every, Heads } from './heads';
import { adjustmentId, eventId, type Position } from './position';
import { TailPlaces } from './tail-places';

export interface TailSettings {
  /** Streams at once in this process. */
  readonly tails: number;
  /** Streams that read from the log at once, each a few events. */
  readonly tailReads: number;
  /** Between two signs of life to a client that gets nothing else, in milliseconds. */
  readonly tailHeartbeat: number;
  /** Between two looks for events that another process appended, in milliseconds. */
  readonly tailPoll: number;
  /** How long a stream lasts at most, in milliseconds; the client comes back, and is authorized again. */
  readonly tailLongest: number;
  /** When a client whose stream has ended comes back, in milliseconds. */
  readonly tailRetry: number;
  /**
   * 0: a stream lasts until its client goes. Otherwise it ends after what is there, once it has more bytes than
   * this, for platforms that hand an answer over whole; the client comes back by itself.
   */
  readonly tailBatch: number;
}

export interface Tail {
  readonly productId: string;
  /** Where the client is. */
  readonly position: Position;
  /** The newest version when it asked. */
  readonly head: number;
  readonly adjustments: boolean;
}

interface Parts {
  readonly log: ProductLogReader;
  readonly heads: Heads;
  readonly every: Every;
  readonly settings: TailSettings;
  /** Limits the pages in memory: see `#sendSome`. */
  readonly reads: FairQueue;
  /** Aborted when the server closes. */
  readonly closing: AbortSignal | undefined;
}

/** Events that a client gets in one turn, read in one request: few at first, more while it keeps up. */
const FIRST_TURN = 3;
const LONGEST_TURN = 24;

interface Sent {
  readonly position: Position;
  /** The log may have more for the client. */
  readonly hasMore: boolean;
  /** The stream is long enough, on a platform that hands answers over whole. */
  readonly isFull: boolean;
}

/**
 * The streams of this process. Each of them reads from the log at the pace of its client: a turn reads a few events and
 * ends as soon as the client's connection is full; the rest of what was read is dropped, and read again when the client
 * has taken what it was sent. So a client that is behind costs what its connection buffers, and one event. How many
 * turns run at once is limited, for all clients and for each.
 */
export class Tails {
  readonly #places: TailPlaces;

  constructor(readonly parts: Parts) {
    this.#places = new TailPlaces(parts.settings.tails);
  }

  /**
   * @param begin finds out where the stream begins; called once there is a place for it
   * @throws Problem too-many-streams, and what `begin` throws
   */
  async run(response: Response, client: string, begin: () => Promise<Tail>): Promise<void> {
    const place = this.#places.take(client);
    try {
      const lost = new AbortController();
      place.onLost = () => lost.abort();
      // In turns like all reads: a thousand clients that come back at once leave the storage to others.
      const tail = await this.parts.reads.run(client, begin);
      await this.#stream(response, client, tail, lost.signal);
    } finally {
      place.release();
    }
  }

  async #stream(response: Response, client: string, tail: Tail, lost: AbortSignal): Promise<void> {
    const { settings, closing, every } = this.parts;
    const stream = new EventStream(response, settings.tailRetry);
    const end = (): void => stream.end();
    const signals = [lost, ...(closing === undefined ? [] : [closing])];
    for (const signal of signals) signal.addEventListener('abort', end);
    if (signals.some(({ aborted }) => aborted)) end();
    const stops = [every(settings.tailHeartbeat, () => stream.beat()), every(settings.tailLongest, end)];
    try {
      stream.write(startOf(tail.position));
      await (settings.tailBatch > 0
        ? this.#sendAll(stream, client, tail)
        : this.#sendAndFollow(stream, client, tail));
    } finally {
      for (const stop of stops) stop();
      for (const signal of signals) signal.removeEventListener('abort', end);
      stream.end();
    }
  }

  /** Until the client goes or the server closes. */
  async #sendAndFollow(stream: EventStream, client: string, tail: Tail): Promise<void> {
    const watch = this.parts.heads.watch(tail.productId, tail.head);
    const end = (): void => watch.end();
    stream.gone.addEventListener('abort', end);
    try {
      let { position } = tail;
      while (!stream.gone.aborted) {
        position = await this.#sendAll(stream, client, { ...tail, position });
        await watch.beyond(position.version);
      }
    } finally {
      watch.end();
      stream.gone.removeEventListener('abort', end);
    }
  }

  /** What there is after a position, turn by turn. @returns the position after it */
  async #sendAll(stream: EventStream, client: string, tail: Tail): Promise<Position> {
    const { reads } = this.parts;
    let sent: Sent = { position: tail.position, hasMore: true, isFull: false };
    let inATurn = FIRST_TURN;
    while (sent.hasMore && !stream.gone.aborted) {
      await stream.drained();
      const { position } = sent;
      sent = await reads.run(client, () => this.#sendSome(stream, { ...tail, position }, inATurn));
      inATurn = stream.isBehind ? FIRST_TURN : Math.min(2 * inATurn, LONGEST_TURN);
      if (sent.isFull) break;
    }
    return sent.position;
  }

  async #sendSome(stream: EventStream, tail: Tail, most: number): Promise<Sent> {
    const { log, heads, settings } = this.parts;
    const { tailBatch } = settings;
    const { productId, position, adjustments } = tail;
    const again = adjustments && !position.whole && position.version > 0;
    let { version } = position;
    let left = most;
    // One item more tells what the first event changed.
    const options = { after: version, adjustments, again, atOnce: most + 1 };
    for await (const followed of log.follow(productId, options)) {
      const told = tell(stream, followed, position);
      version = followed.event.version;
      heads.reached(productId, version);
      left -= 1;
      // Never without a message: the client would come back to where it was.
      const isFull = told && tailBatch > 0 && stream.bytes > tailBatch;
      if (stream.gone.aborted || stream.isBehind || isFull || left === 0)
        return { position: { version, whole: true }, hasMore: true, isFull };
    }
    return { position: { version, whole: true }, hasMore: false, isFull: false };
  }
}

/**
 * Where the stream begins, so that a client comes back there even if it receives nothing else. It has data, because some
 * clients ignore the id of a message without data, and a type of its own, because it is no event.
 */
function startOf({ version, whole }: Position) {
  return { event: 'position', id: whole ? adjustmentId(version) : eventId(version), data: { version } };
}

/** @returns whether there was anything to tell */
function tell(stream: EventStream, { event, adjustment }: Followed, known: Position): boolean {
  const { version, eventId: name } = event;
  // The event at which a client lost the connection is sent again only if it changed something.
  const isNew = version > known.version;
  if (isNew) stream.write({ id: eventId(version), data: event });
  if (adjustment === undefined) return isNew;
  const data = { version, eventId: name, adjustment };
  stream.write({ event: 'adjustment', id: adjustmentId(version), data });
  return true;
}
