import type { ViewsReader } from '@hindsight/views';
import type { Response } from 'express';
import type { FairQueue } from '../fair-queue';
import { EventStream } from './event-stream';
import type { Every, Heads } from './heads';
import type { TailPlaces } from './tail-places';
import type { TailSettings } from './tails';

interface Parts {
  readonly views: ViewsReader;
  /** Knows the last chunk of the feed, under one name. */
  readonly heads: Heads;
  readonly every: Every;
  readonly settings: TailSettings;
  readonly reads: FairQueue;
  readonly places: TailPlaces;
  /** Aborted when the server closes. */
  readonly closing: AbortSignal | undefined;
}

/** Where a stream is in the feed, and what it shows of it. */
interface Following {
  readonly position: string;
  readonly types?: readonly string[];
}

/** The name under which the end of the feed is watched. */
const FEED = 'feed';

/** Entries read in one turn: few, so that a client that is behind costs little memory. */
const TURN = 25;

/** Streams of the feed. Like the live tails of products, they read at their client's pace. */
export class FeedStreams {
  constructor(readonly parts: Parts) {}

  /** @throws Problem too-many-streams, and the errors of `begin` */
  async run(response: Response, client: string, begin: () => Promise<Following>): Promise<void> {
    const { places, reads, settings, every, closing } = this.parts;
    const place = places.take(client);
    try {
      const lost = new AbortController();
      place.onLost = () => lost.abort();
      const following = await reads.run(client, begin);
      const stream = new EventStream(response, settings.tailRetry);
      const end = (): void => stream.end();
      const signals = [lost.signal, ...(closing === undefined ? [] : [closing])];
      for (const signal of signals) signal.addEventListener('abort', end);
      if (signals.some(({ aborted }) => aborted)) end();
      const stops = [every(settings.tailHeartbeat, () => stream.beat()), every(settings.tailLongest, end)];
      try {
        const { position } = following;
        stream.write({ event: 'position', id: position, data: { position } });
        await this.#follow(stream, client, following);
      } finally {
        for (const stop of stops) stop();
        for (const signal of signals) signal.removeEventListener('abort', end);
        stream.end();
      }
    } finally {
      place.release();
    }
  }

  async #follow(stream: EventStream, client: string, following: Following): Promise<void> {
    const { heads, views, settings } = this.parts;
    const endsAtTheEnd = settings.tailBatch > 0;
    const watch = heads.watch(FEED, 0);
    const end = (): void => watch.end();
    stream.gone.addEventListener('abort', end);
    try {
      let { position } = following;
      while (!stream.gone.aborted) {
        // Read first: what is added while this turn reads the feed wakes it again.
        const head = await views.feedHead();
        position = await this.#sendAll(stream, client, { ...following, position });
        if (endsAtTheEnd) return;
        await watch.beyond(head);
      }
    } finally {
      watch.end();
      stream.gone.removeEventListener('abort', end);
    }
  }

  /** Sends what comes after a position. @returns the position after the last entry */
  async #sendAll(stream: EventStream, client: string, { position, types }: Following): Promise<string> {
    const { views, reads, settings } = this.parts;
    let after = position;
    for (let hasMore = true; hasMore && !stream.gone.aborted;) {
      await stream.drained();
      const query = { after, limit: TURN, ...(types && { types }) };
      const page = await reads.run(client, () => views.events(query));
      for (const entry of page.entries) stream.write({ id: entry.position, data: entry });
      after = page.next;
      ({ hasMore } = page);
      if (settings.tailBatch > 0 && stream.bytes > settings.tailBatch) break;
    }
    return after;
  }
}
