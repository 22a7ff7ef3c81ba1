import type { Schemas } from '@hindsight/client';
import { correctionText, counted, finalText, say, sayJson, signed, table } from '../output';
import { given, type Paged } from '../paged';
import { durationText } from '../duration';
import { csvPages, saveFile } from '../save';
import { answerOf, clientOf } from '../service';

/** How late an event was; '' if it was not late. */
const lateText = (seconds: number): string => (seconds < 1 ? '' : durationText(seconds));

type Line = Schemas['Explanation']['lines'][number];

function rowOf({ event, change, balance, lateSeconds, variance }: Line): string[] {
  const { effectiveAt, eventType, eventId, recordedBy } = event;
  const notes = [
    variance === undefined || variance === '0' ? '' : `variance ${signed(variance)}`,
    correctionText(event),
  ];
  return [
    effectiveAt,
    eventType,
    eventId,
    signed(change),
    balance,
    recordedBy,
    lateText(lateSeconds),
    notes.filter((note) => note !== '').join(' '),
  ];
}

interface ExplainOptions extends Paged {
  readonly knownAt?: string;
  readonly version?: number;
  readonly csv?: string;
}

/** The newest lines come first, page by page; the file has the oldest first. */
async function saveLedger(productId: string, file: string, options: ExplainOptions): Promise<void> {
  const query = { ...given(options, ['asOf', 'knownAt', 'version', 'tz'] as const), limit: 200 };
  const parts: string[] = [];
  let lines = 0;
  const pages = csvPages(options, (cursor) =>
    clientOf(options).GET('/products/{productId}/explain', {
      params: { path: { productId }, query: { ...query, format: 'csv', ...(cursor && { cursor }) } },
      parseAs: 'text',
    }),
  );
  let first = '';
  for await (const { head, rest, count } of pages) {
    first = head;
    parts.unshift(rest);
    lines += count;
  }
  await saveFile(file, [first, ...parts], 'the ledger');
  say(`${counted(lines, 'event')} of ${productId}`);
}

/** `explain` */
export async function explain(productId: string, options: ExplainOptions): Promise<void> {
  if (options.csv !== undefined) return saveLedger(productId, options.csv, options);
  const query = given(options, ['asOf', 'knownAt', 'version', 'limit', 'cursor', 'tz'] as const);
  const asked = clientOf(options).GET('/products/{productId}/explain', {
    params: { path: { productId }, query: { ...query, format: 'json' } },
  });
  const answer = await answerOf(
    options,
    asked as Promise<{ data?: Schemas['Explanation']; response: Response }>,
    'lines',
  );
  if (options.json) return sayJson(answer);
  const { asOf, quantity, unit, opening, lines, nextCursor } = answer;
  const amount = unit === null ? quantity : `${quantity} ${unit}`;
  say(`${productId}: ${amount} as of ${asOf}, known through version ${answer.version}${finalText(answer)}`);
  const head = ['effective at', 'type', 'id', 'change', 'balance', 'recorded by', 'late', ''];
  say(table(head, [['', 'before', '', '', opening, '', '', ''], ...lines.map(rowOf)]));
  if (nextCursor !== null) say(`there is more before: --cursor ${nextCursor}`);
}
