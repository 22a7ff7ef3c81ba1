import type { Line } from '../import/lines';

/** A line with what a test says of it, numbered by its place among the others. */
export function linesOf(...parts: readonly Partial<Line>[]): Line[] {
  return parts.map((part, index) => ({
    number: index + 1,
    invoiceNo: `5363${index}`,
    stockCode: '85123A',
    effectiveAt: '2010-12-01T08:26:00.000Z',
    quantity: 1,
    unitPrice: '2.55',
    description: '',
    country: '',
    ...part,
  }));
}

/** The lines as a file gives them. */
export async function* streamOf(lines: readonly Line[]): AsyncGenerator<Line> {
  await Promise.resolve();
  yield* lines;
}
