import type { ProductState, RecordedEvent } from '@hindsight/domain';
import { registry } from '@hindsight/domain';
import { at, corrected, counted, received, retracted, shipped } from '../support/commands';
import { snapshotAt } from '../support/definition';
import { wholeLog } from '../support/log';
import { append, newWorld, type World } from '../views/world';

/** Random logs of a few products, and what the definition answers about them. */

export type Random = () => number;

export const below = (random: Random, bound: number): number => Math.floor(random() * bound);

export const chosen = <T>(random: Random, values: readonly T[]): T => {
  const value = values[below(random, values.length)];
  if (value === undefined) throw new Error('there is nothing to choose from');
  return value;
};

export const PRODUCTS = ['a', 'b/ü', 'c', 'd', 'never'];

/** Seconds of effective time that events are spread over. */
const SPAN = 40;

const quantityOf = (random: Random): string =>
  chosen(random, ['1', '2', '7', '0.1', '0.000001', '3.25', '99999.999999']);

function bodyOf(random: Random, now: number, targets: readonly string[]): object {
  const effectiveAt = at(now + below(random, SPAN) - Math.floor(SPAN * 0.75));
  const more = { effectiveAt };
  const target = targets.length > 0 ? chosen(random, targets) : undefined;
  const kind = chosen(random, [
    'received',
    'received',
    'shipped',
    'counted',
    'adjusted',
    'corrected',
    'retracted',
  ]);
  if (target !== undefined && kind === 'retracted') return retracted(target);
  if (target !== undefined && kind === 'corrected')
    return corrected(target, received(quantityOf(random), random() < 0.5 ? more : {}));
  if (kind === 'adjusted')
    return { eventType: 'productAdjusted', color: chosen(random, ['red', 'blue']), ...more };
  if (kind === 'counted') return counted(quantityOf(random), more);
  return kind === 'shipped' ? shipped(quantityOf(random), more) : received(quantityOf(random), more);
}

/** A world, and the log of each product, as it was written. */
export interface Told {
  readonly world: World;
  readonly logs: ReadonlyMap<string, readonly RecordedEvent[]>;
}

/** Some products with random events, a second or more after each other; some products are left alone for long. */
export async function randomWorld(random: Random): Promise<Told> {
  const world = newWorld();
  const targets = new Map<string, string[]>();
  const busy = PRODUCTS.slice(0, 1 + below(random, 4));
  const steps = 4 + below(random, 26);
  for (let step = 0; step < steps; step += 1) {
    world.seconds += 1 + below(random, 3);
    const product = chosen(random, busy);
    const own = targets.get(product) ?? [];
    const eventId = `e${step}`;
    const body = { eventId, ...bodyOf(random, world.seconds, own) };
    await append(world, product, body, { onConflict: 'flag' });
    if (!('targetEventId' in body)) targets.set(product, [...own, eventId]);
    if (random() < 0.2) await world.indexer().index(busy);
  }
  await world.indexer().index(busy);
  const logs = new Map<string, readonly RecordedEvent[]>();
  for (const product of busy) {
    const events = await wholeLog(world.log, product);
    if (events.length > 0) logs.set(product, events);
  }
  return { world, logs };
}

/** The state at a moment, as known at another, by the definition. */
export const stateOf = (
  events: readonly RecordedEvent[],
  moment: { readonly asOf: string; readonly knownAt?: string; readonly version?: number },
): ProductState | null => snapshotAt(registry, events, moment)?.state ?? null;

/** A moment somewhere in the life of the world. */
export const someMoment = (random: Random, { seconds }: World): string =>
  at(below(random, seconds + SPAN) - SPAN / 2);
