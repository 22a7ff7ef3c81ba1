import { decimalOf, millionths } from '@hindsight/bitemporal';
import { stateFields } from '@hindsight/domain';

/** One row of an export: plain JSON, a field after the other as they are shown. */
export type Row = Readonly<Record<string, unknown>>;

/** The columns of an event in CSV. Fields that it does not name are in the last one, as JSON. */
const EVENT_COLUMNS = [
  ...['productId', 'version', 'eventId', 'eventType', 'effectiveAt', 'recordedAt', 'recordedBy', 'quantity'],
  ...['unitPrice', 'currency', 'name', 'unit', 'color', 'size', 'reorderPoint', 'reason', 'correlationId'],
  ...[
    'causationId',
    'source',
    'targetEventId',
    'replacement',
    'metadata',
    'schemaVersion',
    'cleared',
    'other',
  ],
];
const LEDGER_COLUMNS = [
  ...[
    'productId',
    'effectiveAt',
    'recordedAt',
    'version',
    'eventId',
    'eventType',
    'change',
    'quantity',
    'changed',
  ],
];

/** What can be exported. */
export const WHATS = ['events', 'stock', 'ledger', 'feed'] as const;
export type What = (typeof WHATS)[number];

const stockColumns = (): string[] => [
  'productId',
  ...Object.keys(stateFields).flatMap((name) => (name === 'unitPrice' ? [name, 'currency'] : [name])),
  'version',
];

export const columnsOf = (what: What): readonly string[] =>
  ({
    events: EVENT_COLUMNS,
    stock: stockColumns(),
    ledger: LEDGER_COLUMNS,
    feed: ['position', ...EVENT_COLUMNS, 'stock'],
  })[what];

const isMoney = (value: unknown): value is { amount: string; currency: string } =>
  typeof value === 'object' && value !== null && 'amount' in value && 'currency' in value;

/** An entry of the feed in one row: its event, and the stock that it led to. */
function flat({ position, event, state }: Row): Row {
  const quantity = (state as { readonly quantity?: string } | null)?.quantity;
  return { position, ...(event as Row), ...(quantity !== undefined && { stock: quantity }) };
}

/** The cells of a row by column: money in two of them, anything else that is no text as JSON. */
export function cellsOf(what: What, row: Row): Readonly<Record<string, string>> {
  const { eventCategory: _, ...fields } = what === 'feed' ? flat(row) : row;
  const cells: Record<string, string> = {};
  const other: Record<string, unknown> = {};
  const cleared: string[] = [];
  const columns = new Set(columnsOf(what));
  for (const [name, value] of Object.entries(fields)) {
    if (value === null) cleared.push(name);
    else if (!columns.has(name)) other[name] = value;
    else if (isMoney(value)) Object.assign(cells, { [name]: value.amount, currency: value.currency });
    else cells[name] = typeof value === 'string' ? value : JSON.stringify(value);
  }
  if (columns.has('cleared')) cells['cleared'] = cleared.join(' ');
  if (columns.has('other') && Object.keys(other).length > 0) cells['other'] = JSON.stringify(other);
  return cells;
}

/** One step of a product's history by effective time. */
export interface LedgerEntry {
  readonly effectiveAt: string;
  readonly event: {
    readonly eventId: string;
    readonly eventType: string;
    readonly version: number;
    readonly recordedAt: string;
  };
  readonly state: { readonly quantity: string };
  readonly changed: readonly string[];
}

/** The rows of a ledger: each event that counts, what it moved, and the balance after it. */
export async function* ledgerRows(
  productId: string,
  entries: AsyncIterable<LedgerEntry>,
): AsyncGenerator<Row> {
  let balance = '0';
  for await (const { effectiveAt, event, state, changed } of entries) {
    const { eventId, eventType, version, recordedAt } = event;
    const { quantity } = state;
    const change = decimalOf(millionths(quantity) - millionths(balance));
    balance = quantity;
    const row = { productId, effectiveAt, recordedAt, version, eventId, eventType, change, quantity };
    yield { ...row, changed: changed.join(' ') };
  }
}
