import type { ProductLogReader, Followed } from '@hindsight/workflow';
import type { Response } from 'express';
import type { FairQueue } from '../fair-queue';
import { EventStream } from './event-stream';
import type { Every, Heads } from './heads';
import { adjustmentId, eventId, type Position } from './position';
import type { TailPlaces } from './tail-places';

export interface TailSettings {
  /** Maximum number of streams in this process. */
  readonly tails: number;
  /** Maximum number of streams that read from the log concurrently, each a few events. */
  readonly tailReads: number;
  /** Interval between keep-alive comments on an idle stream, in milliseconds. */
  readonly tailHeartbeat: number;
  /** Interval between checks for events of other processes, in milliseconds. */
  readonly tailPoll: number;
  /** Maximum duration of a stream, in milliseconds; the client then reconnects and is authorized again. */
  readonly tailLongest: number;
  /** Delay before a client reconnects after its stream has ended, in milliseconds. */
  readonly tailRetry: number;
  /**
   * 0: a stream lasts until its client disconnects. Otherwise, it ends after the existing events, or once it
   * exceeds this many bytes, for platforms that pass on only complete responses. The client reconnects
   * automatically.
   */
  readonly tailBatch: number;
}

export interface Tail {
  readonly productId: string;
  /** The client's position. */
  readonly position: Position;
  /** The newest version at the time of the request. */
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
  readonly places: TailPlaces;
  /** Aborted when the server closes. */
  readonly closing: AbortSignal | undefined;
}

/** Number of events read per turn in one request: few at first, more while the client keeps up. */
const FIRST_TURN = 3;
const LONGEST_TURN = 24;

interface Sent {
  readonly position: Position;
  /** The log may have more events for the client. */
  readonly hasMore: boolean;
  /** The stream has reached its maximum size on a platform that passes on only complete responses. */
  readonly isFull: boolean;
}

/**
 * The streams of this process. Each reads from the log at its client's pace. A turn reads a few events and
 * ends as soon as the connection's buffer is full; the remaining events are dropped and read again after the
 * client has caught up. A slow client therefore costs its connection's buffer plus one event. The number of
 * concurrent turns is limited in total and per client.
 */
export class Tails {
  constructor(readonly parts: Parts) {}

  /**
   * @param begin determines where the stream begins; called once a slot is free
   * @throws Problem too-many-streams, and the errors of `begin`
   */
  async run(response: Response, client: string, begin: () => Promise<Tail>): Promise<void> {
    const place = this.parts.places.take(client);
    try {
      const lost = new AbortController();
      place.onLost = () => lost.abort();
      // Queued like all reads, so that a thousand clients that reconnect at once don't overload the storage.
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

  /** Runs until the client disconnects or the server shuts down. */
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

  /**
   * Sends the events after a position, turn by turn.
   * @returns the position after the last message
   */
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
    // Read one more item, for what the first event changed.
    const options = { after: version, adjustments, again, atOnce: most + 1 };
    for await (const followed of log.follow(productId, options)) {
      const told = tell(stream, followed, position);
      version = followed.event.version;
      heads.reached(productId, version);
      left -= 1;
      // Send at least one message: otherwise the client would reconnect at the same position.
      const isFull = told && tailBatch > 0 && stream.bytes > tailBatch;
      if (stream.gone.aborted || stream.isBehind || isFull || left === 0)
        return { position: { version, whole: true }, hasMore: true, isFull };
    }
    return { position: { version, whole: true }, hasMore: false, isFull: false };
  }
}

/**
 * Sends the position at which the stream begins, so that a client resumes there even if it receives nothing
 * else. The message has data because some clients ignore the id of a message without data, and a type of its
 * own because it is not an event.
 */
function startOf({ version, whole }: Position) {
  return { event: 'position', id: whole ? adjustmentId(version) : eventId(version), data: { version } };
}

/** @returns whether there was anything to send */
function tell(stream: EventStream, { event, adjustment }: Followed, known: Position): boolean {
  const { version, eventId: name } = event;
  // If the client lost the connection at this event, repeat the event only if it changed something.
  const isNew = version > known.version;
  if (isNew) stream.write({ id: eventId(version), data: event });
  if (adjustment === undefined) return isNew;
  const data = { version, eventId: name, adjustment };
  stream.write({ event: 'adjustment', id: adjustmentId(version), data });
  return true;
}
