import { decimalOf, millionths } from '@hindsight/bitemporal';
import { parseDecimal, parseEvents, registry } from '@hindsight/domain';
import { plain, type Field } from './column-names';
import { timeIn } from './dates';
import { eventsOf } from './events';
import { writtenTime, type Format } from './format';
import type { Kind } from './kinds';
import { lineOf, type Line, type TextName } from './line';
import { amountIn, plainDecimal, type DecimalMark } from './numbers';

const UTC = (shown: number): number => shown;

/** The usual words for a movement, in lower case without blanks. */
const WORDS: Readonly<Record<'in' | 'out' | 'quantityAdjusted' | 'stockCounted', readonly string[]>> = {
  in: [
    ...[
      'in',
      'receipt',
      'received',
      'receive',
      'purchase',
      'purchasereceipt',
      'productreceived',
      'materialreceipt',
    ],
    ...[
      'stockreceived',
      'return',
      'zugang',
      'eingang',
      'wareneingang',
      'entree',
      'reception',
      'entrada',
      'entrata',
    ],
  ],
  out: [
    ...[
      'out',
      'shipment',
      'shipped',
      'ship',
      'sale',
      'sold',
      'issue',
      'materialissue',
      'deliverynote',
      'delivery',
    ],
    ...['productshipped', 'salesinvoice', 'abgang', 'ausgang', 'warenausgang', 'verkauf', 'sortie', 'vente'],
    ...['salida', 'venta', 'uscita', 'vendita'],
  ],
  quantityAdjusted: [
    'adjustment',
    'adjust',
    'quantityadjusted',
    'correction',
    'korrektur',
    'damage',
    'loss',
    'theft',
  ],
  stockCounted: [
    'count',
    'counted',
    'stockcounted',
    'stocktake',
    'recount',
    'inventory',
    'inventur',
    'inventaire',
  ],
};

/** What a word of the file makes of a quantity. @returns an error message */
function typed(
  word: string,
  quantity: string,
  signed: boolean,
): { eventType: string; quantity: string } | string {
  const given = plain(word);
  const negative = quantity.startsWith('-');
  const size = quantity.replace('-', '');
  if (WORDS.stockCounted.includes(given))
    return negative ? `quantity "${quantity}" must not be negative` : { eventType: 'stockCounted', quantity };
  if (WORDS.quantityAdjusted.includes(given)) return { eventType: 'quantityAdjusted', quantity };
  if (WORDS.out.includes(given)) return { eventType: '', quantity: size === '0' ? '0' : `-${size}` };
  if (WORDS.in.includes(given)) return { eventType: '', quantity: signed && negative ? quantity : size };
  if (signed || given === '') return { eventType: '', quantity };
  const known = `${WORDS.in[1]}, ${WORDS.out[1]}, ${WORDS.quantityAdjusted[0]} or ${WORDS.stockCounted[0]}`;
  return `eventType "${word}" is not known; write ${known}, or give the quantity a sign`;
}

/** The validation error of the service for the events of a line, reported before anything is sent. */
export function problemOf(kind: Kind, line: Line): string | undefined {
  const events = eventsOf(kind, { ...line, occurrence: 1 });
  if (events.length === 0) return undefined;
  const parsed = parseEvents(registry, events, { productId: line.productId, newId: () => '' });
  if (!('errors' in parsed)) return undefined;
  const texts = parsed.errors.map(({ path, message }) =>
    `${path.replace(/^\[\d+\]\.?/, '')} ${message}`.trim(),
  );
  return [...new Set(texts)].join('; ');
}

/** Reads the fields of one record. Each reader answers an error message if it can't. */
class RecordReader {
  readonly #times = new Map<string, { at: string; written: string } | undefined>();
  readonly #cancelledDocuments = new Set<string>();
  #before = { document: '', time: '' };
  #record: readonly string[] = [];

  constructor(readonly format: Format) {}

  read(record: readonly string[], number: number): Line | string {
    const { header, kind } = this.format;
    if (record.length !== header.length)
      return `has ${record.length} fields, and the header ${header.length}`;
    this.#record = record;
    const productId = this.#text('productId').normalize('NFC');
    if (productId === '') return 'productId "" must not be empty';
    const cancelled = this.#cancelled();
    if (cancelled !== undefined) return cancelled;
    const time = this.#time();
    if (typeof time === 'string') return time;
    const moved = this.#movement();
    if (typeof moved === 'string') return moved;
    const price = this.#price();
    if (typeof price === 'string') return price;
    const reorderPoint = this.#decimal('reorderPoint');
    if (typeof reorderPoint === 'string') return reorderPoint;
    const texts: readonly TextName[] = [
      'document',
      'eventId',
      'name',
      'unit',
      'color',
      'size',
      'reason',
      'country',
    ];
    const line = lineOf(number, productId, {
      ...Object.fromEntries(texts.map((name) => [name, this.#text(name as Field)])),
      ...{ effectiveAt: time.at, writtenAt: time.written, reorderPoint: reorderPoint.value },
      ...{ ...price, ...moved },
    });
    const reason = line.reason || (moved.eventType === 'quantityAdjusted' ? this.#text('eventType') : '');
    const whole = { ...line, reason };
    if (kind === 'counts' && eventsOf(kind, { ...whole, occurrence: 1 }).length === 0)
      return 'has neither a quantity nor an attribute';
    return problemOf(kind, whole) ?? whole;
  }

  #text(field: Field): string {
    const at = this.format.columns.get(field);
    return at === undefined ? '' : (this.#record[at]?.trim() ?? '');
  }

  /** Some programs say it of the first line of an order only. */
  #cancelled(): string | undefined {
    if (!this.format.columns.has('cancelledAt')) return undefined;
    const [at, document] = [this.#text('cancelledAt'), this.#text('document')];
    if (at !== '' && document !== '') this.#cancelledDocuments.add(document);
    const cancelled = at !== '' || this.#cancelledDocuments.has(document);
    return cancelled ? `document "${document}" was canceled` : undefined;
  }

  /** The time as it is written; a line without one, of the same document as the line before, has its time. */
  #written(): string {
    const text = writtenTime(this.#text('effectiveAt'), this.#text('timeOfDay'));
    const document = this.#text('document');
    const same = text === '' && document !== '' && document === this.#before.document;
    const time = same ? this.#before.time : text;
    this.#before = { document, time };
    return time;
  }

  #time(): { at: string; written: string } | string {
    const { dates, zone, at } = this.format;
    const text = this.#written();
    if (text === '' && at !== '') return { at, written: at };
    if (!this.#times.has(text)) {
      const [moment, written] = [timeIn(text, dates, zone), timeIn(text, dates, UTC)];
      this.#times.set(text, moment === undefined ? undefined : { at: moment, written: written ?? moment });
    }
    return this.#times.get(text) ?? `effectiveAt "${text}" is not a time of the format ${dates}`;
  }

  #decimalIn(field: Field, text: string, mark: DecimalMark): { value: string } | string {
    const digits = plainDecimal(text, mark);
    const parsed = digits === undefined ? { problem: '' } : parseDecimal(digits);
    return 'value' in parsed
      ? parsed
      : `${field} "${this.#text(field)}" must be a decimal of at most 6 places`;
  }

  #decimal(field: 'quantity' | 'quantityIn' | 'quantityOut' | 'reorderPoint'): { value: string } | string {
    const text = this.#text(field);
    return text === '' ? { value: '' } : this.#decimalIn(field, text, this.format.marks[field]);
  }

  #price(): { unitPrice: string; currency: string } | string {
    const { amount, currency } = amountIn(this.#text('unitPrice'));
    if (amount === '') return { unitPrice: '', currency: '' };
    const parsed = this.#decimalIn('unitPrice', amount, this.format.marks.unitPrice);
    if (typeof parsed === 'string') return parsed;
    return { unitPrice: parsed.value, currency: this.#text('currency') || this.format.currency || currency };
  }

  /** The quantity with its sign, and the type if it is neither a receipt nor a shipment. */
  #movement(): { eventType: string; quantity: string } | string {
    const { kind, columns, signed } = this.format;
    const quantity = this.#quantity();
    if (typeof quantity === 'string') return quantity;
    const { value } = quantity;
    if (value === '' && kind !== 'counts') return 'quantity "" must be a decimal of at most 6 places';
    if (kind === 'counts' && value.startsWith('-')) return `quantity "${value}" must not be negative`;
    if (kind !== 'movements' || !columns.has('eventType')) return { eventType: '', quantity: value };
    return typed(this.#text('eventType'), value, signed || !columns.has('quantity'));
  }

  #quantity(): { value: string } | string {
    if (this.format.columns.has('quantity')) return this.#decimal('quantity');
    const [come, gone] = [this.#decimal('quantityIn'), this.#decimal('quantityOut')];
    if (typeof come === 'string') return come;
    if (typeof gone === 'string') return gone;
    if (come.value === '' && gone.value === '') return { value: '' };
    // Some programs write what went out with a minus.
    const out = millionths((gone.value || '0').replace('-', ''));
    return { value: decimalOf(millionths(come.value || '0') - out) };
  }
}

/** Parses the records of a format one by one; answers the reason if a record is refused. */
export function lineReader(format: Format): (record: readonly string[], number: number) => Line | string {
  const reader = new RecordReader(format);
  return (record, number) => reader.read(record, number);
}
