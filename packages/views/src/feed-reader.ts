import { listedIn, positionOf, positionText, START, type Feed, type FeedPosition, type Listed } from './feed';
import type { FollowedEvent, FollowQuery, InventoryLog } from './log';

/** An event of the feed, the state that it led to, and what it changed in the past. */
export interface FeedEntry extends FollowedEvent {
  /** The position after it: a reader continues here. */
  readonly position: string;
}

export interface FeedPage {
  readonly entries: readonly FeedEntry[];
  /** The position after the last event that was looked at. */
  readonly next: string;
  /** Whether there was more when the page was read. */
  readonly hasMore: boolean;
}

export interface FeedQuery {
  /** `next` or `position` of what was read before; absent: from the first event. */
  readonly after?: string;
  readonly limit: number;
  readonly types?: readonly string[];
}

/** Chunks in one request. */
const CHUNKS = 20;
/** Events that one page may pass over, for example while it looks for a rare type. */
const LOOKED_AT = 400;
/** Events that one page may carry, in bytes. */
const PAGE_BYTES = 512 * 1024;
/** Runs of events of one product that are read at once. */
const RUNS_AT_ONCE = 8;

/** Whether a log has events that only newer code understands. */
const isTooOld = (error: unknown): boolean => error instanceof Error && error.name === 'CodeTooOld';

/** Events of one product, one after another in the feed. */
interface Run {
  readonly productId: string;
  readonly from: number;
  readonly to: number;
  readonly listed: readonly Listed[];
}

function runsOf(listed: readonly Listed[]): Run[] {
  const runs: Run[] = [];
  for (const one of listed) {
    const last = runs.at(-1);
    if (last?.productId === one.productId && last.to + 1 === one.version)
      runs[runs.length - 1] = { ...last, to: one.version, listed: [...last.listed, one] };
    else runs.push({ productId: one.productId, from: one.version, to: one.version, listed: [one] });
  }
  return runs;
}

/** Reads the feed: references from the views, events from the log. */
export class FeedReader {
  readonly start = positionText(START);

  constructor(
    readonly feed: Pick<Feed, 'chunks' | 'last'>,
    readonly log: Pick<InventoryLog, 'follow'>,
  ) {}

  /** The position after the last event so far. */
  async end(): Promise<string> {
    const last = await this.feed.last();
    return positionText({ chunk: last.number + 1, offset: 0 });
  }

  /** The number of the last chunk: it grows with every addition to the feed. */
  async head(): Promise<number> {
    return (await this.feed.last()).number;
  }

  /** Up to `limit` references after a position. @throws RangeError for a text that is no position */
  async read(after: string, limit: number): Promise<{ listed: readonly Listed[]; next: string }> {
    const position = positionOf(after);
    if (position === undefined) throw new RangeError(`${after} is no position in the feed`);
    const listed: Listed[] = [];
    let next: FeedPosition = position;
    for (const chunk of await this.feed.chunks(position.chunk, CHUNKS)) {
      const offset = chunk.number === position.chunk ? position.offset : 0;
      for (const one of listedIn(chunk, offset)) {
        if (listed.length === limit) return { listed, next: positionText(next) };
        listed.push(one);
        ({ next } = one);
      }
      next = { chunk: chunk.number + 1, offset: 0 };
    }
    return { listed, next: positionText(next) };
  }

  /** A page of events. It may be empty and have more after it, if nothing matched. */
  async page({ after = this.start, limit, types }: FeedQuery): Promise<FeedPage> {
    const most = types === undefined ? limit : LOOKED_AT;
    const { listed, next } = await this.read(after, most);
    const entries: FeedEntry[] = [];
    const runs = runsOf(listed);
    let bytes = 0;
    for (let first = 0; first < runs.length; first += RUNS_AT_ONCE) {
      const some = await Promise.all(runs.slice(first, first + RUNS_AT_ONCE).map((run) => this.#events(run)));
      for (const entry of some.flat()) {
        if (types !== undefined && !types.includes(entry.event.eventType)) continue;
        entries.push(entry);
        bytes += Buffer.byteLength(JSON.stringify(entry));
        if (entries.length === limit || bytes >= PAGE_BYTES)
          return { entries, next: entry.position, hasMore: true };
      }
    }
    return { entries, next, hasMore: listed.length === most };
  }

  async #events(run: Run): Promise<FeedEntry[]> {
    const entries: FeedEntry[] = [];
    try {
      await this.#read(run, entries, { states: true });
    } catch (error) {
      if (!isTooOld(error)) throw error;
      // Newer code has written and listed it, and was rolled back: the other products go on.
      await this.#read(run, entries, { asStored: true });
    }
    return entries;
  }

  /** Reads what is missing of a run. */
  async #read(
    { productId, from, to, listed }: Run,
    entries: FeedEntry[],
    how: Pick<FollowQuery, 'states' | 'asStored'>,
  ): Promise<void> {
    const query = { after: from - 1 + entries.length, through: to, ...how };
    for await (const followed of this.log.follow(productId, query)) {
      const next = listed[entries.length]?.next;
      if (next !== undefined) entries.push({ ...followed, position: positionText(next) });
    }
  }
}
