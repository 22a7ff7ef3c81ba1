import { inKeyOrder } from '@hindsight/bitemporal';
import { asSent, asWritten } from './currency';
import { parseEvents } from './parse';
import type { Registry } from './registry';
import { fieldNames, registersOf, stateOf, type ProductState } from './state';
import type { ChangeContent, ProductEvent } from './types';

/** Something in a log that is not as this code writes it. */
interface Violation {
  readonly expected: unknown;
  readonly found: unknown;
}

const text = (value: unknown): string => JSON.stringify(inKeyOrder(value));

/** Normalizing a content that is normalized changes nothing. */
function contentViolation(registry: Registry, productId: string, event: ProductEvent): Violation | undefined {
  const type = registry.get(event.eventType);
  const replacement = event['replacement'] as ChangeContent | undefined;
  const replaced = replacement && registry.get(replacement.eventType);
  // Older contents are upcast on read; their original schema is no longer available.
  if (event.schemaVersion !== type?.schemaVersion) return undefined;
  if (replacement && replaced?.schemaVersion !== replacement.schemaVersion) return undefined;
  const sent = asSent(event);
  const parsed = parseEvents(registry, asWritten(event), { productId, newId: () => '' });
  if (!parsed.ok) return { expected: 'a valid event', found: parsed.errors };
  const [again] = parsed.events;
  return text(again) === text(sent) ? undefined : { expected: inKeyOrder(again), found: inKeyOrder(sent) };
}

/** A quantity has exactly one spelling, so equal quantities and attributes have exactly one state. */
function stateViolation(productId: string, { conflicts, ...state }: ProductState): Violation | undefined {
  const { quantity } = state;
  // Sums may exceed the limit of a single event, but they use the same spelling.
  const isCanonical = /^(0|-?(0|[1-9]\d*)(\.\d*[1-9])?)$/.test(quantity) && quantity !== '-0';
  if (!isCanonical) return { expected: 'a canonical decimal', found: quantity };
  const expected = stateOf(productId, registersOf(state));
  const differing = (['productId', ...fieldNames] as const).find(
    (field) => text(expected[field]) !== text(state[field]),
  );
  return differing && { expected: expected[differing], found: state[differing] };
}

/** The checks that apply to a stored event or state by itself, whichever version of the code wrote it. */
export const auditOf = (registry: Registry) => ({
  knows: ({ eventType }: ChangeContent): boolean => registry.get(eventType) !== undefined,
  event: (productId: string, event: ChangeContent & { readonly eventId: string }): Violation | undefined =>
    contentViolation(registry, productId, event as ProductEvent),
  state: stateViolation,
});
