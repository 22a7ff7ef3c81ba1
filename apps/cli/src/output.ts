import Table from 'cli-table3';
import type { Schemas } from '@hindsight/client';
import { stateFields } from '@hindsight/domain';
import { visible } from './visible';

export const say = (text: string): void => void process.stdout.write(`${visible(text)}\n`);
export const complain = (text: string): void => void process.stderr.write(`${visible(text)}\n`);
export const sayJson = (value: unknown): void => say(JSON.stringify(value, null, 2));

const whole = new Intl.NumberFormat('en-US');

/** `1 product`, `2,000 products`. */
export const counted = (count: number, noun: string): string =>
  `${whole.format(count)} ${noun}${count === 1 ? '' : 's'}`;

/** A change with its sign. */
export const signed = (change: string): string => (/^[-0]/.test(change) ? change : `+${change}`);

/** Rows under a head, in columns, without colors: it is read by people and by `cut` alike. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const plain = { head: [], border: [], 'padding-left': 0, 'padding-right': 2 };
  const chars = Object.fromEntries(
    ['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right']
      .concat(['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid', 'middle'])
      .map((name) => [name, '']),
  );
  const made = new Table({ head: [...head], style: plain, chars });
  for (const row of rows) made.push(row.map(visible));
  return made
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

type State = Schemas['State'];
type Money = NonNullable<State['unitPrice']>;

const moneyOf = (price: Money | null | undefined): string =>
  price ? `${price.amount} ${price.currency}` : '–';

/** Formats a value of a state or of a change as one cell. */
function valueText(value: unknown): string {
  if (value === null || value === undefined) return '–';
  if (typeof value === 'string') return value;
  return typeof value === 'object' && 'amount' in value ? moneyOf(value as Money) : JSON.stringify(value);
}

/** Every state field of the domain, in the domain's order. Attributes that are not set are left out. */
export function stateTable(state: State): string {
  const values = state as unknown as Readonly<Record<string, unknown>>;
  const rows = [
    ...Object.entries(stateFields)
      .filter(([name]) => values[name] !== null && values[name] !== undefined)
      .map(([name, { title }]) => [title, valueText(values[name])]),
    ...(state.conflicts ?? []).map(({ deficit, eventId, effectiveAt }) => [
      'conflict',
      `short by ${deficit} since ${eventId} at ${effectiveAt}`,
    ]),
  ];
  return table([], rows);
}

type Fields = Readonly<Record<string, unknown>>;

const COMMON = new Set([
  ...['eventId', 'eventType', 'eventCategory', 'productId', 'version', 'effectiveAt', 'recordedAt'],
  ...['schemaVersion', 'correctedBy', 'original'],
]);

function fieldsText(event: Fields): string {
  const text = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
  return Object.entries(event)
    .filter(([name, value]) => !COMMON.has(name) && !(name === 'recordedBy' && value === 'anonymous'))
    .map(([name, value]) =>
      name === 'unitPrice' ? `unitPrice=${moneyOf(value as Money)}` : `${name}=${text(value)}`,
    )
    .join(' ');
}

interface Corrected {
  readonly eventType: string;
  readonly effectiveAt: string;
  readonly correctedBy?: Schemas['CorrectedBy'] | undefined;
  readonly original?: Schemas['RecordedEvent'] | undefined;
}

/** Says by what an event was corrected, and what it was before; empty if it was not corrected. */
export function correctionText({ eventType, effectiveAt, correctedBy, original }: Corrected): string {
  if (correctedBy === undefined || original === undefined) return '';
  const { eventId, recordedBy, reason } = correctedBy;
  const was = [
    ...(original.eventType === eventType ? [] : [original.eventType]),
    fieldsText(original),
    ...(original.effectiveAt === effectiveAt ? [] : [`at ${original.effectiveAt}`]),
  ];
  const by = recordedBy === 'anonymous' ? '' : ` by ${recordedBy}`;
  return `(corrected with ${eventId}${by}${reason === undefined ? '' : `, ${reason}`}; was ${was.join(' ')})`;
}

/** Formats the type-specific fields of an event, and its correction, as one cell. */
export const contentOf = (event: Corrected): string =>
  [fieldsText({ ...event }), correctionText(event)].filter((text) => text !== '').join(' ');

/** Says that an answer can not change any more. */
export const finalText = ({ settled }: { readonly settled: boolean }): string => (settled ? ' (final)' : '');

/** A total, which is not counted to its end if it is large. */
const total = (count: number | null, noun: string): string =>
  count === null ? `more than 1000 ${noun}s` : counted(count, noun);

/** The changes that an append made to the past, and the invariants that it violates there. */
export function adjustmentText(adjustment: Schemas['Adjustment']): string {
  const { effectiveFrom, changes, changesTotal, conflicts, conflictsTotal } = adjustment;
  const rows = changes.map(({ from, to, field, before, after, eventId }) => [
    // A variance belongs to a count; all other fields belong to the state.
    ...[
      eventId === undefined ? field : `${field} of ${eventId}`,
      valueText(before),
      valueText(after),
      from,
      to ?? 'now on',
    ],
  ]);
  return [
    `changed the past from ${effectiveFrom} on: ${total(changesTotal, 'change')}`,
    ...(rows.length > 0 ? [table(['field', 'before', 'after', 'from', 'to'], rows)] : []),
    ...(conflictsTotal === 0 ? [] : [total(conflictsTotal, 'conflict')]),
    ...conflicts.map(
      ({ deficit, eventId, effectiveAt }) => `  short by ${deficit} at ${effectiveAt} (${eventId})`,
    ),
  ].join('\n');
}
