import { registry, type ProductEvent } from '@hindsight/domain';
import { contentHash } from '@hindsight/event-log';
import type { ProductDifference } from '@hindsight/workflow';
import type { Item, Workshop } from './workshop';

export type Event = Record<string, unknown>;
export type State = Record<string, unknown>;

export const key = (version: number): string => `v#${String(version).padStart(12, '0')}`;
const day = (time: string): string => `2026-03-01T${time}:00Z`;
export const eventOf = (item: Item): Event => item['event'] as Event;
export const atOf = (item: Item): State => (item['at'] as { state: State }).state;

export const conflictOf = (item: Item): State => (atOf(item)['conflicts'] as State[])[0] as State;

/** A log with everything in it: late events, corrections, batches, a flagged shortage, summaries. */
export async function build(shop: Workshop): Promise<void> {
  const received = (eventId: string, quantity: number, time?: string) => ({
    eventId,
    eventType: 'productReceived',
    quantity,
    ...(time && { effectiveAt: day(time) }),
  });
  const shipped = (eventId: string, quantity: number, time?: string) => ({
    ...received(eventId, quantity, time),
    eventType: 'productShipped',
  });
  await shop.append(received('e1', 10, '10:00'));
  await shop.append(shipped('e2', 4, '11:00'));
  await shop.append({
    eventId: 'e3',
    eventType: 'productAdjusted',
    unitPrice: '$3',
    effectiveAt: day('11:30'),
  });
  await shop.append(received('e4', 5));
  await shop.append(shipped('e5', 3));
  await shop.append(received('e6', 2, '10:30'));
  const replacement = { eventType: 'productShipped', quantity: 5, effectiveAt: day('10:45') };
  await shop.append({ eventId: 'e7', eventType: 'eventCorrected', targetEventId: 'e2', replacement });
  await shop.append({ eventId: 'e8', eventType: 'eventRetracted', targetEventId: 'e6' });
  await shop.append(shipped('e9', 100, '11:15'));
  await shop.append(received('e10', 200));
  await shop.append(received('e11', 1), shipped('e12', 1));
  await shop.append(received('e13', 7, '10:05'), {
    eventId: 'e14',
    eventType: 'eventRetracted',
    targetEventId: 'e4',
  });
  await shop.repair();
  await shop.append(shipped('e15', 2));
}

export interface Planted {
  readonly what: string;
  readonly found: Pick<ProductDifference, 'invariant' | 'version'> & Partial<ProductDifference>;
  plant(shop: Workshop): Promise<void>;
}

/** Changes one item. */
export const change =
  (prefix: string, edit: (item: Item) => void) =>
  async (shop: Workshop): Promise<void> => {
    const item = shop.item(prefix);
    edit(item);
    await shop.put(item);
  };

/** Changes what an event says, and its hash with it, as someone would who knows the format. */
export const forge =
  (version: number, edit: (event: Event) => void) =>
  async (shop: Workshop): Promise<void> => {
    const item = shop.item(key(version));
    edit(eventOf(item));
    const hash = contentHash(registry, eventOf(item) as unknown as ProductEvent);
    await shop.put({ ...item, hash });
  };
