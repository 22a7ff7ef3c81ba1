import { decimalOf } from '@hindsight/bitemporal';
import type { Money } from '@hindsight/domain';
import type { Line } from './line';
import type { PlacedLine } from './line-table';

/** An event as the import sends it: see the event types of the domain. */
export interface ImportEvent {
  readonly eventId: string;
  readonly eventType: 'productReceived' | 'productShipped' | 'productAdjusted' | 'stockCounted';
  readonly effectiveAt: string;
  readonly quantity: string;
  readonly unitPrice?: Money;
  readonly correlationId?: string;
  readonly reason?: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

/** Of the retail year that the tests load. */
export const CURRENCY = 'GBP';
const OPENING_LEAD_MS = 60_000;

/**
 * The first event of a product, a minute before its first line. The file has sales but no purchases, so the
 * opening adds as much stock as the lines would ever be short of. If they are never short, the opening
 * creates the product with nothing in stock: by its price if a line has one, by a count otherwise.
 * @param lines all the lines of one product in order, at least one
 */
export function openingOf(lines: Iterable<Line>, currency = CURRENCY): ImportEvent {
  const { first, price, shortage } = needsOf(lines);
  if (first === undefined) throw new RangeError('a product without lines has no opening');
  const effectiveAt = new Date(Date.parse(first.effectiveAt) - OPENING_LEAD_MS).toISOString();
  return {
    eventId: 'opening',
    eventType: shortage > 0n ? 'productReceived' : price !== undefined ? 'productAdjusted' : 'stockCounted',
    effectiveAt,
    quantity: decimalOf(shortage),
    ...(price !== undefined && { unitPrice: { amount: price, currency } }),
    reason: 'opening stock: the file has sales and no purchases',
  };
}

/** The first line, the first price above zero, and how far below zero the stock would go without an opening. */
function needsOf(lines: Iterable<Line>) {
  let first: Line | undefined;
  let price: string | undefined;
  let sold = 0n;
  let shortage = 0n;
  for (const line of lines) {
    first ??= line;
    if (isPositive(line.unitPrice)) price ??= line.unitPrice;
    sold += line.quantity;
    if (sold > shortage) shortage = sold;
  }
  return { first, price, shortage };
}

/**
 * The event of a line whose quantity is not 0. Positive quantities are shipments, negative ones are receipts.
 * The id is derived from the invoice and not from the position in the file, so an excerpt of whole products
 * yields the same events.
 */
export function eventOf(line: PlacedLine, currency = CURRENCY): ImportEvent {
  const { invoiceNo, occurrence, effectiveAt, quantity, unitPrice, description, country } = line;
  const metadata = { ...(description !== '' && { description }), ...(country !== '' && { country }) };
  return {
    eventId: `${invoiceNo}/${occurrence}`,
    eventType: quantity > 0n ? 'productShipped' : 'productReceived',
    effectiveAt,
    quantity: decimalOf(quantity < 0n ? -quantity : quantity),
    // A price below zero is a correction in the accounts, nothing that a product may cost.
    ...(unitPrice !== '' && !unitPrice.startsWith('-') && { unitPrice: { amount: unitPrice, currency } }),
    correlationId: invoiceNo,
    ...(quantity < 0n && { reason: invoiceNo.startsWith('C') ? 'cancellation' : 'return or write-off' }),
    metadata,
  };
}

const isPositive = (price: string): boolean => price !== '' && !price.startsWith('-') && /[1-9]/.test(price);
