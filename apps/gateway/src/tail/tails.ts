import type { ProductLogReader, Followed } from '@hindsight/workflow';
import type { Response } from 'express';
import type { EventStream } from './event-stream';
import { adjustmentId, eventId, type Position } from './position';
import { runStream, takeTurns, type StreamOptions } from './run-stream';

export interface Tail {
  readonly productId: string;
  /** The client's position. */
  readonly position: Position;
  /** The newest version at the time of the request. */
  readonly head: number;
  readonly adjustments: boolean;
}

export interface TailsOptions extends StreamOptions {
  readonly log: ProductLogReader;
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
  constructor(readonly options: TailsOptions) {}

  /**
   * @param begin determines where the stream begins; called once a slot is free
   * @throws Problem too-many-streams, and the errors of `begin`
   */
  run(response: Response, client: string, begin: () => Promise<Tail>): Promise<void> {
    return runStream(this.options, { response, client, begin }, async (stream, tail) => {
      stream.write(startOf(tail.position));
      await (this.options.settings.tailBatch > 0
        ? this.#sendAll(stream, client, tail)
        : this.#sendAndFollow(stream, client, tail));
    });
  }

  /** Runs until the client disconnects or the server shuts down. */
  #sendAndFollow(stream: EventStream, client: string, tail: Tail): Promise<void> {
    let { position } = tail;
    return takeTurns(stream, this.options.heads.watch(tail.productId, tail.head), async () => {
      position = await this.#sendAll(stream, client, { ...tail, position });
      return position.version;
    });
  }

  /**
   * Sends the events after a position, turn by turn.
   * @returns the position after the last message
   */
  async #sendAll(stream: EventStream, client: string, tail: Tail): Promise<Position> {
    const { reads } = this.options;
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
    const { log, heads, settings } = this.options;
    const { tailBatch } = settings;
    const { productId, position, adjustments } = tail;
    const again = adjustments && !position.whole && position.version > 0;
    let { version } = position;
    let left = most;
    // Read one more item, for what the first event changed.
    const options = { after: version, adjustments, again, atOnce: most + 1 };
    for await (const followed of log.follow(productId, options)) {
      const wasSent = send(stream, followed, position);
      version = followed.event.version;
      heads.reached(productId, version);
      left -= 1;
      // Send at least one message: otherwise the client would reconnect at the same position.
      const isFull = wasSent && tailBatch > 0 && stream.bytes > tailBatch;
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
function send(stream: EventStream, { event, adjustment }: Followed, known: Position): boolean {
  const { version, eventId: name } = event;
  // If the client lost the connection at this event, repeat the event only if it changed something.
  const isNew = version > known.version;
  if (isNew) stream.write({ id: eventId(version), data: event });
  if (adjustment === undefined) return isNew;
  const data = { version, eventId: name, adjustment };
  stream.write({ event: 'adjustment', id: adjustmentId(version), data });
  return true;
}
