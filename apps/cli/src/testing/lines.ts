import type { Line } from '../import/line';

/** Quantities in whole units. */
type PartialLine = Partial<Omit<Line, 'quantity'>> & { readonly quantity?: number };

/** A line with what a test says of it, numbered by its place among the others. */
export function linesOf(...parts: readonly PartialLine[]): Line[] {
  return parts.map((part, index) => ({
    number: index + 1,
    invoiceNo: `5363${index}`,
    stockCode: '85123A',
    effectiveAt: '2010-12-01T08:26:00.000Z',
    unitPrice: '2.55',
    description: '',
    country: '',
    ...part,
    quantity: BigInt((part.quantity ?? 1) * 1_000_000),
  }));
}

/** The lines as a file gives them. */
export async function* streamOf(lines: readonly Line[]): AsyncGenerator<Line> {
  await Promise.resolve();
  yield* lines;
}
