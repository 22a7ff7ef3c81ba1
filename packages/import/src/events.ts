import { digestOf } from './digest';
import type { Kind } from './kinds';
import type { Line, PlacedLine } from './line';

/** An event as the importer sends it. */
export interface ImportEvent {
  readonly eventId: string;
  readonly eventType: string;
  readonly [field: string]: unknown;
}

/** The limit of an event id. */
const LONGEST_ID = 128;

/** `2026-11-02T00:00:00.000Z` → `2026-11-02`: the parts that say something. */
const shortTime = (time: string): string =>
  time
    .replace(/\.000Z$|Z$/, '')
    .replace(/:00$/, '')
    .replace(/T00:00$/, '');

/**
 * The id of a line: its column, if the file has one, else what a line says that its file will not say otherwise
 * tomorrow: document, time, and quantity, and its count among equal lines. Prices and names are no part of it, for
 * programs export them as they are today; nor are the time zone and the currency, which are options. So the same line
 * has the same id in every file, and one that was read in another way is refused instead of counted twice.
 */
function idOf(kind: Kind, line: PlacedLine): string {
  const { eventId, eventType, document, writtenAt, quantity, occurrence } = line;
  if (eventId !== '') return eventId;
  const parts = [kind, document, eventType, shortTime(writtenAt), quantity].filter((part) => part !== '');
  const count = occurrence > 1 ? `/${occurrence}` : '';
  const id = `${parts.join('/')}${count}`;
  return id.length <= LONGEST_ID ? id : `${kind}/${digestOf(parts.join('/'))}${count}`;
}

/** The fields of an event that are there. */
const present = (fields: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(fields).filter(([, text]) => text !== ''));

/** Prices below zero are corrections in the accounts, not prices. Without a currency, the service has its default. */
function priceOf({ unitPrice, currency }: Line): { unitPrice?: unknown } {
  if (unitPrice === '' || unitPrice.startsWith('-')) return {};
  return { unitPrice: currency === '' ? unitPrice : { amount: unitPrice, currency } };
}

const attributesOf = (line: Line): Record<string, unknown> => ({
  ...present({ name: line.name, unit: line.unit, color: line.color, size: line.size }),
  ...present({ reorderPoint: line.reorderPoint }),
  ...priceOf(line),
});

/** What a sale says of its product is kept as it was then, and sets nothing. */
function metadataOf({ name, country }: Line): { metadata?: unknown } {
  const metadata = present({ description: name, country });
  return Object.keys(metadata).length > 0 ? { metadata } : {};
}

const magnitude = (quantity: string): string => quantity.replace('-', '');
const isNegative = (quantity: string): boolean => quantity.startsWith('-');
/** The longest correlation id. */
const LONGEST_DOCUMENT = 128;

const contextOf = ({ document, effectiveAt }: Line) => ({
  effectiveAt,
  ...present({ correlationId: document.length <= LONGEST_DOCUMENT ? document : '' }),
});

/** What goes out has the sign −; a sale that came back is a receipt. */
function saleOf(line: PlacedLine, eventId: string): ImportEvent {
  const back = isNegative(line.quantity);
  const why = line.document.startsWith('C') ? 'cancellation' : 'return or write-off';
  const reason = line.reason || (back ? why : '');
  return {
    eventId,
    eventType: back ? 'productReceived' : 'productShipped',
    quantity: magnitude(line.quantity),
    ...{ ...contextOf(line), ...priceOf(line), ...present({ reason }), ...metadataOf(line) },
  };
}

function movementOf(line: PlacedLine, eventId: string): ImportEvent {
  const { eventType, quantity, reason } = line;
  const context = { ...contextOf(line), ...present({ reason }) };
  if (eventType === 'quantityAdjusted' || eventType === 'stockCounted')
    return { eventId, eventType, quantity, ...context };
  const out = isNegative(quantity);
  const change = { eventType: out ? 'productShipped' : 'productReceived', quantity: magnitude(quantity) };
  return { eventId, ...change, ...context, ...(out ? priceOf(line) : attributesOf(line)) };
}

/** The attributes of a counted product, if the file has any, and then the count. */
function countOf(line: PlacedLine, eventId: string): ImportEvent[] {
  const { quantity, reason, ...rest } = line;
  const attributes = attributesOf(line);
  const context = contextOf(line);
  const digest = digestOf(JSON.stringify(attributes)).slice(0, 8);
  const names = Object.keys(attributes);
  const described = {
    eventId: attributesIdOf(rest, digest),
    eventType: 'productAdjusted',
    ...attributes,
    ...context,
  };
  const counted = { eventId, eventType: 'stockCounted', quantity, ...context, ...present({ reason }) };
  return [...(names.length > 0 ? [described] : []), ...(quantity === '' ? [] : [counted])];
}

function attributesIdOf(
  { document, writtenAt, eventId }: Omit<PlacedLine, 'quantity' | 'reason'>,
  digest: string,
) {
  const place = eventId === '' ? [document, shortTime(writtenAt)] : [digestOf(eventId)];
  return ['attributes', ...place, digest].filter((part) => part !== '').join('/');
}

/** Whether a line changes anything: a movement of nothing does not. */
export const hasEffect = (kind: Kind, { quantity, eventType }: Line): boolean =>
  kind === 'counts' || kind === 'events' || quantity !== '0' || eventType === 'stockCounted';

/** The events of a line: one, two for a count with attributes, none if it changes nothing. */
export function eventsOf(kind: Kind, line: PlacedLine): readonly ImportEvent[] {
  const eventId = idOf(kind, line);
  if (kind === 'events') return [{ ...(JSON.parse(line.content) as ImportEvent), eventId }];
  if (kind === 'counts') return countOf(line, eventId);
  if (!hasEffect(kind, line)) return [];
  return [kind === 'sales' ? saleOf(line, eventId) : movementOf(line, eventId)];
}
