import type { ViewsReader } from '@hindsight/views';
import type { Response } from 'express';
import type { EventStream } from './event-stream';
import { runStream, takeTurns, type StreamOptions } from './run-stream';

/** `heads` knows the last chunk of the feed, under one name. */
interface FeedStreamsOptions extends StreamOptions {
  readonly views: ViewsReader;
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
  constructor(readonly options: FeedStreamsOptions) {}

  /** @throws Problem too-many-streams, and the errors of `begin` */
  run(response: Response, client: string, begin: () => Promise<Following>): Promise<void> {
    return runStream(this.options, { response, client, begin }, async (stream, following) => {
      const { position } = following;
      stream.write({ event: 'position', id: position, data: { position } });
      await this.#follow(stream, client, following);
    });
  }

  #follow(stream: EventStream, client: string, following: Following): Promise<void> {
    const { heads, views, settings } = this.options;
    let { position } = following;
    return takeTurns(stream, heads.watch(FEED, 0), async () => {
      // Read first: what is added while this turn reads the feed wakes it again.
      const head = await views.feedHead();
      position = await this.#sendAll(stream, client, { ...following, position });
      return settings.tailBatch > 0 ? undefined : head;
    });
  }

  /** Sends what comes after a position. @returns the position after the last entry */
  async #sendAll(stream: EventStream, client: string, { position, types }: Following): Promise<string> {
    const { views, reads, settings } = this.options;
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
