import type { Response } from 'express';
import type { FairQueue } from '../fair-queue';
import { EventStream } from './event-stream';
import type { Every, Heads, Watch } from './heads';
import type { StreamSlots } from './stream-slots';
import type { TailSettings } from './tail-settings';

/** What every kind of stream shares. */
export interface StreamOptions {
  readonly heads: Heads;
  readonly every: Every;
  readonly settings: TailSettings;
  /** Limits the pages in memory. */
  readonly reads: FairQueue;
  readonly slots: StreamSlots;
  /** Aborted when the server closes. */
  readonly closing: AbortSignal | undefined;
}

/** A client's stream, which begins once it has a slot. */
interface Request<T> {
  readonly response: Response;
  readonly client: string;
  /** Determines where the stream begins; called once a slot is free. */
  readonly begin: () => Promise<T>;
}

/**
 * Runs a stream until it is done, or its client, a client that needs its slot more, its longest duration or the server ends it.
 * @throws Problem too-many-streams, and the errors of `begin`
 */
export async function runStream<T>(
  { slots, reads, settings, every, closing }: StreamOptions,
  { response, client, begin }: Request<T>,
  run: (stream: EventStream, start: T) => Promise<void>,
): Promise<void> {
  const slot = slots.take(client);
  try {
    const lost = new AbortController();
    slot.onLost = () => lost.abort();
    // Queued like all reads, so that a thousand clients that reconnect at once don't overload the storage.
    const start = await reads.run(client, begin);
    const stream = new EventStream(response, settings.tailRetry);
    const end = (): void => stream.end();
    const signals = [lost.signal, ...(closing === undefined ? [] : [closing])];
    for (const signal of signals) signal.addEventListener('abort', end);
    if (signals.some(({ aborted }) => aborted)) end();
    const stops = [every(settings.tailHeartbeat, () => stream.beat()), every(settings.tailLongest, end)];
    try {
      await run(stream, start);
    } finally {
      for (const stop of stops) stop();
      for (const signal of signals) signal.removeEventListener('abort', end);
      stream.end();
    }
  } finally {
    slot.release();
  }
}

/**
 * Takes turns until the stream has ended, and waits between two for something new.
 * @param turn returns the version that it has seen; undefined: the stream is done
 */
export async function takeTurns(
  { gone }: EventStream,
  watch: Watch,
  turn: () => Promise<number | undefined>,
): Promise<void> {
  const end = (): void => watch.end();
  gone.addEventListener('abort', end);
  try {
    while (!gone.aborted) {
      const seen = await turn();
      if (seen === undefined) return;
      await watch.beyond(seen);
    }
  } finally {
    watch.end();
    gone.removeEventListener('abort', end);
  }
}
