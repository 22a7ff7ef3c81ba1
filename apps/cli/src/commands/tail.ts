import { setTimeout as delay } from 'node:timers/promises';
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import type { Schemas } from '@hindsight/client';
import { EXIT, Failure } from '../exit';
import { adjustmentText, contentOf, say } from '../output';
import { answerOf, clientOf, unreachable, type Service } from '../service';

export interface TailOptions extends Service {
  readonly after?: number;
  readonly adjustments: boolean;
  /** Ends after so many messages. */
  readonly count?: number;
}

/** Where the client stands, between two connections. */
interface Standing {
  lastEventId: string | undefined;
  retry: number;
  left: number;
}

const RETRY = 2_000;

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

/** One connection, until it ends. Empty messages carry an id too: the stream begins with one. */
async function listen(productId: string, options: TailOptions, standing: Standing): Promise<void> {
  const { after, adjustments, json } = options;
  const { lastEventId } = standing;
  const asked = clientOf(options).GET('/products/{productId}/events/stream', {
    params: {
      path: { productId },
      query: { ...(after !== undefined && { after }), ...(!adjustments && { adjustments: 'false' }) },
      header: { ...(lastEventId !== undefined && { 'Last-Event-ID': lastEventId }) },
    },
    parseAs: 'stream',
  });
  const body = await answerOf<ReadableStream<Uint8Array>>(options, asked as never);
  const parser = createParser({
    onEvent: (message) => {
      if (standing.left <= 0) return;
      standing.left -= 1;
      standing.lastEventId = message.id ?? standing.lastEventId;
      show(message, json);
    },
    onRetry: (retry) => (standing.retry = retry),
  });
  let rest = '';
  const decoder = new TextDecoder();
  for await (const chunk of body) {
    const text = decoder.decode(chunk, { stream: true });
    parser.feed(text);
    // The parser passes over messages without data; the first of a stream says where it begins.
    rest = standing.lastEventId === undefined ? rest + text : '';
    standing.lastEventId ??= /^id: (.+)$/m.exec(rest)?.[1];
    if (standing.left <= 0) return;
  }
}

/** `tail`: comes back where it was when the connection ends, as often as it takes. */
export async function tail(productId: string, options: TailOptions): Promise<void> {
  const standing: Standing = { lastEventId: undefined, retry: RETRY, left: options.count ?? Infinity };
  // Said outright, so that it is the same code for whoever started this without a shell.
  process.once('SIGINT', () => process.exit(EXIT.interrupted));
  let begun = false;
  while (standing.left > 0) {
    try {
      await listen(productId, options, standing);
      begun = true;
    } catch (error) {
      // What is refused stays refused; a first connection that fails is a mistyped address.
      const failure = error instanceof Failure ? error : unreachable(options.url, error);
      const mayPass = failure.code === EXIT.unreachable && (begun || standing.lastEventId !== undefined);
      if (!mayPass) throw failure;
      process.stderr.write(`hindsight: ${failure.message}; trying again\n`);
    }
    if (standing.left > 0) await delay(standing.retry);
  }
}
