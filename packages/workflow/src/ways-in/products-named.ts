import { productIdSchema } from '@hindsight/domain';
import { eventsIn, type Format } from './envelopes';
import { isRecord } from './opened';

/**
 * The products that the events of a body name, each once, before any of it is validated. What is not readable is left
 * out: validation will refuse it.
 */
export function productsNamed(body: unknown, format?: Format): readonly string[] {
  const opened = eventsIn(body, format);
  if ('errors' in opened) return [];
  const named = opened.sent.map(({ event }) => (isRecord(event) ? event['productId'] : undefined));
  return [...new Set(named.flatMap((name) => productIdSchema.safeParse(name).data ?? []))];
}
