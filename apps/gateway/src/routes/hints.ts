import type { ProductLogReader } from '@hindsight/workflow';

/** The query of a first page, as far as a hint depends on it. */
export interface Looked {
  readonly productId: string;
  readonly order: 'recorded' | 'effective';
  readonly span: { readonly from?: string; readonly to?: string };
  readonly known: { readonly knownAt?: string; readonly version?: number };
  readonly types?: readonly string[] | undefined;
}

/**
 * Why a list is probably empty: its bounds are on one time axis, and what they select is on the other. Undefined if the
 * other axis has nothing there either.
 */
export async function hintOf(
  log: ProductLogReader,
  { productId, order, span, known, types }: Looked,
): Promise<string | undefined> {
  const one = { direction: 'forward', limit: 1, ...(types && { types }) } as const;
  const isBounded = span.from !== undefined || span.to !== undefined;
  if (order === 'recorded') {
    const page = isBounded ? await log.readEffective(productId, { ...one, ...span }) : undefined;
    return page?.events.length
      ? 'no event was recorded between these times, but some took effect: order=effective lists them'
      : undefined;
  }
  if (isBounded) {
    const page = await log.readRecorded(productId, { ...one, ...span });
    if (page?.events.length)
      return 'no event took effect between these times, but some were recorded: order=recorded of the events lists them';
  }
  if (known.knownAt === undefined) return undefined;
  const [first] = (await log.readRecorded(productId, one))?.events ?? [];
  return first !== undefined && first.recordedAt > known.knownAt
    ? `nothing was recorded by ${known.knownAt}: knownAt is a time of recording, and the first event was recorded at ${first.recordedAt}`
    : undefined;
}
