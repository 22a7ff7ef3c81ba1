import type { Schemas } from '@hindsight/client';
import { correctionText, say, sayJson, table } from '../output';
import { answerOf, clientOf, type Service } from '../service';

interface Paged extends Service {
  /** The time zone of dates; absent: the service's. */
  readonly tz?: string;
  readonly asOf?: string;
  readonly limit?: number;
  readonly cursor?: string;
}

const pageOf = ({ asOf, limit, cursor, tz }: Paged) => ({
  ...(asOf !== undefined && { asOf }),
  ...(limit !== undefined && { limit }),
  ...(cursor !== undefined && { cursor }),
  ...(tz !== undefined && { tz }),
});

const signed = (change: string): string => (/^[-0]/.test(change) ? change : `+${change}`);

const UNITS: readonly [name: string, seconds: number][] = [
  ['d', 86_400],
  ['h', 3600],
  ['min', 60],
  ['s', 1],
];

/** How late an event was, in the largest unit that fits; '' if it was not late. */
function lateText(seconds: number): string {
  const [name, size] = UNITS.find(([, unit]) => seconds >= unit) ?? ['', 0];
  return size === 0 ? '' : `${Math.floor(seconds / size)} ${name}`;
}

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

/** `explain` */
export async function explain(
  productId: string,
  options: Paged & { readonly knownAt?: string; readonly version?: number },
): Promise<void> {
  const { knownAt, version } = options;
  const query = {
    ...pageOf(options),
    ...(knownAt !== undefined && { knownAt }),
    ...(version !== undefined && { version }),
  };
  const asked = clientOf(options).GET('/products/{productId}/explain', {
    params: { path: { productId }, query },
  });
  const answer = await answerOf(options, asked);
  if (options.json) return sayJson(answer);
  const { asOf, quantity, unit, opening, lines, nextCursor } = answer;
  const amount = unit === null ? quantity : `${quantity} ${unit}`;
  say(`${productId}: ${amount} as of ${asOf}, known through version ${answer.version}`);
  const head = ['effective at', 'type', 'id', 'change', 'balance', 'recorded by', 'late', ''];
  say(table(head, [['', 'before', '', '', opening, '', '', ''], ...lines.map(rowOf)]));
  if (nextCursor !== null) say(`there is more before: --cursor ${nextCursor}`);
}

/** `diff` */
export async function diff(
  productId: string,
  options: Paged & { readonly from?: string; readonly to?: string },
): Promise<void> {
  const { from, to } = options;
  const query = {
    ...pageOf(options),
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
  };
  const asked = clientOf(options).GET('/products/{productId}/diff', {
    params: { path: { productId }, query },
  });
  const answer = await answerOf(options, asked);
  if (options.json) return sayJson(answer);
  const { asOf, change, contributions, nextCursor } = answer;
  const end = ({ version, state }: typeof answer.from): string =>
    `${state?.quantity ?? 'no state'} (version ${version})`;
  say(`${productId} as of ${asOf}: ${end(answer.from)} became ${end(answer.to)}, ${signed(change)}`);
  const rows = contributions.map(({ event, change: share, changed }) => [
    ...[String(event.version), event.recordedAt, event.effectiveAt, event.eventType, event.eventId],
    ...[signed(share), event.recordedBy, changed.join(' ')],
  ]);
  const head = ['version', 'recorded at', 'effective at', 'type', 'id', 'change', 'recorded by', 'changed'];
  if (rows.length > 0) say(table(head, rows));
  if (nextCursor !== null) say(`there is more: --cursor ${nextCursor}`);
}
