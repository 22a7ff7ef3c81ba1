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
  readonly correction: { readonly recorded: number; readonly sold: number } | undefined;
  readonly retracted: number | undefined;
}

const DAY = 86_400_000;

/** A Pareto tail: mostly minutes, sometimes months; at most 200 days. Milliseconds. */
const delay = (random: () => number): number => Math.min(200 * DAY, 60_000 / (1 - random()) ** 1.6);

const isDrawn = (code: string, oneIn: number): boolean =>
  [...code].reduce((sum, character) => sum * 31 + character.charCodeAt(0), 7) % oneIn === 0;

/** Lines of plain codes only: what they become as product ids is not the matter here. */
const isUsable = (sold: number, happened: number, code: string): boolean =>
  Number.isFinite(sold) && sold !== 0 && !Number.isNaN(happened) && /^[A-Za-z0-9]+$/.test(code);

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
    // The first five columns are never quoted.
    const [date = '', , code = '', quantity = ''] = text.split(',');
    const sold = Number(quantity);
    const happened = Date.parse(date);
    if (!isUsable(sold, happened, code) || !isDrawn(code, oneIn)) continue;
    if (number >= most) break;
    number += 1;
    const recorded = happened + 1000 + (random() < 0.05 ? delay(random) : 0);
    const corrects = random() < 0.02;
    const correction = corrects
      ? { recorded: recorded + 1000 + delay(random), sold: sold + (sold > 0 ? 3 : -3) }
      : undefined;
    const retracted = random() < 0.01 ? (correction?.recorded ?? recorded) + 1000 + delay(random) : undefined;
    lines.push({ product: code, id: `line-${number}`, happened, recorded, sold, correction, retracted });
  }
  return lines;
}

/**
 * A product's quantity straight from the lines: what was known at K of what had happened by T. Undefined where
 * nothing counts. Shares nothing with the log.
 */
export function quantityFrom(lines: readonly Line[], asOf: number, knownAt: number): number | undefined {
  let quantity: number | undefined;
  for (const { happened, recorded, sold, correction, retracted } of lines) {
    if (happened > asOf || recorded > knownAt || (retracted !== undefined && retracted <= knownAt)) continue;
    quantity =
      (quantity ?? 0) - (correction !== undefined && correction.recorded <= knownAt ? correction.sold : sold);
  }
  return quantity;
}

/** Everything that is recorded of one product, in the order of recording. */
export function recordings(lines: readonly Line[]): { at: number; body: object }[] {
  const change = (sold: number) =>
    sold > 0
      ? { eventType: 'productShipped', quantity: sold }
      : { eventType: 'productReceived', quantity: -sold };
  const all = lines.flatMap(({ id, happened, recorded, sold, correction, retracted }) => [
    { at: recorded, body: { eventId: id, effectiveAt: new Date(happened).toISOString(), ...change(sold) } },
    ...(correction
      ? [
          {
            at: correction.recorded,
            body: {
              eventId: `${id}-corrected`,
              eventType: 'eventCorrected',
              targetEventId: id,
              replacement: change(correction.sold),
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
