import type { EventLogReader, Followed } from '@hindsight/event-log';
import type { Response } from 'express';
import { Problem } from '../problems';
import { EventStream } from './event-stream';
import type { Every, Heads } from './heads';
import { adjustmentId, eventId, type Position } from './position';

export interface TailSettings {
  /** Streams at once in this process. */
  readonly tails: number;
  /** Between two signs of life to a client that gets nothing else, in milliseconds. */
  readonly tailHeartbeat: number;
  /** Between two looks for events that another process appended, in milliseconds. */
  readonly tailPoll: number;
  /** How long a stream lasts at most, in milliseconds; the client comes back, and shows anew that it may. */
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
  /** Where the client stands. */
  readonly position: Position;
  /** The newest version when it asked. */
  readonly head: number;
  readonly adjustments: boolean;
}

interface Parts {
  readonly log: EventLogReader;
  readonly heads: Heads;
  readonly every: Every;
  readonly settings: TailSettings;
  /** Aborted when the server closes. */
  readonly closing: AbortSignal | undefined;
}

/** The streams of this process. */
export class Tails {
  #running = 0;

  constructor(readonly parts: Parts) {}

  /** @throws Problem too-many-streams */
  demandRoom(): void {
    const { settings } = this.parts;
    if (this.#running >= settings.tails) {
      throw new Problem('too-many-streams', `there are ${settings.tails} live tails already`, {
        headers: { 'Retry-After': '10' },
      });
    }
  }

  /** @throws Problem too-many-streams */
  async run(response: Response, tail: Tail): Promise<void> {
    const { settings, closing } = this.parts;
    this.demandRoom();
    this.#running += 1;
    const stream = new EventStream(response, settings.tailRetry);
    const end = (): void => stream.end();
    closing?.addEventListener('abort', end);
    if (closing?.aborted) end();
    const stops = [
      this.parts.every(settings.tailHeartbeat, () => stream.beat()),
      this.parts.every(settings.tailLongest, end),
    ];
    try {
      await (settings.tailBatch > 0 ? this.#batch(stream, tail) : this.#live(stream, tail));
    } finally {
      this.#running -= 1;
      for (const stop of stops) stop();
      closing?.removeEventListener('abort', end);
      stream.end();
    }
  }

  /** Until the client goes or the server closes. */
  async #live(stream: EventStream, tail: Tail): Promise<void> {
    const watch = this.parts.heads.watch(tail.productId, tail.head);
    const end = (): void => watch.end();
    stream.gone.addEventListener('abort', end);
    try {
      let position = await this.#begin(stream, tail);
      while (!stream.gone.aborted) {
        position = await this.#send(stream, { ...tail, position });
        await watch.beyond(position.version);
      }
    } finally {
      watch.end();
      stream.gone.removeEventListener('abort', end);
    }
  }

  async #batch(stream: EventStream, tail: Tail): Promise<void> {
    const position = await this.#begin(stream, tail);
    await this.#send(stream, { ...tail, position }, this.parts.settings.tailBatch);
  }

  /** Tells the client where it stands, so that it comes back there even if it gets nothing until then. */
  async #begin(stream: EventStream, { position }: Tail): Promise<Position> {
    const { version, whole } = position;
    await stream.send({ id: whole ? adjustmentId(version) : eventId(version) });
    return position;
  }

  /** What there is after a position. @returns the position after it */
  async #send(stream: EventStream, { productId, position, adjustments }: Tail, most = Infinity) {
    const { log } = this.parts;
    const again = adjustments && !position.whole && position.version > 0;
    let version = position.version;
    for await (const followed of log.follow(productId, { after: version, adjustments, again })) {
      const told = await this.#tell(stream, followed, position);
      version = followed.event.version;
      this.parts.heads.reached(productId, version);
      // Never without a message: the client would come back to where it was.
      if (stream.gone.aborted || (told && stream.bytes > most)) break;
    }
    return { version, whole: true };
  }

  async #tell(stream: EventStream, { event, adjustment }: Followed, known: Position): Promise<boolean> {
    const { version, eventId: name } = event;
    // The event at which a client lost the connection is told again only where it changed something.
    const isNew = version > known.version;
    if (isNew) await stream.send({ id: eventId(version), data: event });
    if (adjustment === undefined) return isNew;
    const data = { version, eventId: name, adjustment };
    await stream.send({ event: 'adjustment', id: adjustmentId(version), data });
    return true;
  }
}
