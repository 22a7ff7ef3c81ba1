import { productId as productIdSchema } from './fields';
import { parseEach, placeIn, type InputError, type Refused, type SentEvent } from './parse';
import type { Registry } from './registry';
import type { ProductEvent } from './types';

/** An act carries events of 1 to this many products. */
export const PRODUCTS_LIMIT = 10;

/** The events of one product in an act, and where each is in the request. */
export interface ParsedPart {
  readonly productId: string;
  readonly events: readonly ProductEvent[];
  readonly indexes: readonly number[];
}

/** The product that an event names, as far as it is readable. */
function productIn({ event }: SentEvent): string | undefined {
  const named = typeof event === 'object' && event !== null && 'productId' in event ? event.productId : null;
  return productIdSchema.safeParse(named).data;
}

/** Adds the product to the errors of its events, so that a person who sent many finds the right one. */
function withProducts(errors: readonly InputError[], sent: readonly SentEvent[]): readonly InputError[] {
  const eventAt = (path: string): SentEvent | undefined => {
    const index = /^\[(\d+)\]/.exec(path)?.[1];
    if (index !== undefined) return sent[Number(index)];
    return sent.length === 1 ? sent[0] : undefined;
  };
  return errors.map((error) => {
    const event = eventAt(error.path);
    const productId = event && productIn(event);
    return productId === undefined ? error : { ...error, productId };
  });
}

/**
 * Validates 1 to 25 events of up to 10 products and normalizes them, or returns every error. Each event names its
 * product.
 */
export function parseAct(
  registry: Registry,
  sent: readonly SentEvent[],
  newId: (productId: string) => string,
): { readonly ok: true; readonly parts: readonly ParsedPart[] } | Refused {
  const parsed = parseEach(registry, sent);
  if (!parsed.ok) return { ...parsed, errors: withProducts(parsed.errors, sent) };
  const unnamed = sent.flatMap((one, index): InputError[] =>
    parsed.events[index]?.productId === undefined
      ? [{ path: placeIn(one, ['productId']), message: 'is required' }]
      : [],
  );
  if (unnamed.length > 0) return { ok: false, errors: unnamed };
  const parts = new Map<string, { events: ProductEvent[]; indexes: number[] }>();
  for (const [index, event] of parsed.events.entries()) {
    const productId = event.productId as string;
    const part = parts.get(productId) ?? { events: [], indexes: [] };
    part.events.push({ ...event, eventId: event.eventId ?? newId(productId) } as ProductEvent);
    part.indexes.push(index);
    parts.set(productId, part);
  }
  if (parts.size > PRODUCTS_LIMIT) {
    const message = `must have events of at most ${PRODUCTS_LIMIT} products, has events of ${parts.size}`;
    return { ok: false, errors: [{ path: '', message }] };
  }
  return { ok: true, parts: [...parts].map(([productId, part]) => ({ productId, ...part })) };
}
