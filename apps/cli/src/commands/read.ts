import { contentOf, correctionText, finalText, say, sayJson, stateTable, table } from '../output';
import { answerOf, clientOf, type Service } from '../service';

interface Known {
  /** The time zone of dates; absent: the service's. */
  readonly tz?: string;
  readonly knownAt?: string;
  readonly version?: number;
}

export interface ListOptions extends Service, Known {
  readonly direction?: 'forward' | 'backward';
  readonly limit?: number;
  readonly cursor?: string;
  readonly from?: string;
  readonly to?: string;
}

const knownOf = ({ knownAt, version, tz }: Known) => ({
  ...(tz !== undefined && { tz }),
  ...(knownAt !== undefined && { knownAt }),
  ...(version !== undefined && { version }),
});

const pageOf = ({ direction, limit, cursor, from, to, ...known }: ListOptions) => ({
  ...(direction && { direction }),
  ...(limit !== undefined && { limit }),
  ...(cursor !== undefined && { cursor }),
  ...(from !== undefined && { from }),
  ...(to !== undefined && { to }),
  ...knownOf(known),
});

interface Page {
  readonly settled: boolean;
  readonly hint?: string;
  readonly nextCursor: string | null;
}

function sayMore({ settled, hint, nextCursor }: Page): void {
  if (settled) say('final: what was known then can not change any more');
  if (hint !== undefined) say(`note: ${hint}`);
  if (nextCursor !== null) say(`there is more: --cursor ${nextCursor}`);
}

/** `state` */
export async function state(
  productId: string,
  options: Service & Known & { readonly asOf?: string },
): Promise<void> {
  const { asOf } = options;
  const query = { ...(asOf !== undefined && { asOf }), ...knownOf(options) };
  const asked = clientOf(options).GET('/products/{productId}/state', {
    params: { path: { productId }, query },
  });
  const answer = await answerOf(options, asked, 'lastEvent');
  if (options.json) return sayJson(answer);
  const { version, lastEvent } = answer;
  say(`${productId} as of ${answer.asOf}, known through version ${version}${finalText(answer)}`);
  say(stateTable(answer.state));
  const { eventType, eventId, effectiveAt } = lastEvent;
  say(`last event: ${eventType} ${eventId} at ${effectiveAt} ${correctionText(lastEvent)}`.trimEnd());
}

/** `events` */
export async function events(
  productId: string,
  options: ListOptions & { readonly order?: 'recorded' | 'effective'; readonly type?: string[] },
): Promise<void> {
  const { order, type } = options;
  const query = { ...pageOf(options), ...(order && { order }), ...(type && { type: type as never }) };
  const asked = clientOf(options).GET('/products/{productId}/events', {
    params: { path: { productId }, query },
  });
  const page = await answerOf(options, asked, 'events');
  if (options.json) return sayJson(page);
  const rows = page.events.map((event) => {
    const { version, effectiveAt, recordedAt, eventType, eventId } = event;
    return [String(version), effectiveAt, recordedAt, eventType, eventId, contentOf(event)];
  });
  say(table(['version', 'effective at', 'recorded at', 'type', 'id', ''], rows));
  sayMore(page);
}

/** `timeline` */
export async function timeline(productId: string, options: ListOptions): Promise<void> {
  const asked = clientOf(options).GET('/products/{productId}/timeline', {
    params: { path: { productId }, query: pageOf(options) },
  });
  const page = await answerOf(options, asked, 'entries');
  if (options.json) return sayJson(page);
  const rows = page.entries.map(({ effectiveAt, event, state: after, changed, variance }) => {
    const found = variance === undefined ? [] : [`variance=${variance}`];
    const price = after.unitPrice ? `${after.unitPrice.amount} ${after.unitPrice.currency}` : '–';
    return [
      effectiveAt,
      event.eventType,
      event.eventId,
      after.quantity,
      price,
      after.status,
      [...changed, ...found, correctionText(event)].join(' ').trimEnd(),
    ];
  });
  say(table(['effective at', 'type', 'id', 'quantity', 'unit price', 'status', 'changed'], rows));
  sayMore(page);
}
