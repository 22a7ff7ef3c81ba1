import { setTimeout as delay } from 'node:timers/promises';
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { registry } from '@hindsight/domain';
import type { Schemas } from '@hindsight/client';
import { MOST_BYTES } from '../bounded-fetch';
import { EXIT, Failure } from '../exit';
import { adjustmentText, complain, contentOf, say, stateTable } from '../output';
import { answerOf, clientOf, unreachable, type Service } from '../service';

export interface TailOptions extends Service {
  readonly after?: number;
  readonly adjustments: boolean;
  /** Ends after so many messages. */
  readonly count?: number;
  /** Stops after the event that is the newest one at the start. */
  readonly untilNow?: boolean;
}

/** The client's position in the stream, kept between two connections. */
interface Position {
  lastEventId: string | undefined;
  retryMs: number;
  left: number;
  /** The id of the last message to show; absent: not known yet. */
  last: string | undefined;
}

const RETRY_MS = 2_000;
/** What a server may ask for. */
const [LEAST_RETRY_MS, MOST_RETRY_MS] = [100, 60_000];
/** How long to wait for the changes that the newest event made, if it may have made any. */
const ADJUSTMENT_MS = 5_000;

function show({ event, data }: EventSourceMessage, json: boolean | undefined): void {
  if (json) return say(JSON.stringify({ event: event ?? 'message', data: JSON.parse(data) as unknown }));
  if (event === 'adjustment') {
    const { eventId, adjustment } = JSON.parse(data) as {
      eventId: string;
      adjustment: Schemas['Adjustment'];
    };
    return say(`  ${eventId} ${adjustmentText(adjustment).replaceAll('\n', '\n  ')}`);
  }
  const recorded = JSON.parse(data) as Schemas['RecordedEvent'];
  const { version, effectiveAt, eventType, eventId } = recorded;
  say(`${version}  ${effectiveAt}  ${eventType}  ${eventId}  ${contentOf(recorded)}`.trimEnd());
}

/** Reads one connection until it ends or everything requested was shown. */
async function listen(productId: string, options: TailOptions, position: Position): Promise<void> {
  const { after, adjustments, json } = options;
  const { lastEventId } = position;
  const request = clientOf(options).GET('/products/{productId}/events/stream', {
    params: {
      path: { productId },
      query: { ...(after !== undefined && { after }), ...(!adjustments && { adjustments: false }) },
      header: { ...(lastEventId !== undefined && { 'Last-Event-ID': lastEventId }) },
    },
    parseAs: 'stream',
  });
  const body = await answerOf<ReadableStream<Uint8Array>>(options, request as never);
  let timer: NodeJS.Timeout | undefined;
  const parser = createParser({
    onEvent: (message) => {
      if (position.left <= 0) return;
      position.lastEventId = message.id ?? position.lastEventId;
      // The first message contains the stream's start position, so a client can resume after a lost
      // connection.
      if (message.event !== 'position') {
        position.left -= 1;
        show(message, json);
      }
      if (message.id === position.last) position.left = 0;
      else if (`${message.id}+` === position.last) timer = setTimeout(() => void end(), ADJUSTMENT_MS);
    },
    onRetry: (retry) => (position.retryMs = Math.min(Math.max(retry, LEAST_RETRY_MS), MOST_RETRY_MS)),
    maxBufferSize: MOST_BYTES,
  });
  const reader = body.getReader();
  const end = (): Promise<void> => {
    position.left = 0;
    return reader.cancel();
  };
  const decoder = new TextDecoder();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      parser.feed(decoder.decode(next.value, { stream: true }));
      if (position.left <= 0) return await end();
    }
  } finally {
    clearTimeout(timer);
  }
}

/** The id of the last current message: that of the newest event, or of the changes it made to the past. */
async function lastMessage(
  productId: string,
  options: TailOptions,
): Promise<{ version: number; id: string }> {
  const newest = async (order: 'recorded' | 'effective') => {
    const query = { order, direction: 'backward', limit: 1 } as const;
    const request = clientOf(options).GET('/products/{productId}/events', {
      params: { path: { productId }, query },
    });
    return (await answerOf(options, request, 'events')).events[0];
  };
  const last = await newest('recorded');
  if (last === undefined) throw new Failure(`product ${productId} has no events`, EXIT.refused);
  const { version, eventType } = last;
  const late = (await newest('effective'))?.version !== version;
  const adjusts = options.adjustments && (late || registry.get(eventType)?.kind === 'correction');
  return { version, id: adjusts ? `${version}+` : `${version}` };
}

/** The state now, after the last event was shown. */
async function showStock(productId: string, options: TailOptions): Promise<void> {
  const { data, error } = await clientOf(options).GET('/products/{productId}/state', {
    params: { path: { productId } },
  });
  if (options.json) return say(JSON.stringify({ event: 'state', data: data ?? error }));
  if (data === undefined) return say('no state now: none of its events counts');
  say(`state now, version ${data.version}:`);
  say(stateTable(data.state));
}

/** Follows the stream to its end. Reconnects at its position whenever the connection is lost. */
async function followAll(productId: string, options: TailOptions, position: Position): Promise<void> {
  let begun = false;
  while (position.left > 0) {
    try {
      await listen(productId, options, position);
      begun = true;
    } catch (error) {
      // A rejected request is not retried. If the first connection fails, the address is probably mistyped.
      const failure = error instanceof Failure ? error : unreachable(options.url, error);
      const mayPass = failure.code === EXIT.unreachable && (begun || position.lastEventId !== undefined);
      if (!mayPass) throw failure;
      const text = `${failure.message}; trying again`;
      complain(options.json ? JSON.stringify({ title: text }) : `hindsight: ${text}`);
    }
    if (position.left > 0) await delay(position.retryMs);
  }
}

/** `tail` */
export async function tail(productId: string, options: TailOptions): Promise<void> {
  // Set explicitly, so that a caller without a shell sees the same exit code.
  process.once('SIGINT', () => process.exit(EXIT.interrupted));
  const { count = Infinity, untilNow = false } = options;
  const after = options.after ?? (untilNow ? 0 : undefined);
  const last = untilNow ? await lastMessage(productId, options) : undefined;
  const nothing = last !== undefined && after !== undefined && after >= last.version;
  const position = { lastEventId: undefined, retryMs: RETRY_MS, left: nothing ? 0 : count, last: last?.id };
  await followAll(productId, { ...options, ...(after !== undefined && { after }) }, position);
  if (untilNow) await showStock(productId, options);
}
