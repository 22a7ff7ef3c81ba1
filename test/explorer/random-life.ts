import { randomFrom } from '../support/random';

const MINUTE = 60_000;

/** An event as a client sends it. */
export type Sent = Readonly<Record<string, unknown>> & { readonly eventId: string };

export interface Life {
  readonly events: readonly Sent[];
  /** Any number from 0 to 1, the next of the seed. */
  readonly random: () => number;
}

const pick = <T>(random: () => number, values: readonly T[]): T =>
  values[Math.floor(random() * values.length)] as T;

function changeOf(random: () => number): Record<string, unknown> {
  const quantity = String(Math.ceil(random() * 40) / pick(random, [1, 1, 2, 8]));
  const eventType = pick(random, [
    ...['productReceived', 'productReceived', 'productReceived'],
    ...['productShipped', 'productShipped', 'quantityAdjusted', 'stockCounted', 'productAdjusted'],
  ]);
  if (eventType === 'productAdjusted')
    return pick(random, [
      { eventType, color: pick(random, ['red', 'blue', null]) },
      { eventType, reorderPoint: quantity },
      { eventType, unitPrice: `$${quantity}`, quantity },
    ]);
  if (eventType === 'quantityAdjusted')
    return { eventType, quantity: pick(random, [quantity, `-${quantity}`]), reason: 'found' };
  if (eventType === 'productReceived') return { eventType, quantity, unitPrice: `$${quantity}` };
  return { eventType, quantity };
}

/** A product's random life: late events, events to come, several at one moment, corrections of corrections. */
export function lifeOf(seed: number, count: number, start: number): Life {
  const random = randomFrom(seed);
  const events: Sent[] = [];
  const time = () => new Date(start + Math.floor(random() * 80) * MINUTE).toISOString();
  for (let number = 1; number <= count; number += 1) {
    const eventId = `e${number}`;
    const changes = events.filter(({ targetEventId }) => targetEventId === undefined);
    const target = pick(random, changes);
    const kind = random();
    if (changes.length < 3 || kind < 0.75) events.push({ eventId, ...changeOf(random), effectiveAt: time() });
    else if (kind < 0.83)
      events.push({ eventId, eventType: 'eventRetracted', targetEventId: target.eventId });
    else {
      const moves = random() < 0.5 ? { effectiveAt: time() } : {};
      const replacement = { ...changeOf(random), ...moves };
      events.push({ eventId, eventType: 'eventCorrected', targetEventId: target.eventId, replacement });
    }
  }
  return { events, random };
}

/** A moment at, just before or just after one of some moments. */
export function momentNear(random: () => number, moments: readonly string[]): string {
  return new Date(Date.parse(pick(random, moments)) + pick(random, [-1, 0, 0, 1])).toISOString();
}
