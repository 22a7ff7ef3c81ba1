import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { randomFrom } from '../support/random';

/** One sale or return as the file has it, and what became of its recording. */
export interface Line {
  readonly product: string;
  readonly id: string;
  /** Milliseconds: when it happened, and when the log learned of it. */
  readonly happened: number;
  readonly recorded: number;
  /** Units sold; negative: returned. */
  readonly sold: number;
  /** Pounds a unit, as the file writes it; undefined where that is no price. */
  readonly price: string | undefined;
  readonly correction: { readonly recorded: number; readonly sold: number } | undefined;
  readonly retracted: number | undefined;
}

const DAY = 86_400_000;

/** A Pareto tail: mostly minutes, sometimes months; at most 200 days. Milliseconds. */
const delay = (random: () => number): number => Math.min(200 * DAY, 60_000 / (1 - random()) ** 1.6);

const isDrawn = (code: string, oneIn: number): boolean =>
  [...code].reduce((sum, character) => sum * 31 + character.charCodeAt(0), 7) % oneIn === 0;

/** Not the line of headings, nor one that sold nothing. */
const isUsable = (sold: number, happened: number): boolean =>
  Number.isFinite(sold) && sold !== 0 && !Number.isNaN(happened);

/** The first five columns, which are never quoted. */
function columnsOf(text: string) {
  const [date = '', , stockCode = '', quantity = '', unitPrice = ''] = text.split(',');
  return {
    code: stockCode.replaceAll(' ', '.20'),
    sold: Number(quantity),
    happened: Date.parse(date),
    price: /^[0-9]+(\.[0-9]+)?$/.test(unitPrice) ? unitPrice : undefined,
  };
}

/**
 * The lines of a retail file, with 5 % recorded late by a heavy-tailed delay, 2 % corrected later and 1 %
 * retracted later, all drawn from the seed.
 */
export async function year(
  file: string,
  { lines: most, seed, oneIn }: { lines: number; seed: number; oneIn: number },
): Promise<Line[]> {
  const random = randomFrom(seed);
  const stream = createReadStream(file);
  const input = file.endsWith('.gz') ? stream.pipe(createGunzip()) : stream;
  const lines: Line[] = [];
  let number = 0;
  for await (const text of createInterface({ input })) {
    const { code, sold, happened, price } = columnsOf(text);
    if (!isUsable(sold, happened) || !isDrawn(code, oneIn)) continue;
    if (number >= most) break;
    number += 1;
    const recorded = happened + 1000 + (random() < 0.05 ? delay(random) : 0);
    const corrects = random() < 0.02;
    const correction = corrects
      ? { recorded: recorded + 1000 + delay(random), sold: sold + (sold > 0 ? 3 : -3) }
      : undefined;
    const retracted = random() < 0.01 ? (correction?.recorded ?? recorded) + 1000 + delay(random) : undefined;
    lines.push({
      product: code,
      id: `line-${number}`,
      happened,
      recorded,
      sold,
      price,
      correction,
      retracted,
    });
  }
  return lines;
}

/** What the file says of a product at a moment. */
export interface Expected {
  readonly quantity: number;
  /** Pounds a unit, of the first line that counts with which goods came back at a price. */
  readonly price: number | undefined;
}

const isKnown = (moment: number | undefined, knownAt: number): boolean =>
  moment !== undefined && Math.floor(moment) <= knownAt;

/**
 * A product straight from its lines: what was known at K of what had happened by T. Undefined where nothing
 * counts. Shares nothing with the log.
 */
export function expectedFrom(lines: readonly Line[], asOf: number, knownAt: number): Expected | undefined {
  let quantity = 0;
  let counts = false;
  let first: Line | undefined;
  for (const line of lines) {
    const { happened, recorded, sold, correction, retracted } = line;
    if (happened > asOf || !isKnown(recorded, knownAt) || isKnown(retracted, knownAt)) continue;
    const units = correction && isKnown(correction.recorded, knownAt) ? correction.sold : sold;
    quantity -= units;
    counts = true;
    if (units >= 0 || line.price === undefined) continue;
    // The first to have happened; of those at the same minute, the first to be recorded, then in the file's order.
    const isEarlier =
      first === undefined ||
      happened < first.happened ||
      (happened === first.happened && Math.floor(recorded) < Math.floor(first.recorded));
    if (isEarlier) first = line;
  }
  if (!counts) return undefined;
  return { quantity, price: first === undefined ? undefined : Number(first.price) };
}

/** Everything that is recorded of one product, in the order of recording. */
export function recordings(lines: readonly Line[]): { at: number; body: object }[] {
  const change = (sold: number, price: string | undefined) =>
    sold > 0
      ? { eventType: 'productShipped', quantity: sold }
      : {
          eventType: 'productReceived',
          quantity: -sold,
          ...(price !== undefined && { unitPrice: { amount: price, currency: 'GBP' } }),
        };
  const all = lines.flatMap(({ id, happened, recorded, sold, price, correction, retracted }) => [
    {
      at: recorded,
      body: { eventId: id, effectiveAt: new Date(happened).toISOString(), ...change(sold, price) },
    },
    ...(correction
      ? [
          {
            at: correction.recorded,
            body: {
              eventId: `${id}-corrected`,
              eventType: 'eventCorrected',
              targetEventId: id,
              replacement: change(correction.sold, price),
            },
          },
        ]
      : []),
    ...(retracted === undefined
      ? []
      : [
          {
            at: retracted,
            body: { eventId: `${id}-retracted`, eventType: 'eventRetracted', targetEventId: id },
          },
        ]),
  ]);
  return all.map((each) => ({ ...each, at: Math.floor(each.at) })).sort((a, b) => a.at - b.at);
}
