import { lineOf, type Line, type TextName } from '@hindsight/import';

export type PartialLine = Partial<Record<TextName, string>> & { readonly productId?: string };

/** A line with what a test says of it, numbered as in a file with a header. */
export function linesOf(...parts: readonly PartialLine[]): Line[] {
  return parts.map(({ productId = '85123A', ...texts }, index) =>
    lineOf(index + 2, productId, {
      document: `5363${index}`,
      effectiveAt: '2010-12-01T08:26:00.000Z',
      writtenAt: texts.effectiveAt ?? '2010-12-01T08:26:00.000Z',
      quantity: '1',
      ...texts,
    }),
  );
}

/** The lines as a file gives them. */
export async function* streamOf(lines: readonly Line[]): AsyncGenerator<Line> {
  await Promise.resolve();
  yield* lines;
}
