import { Adjuster, type Comparison, type Overlay } from '../adjustment';
import { advance, comparePlaces, placeKey, type Fact, type Snapshot } from '../fold';
import { historyOf } from '../history';
import { registry } from '../registry.generated';
import type { RecordedEvent } from '../types';

/** Two logs of one product, the newer one the older with events added, and the moment of the addition. */
export interface Addition {
  readonly productId: string;
  readonly before: readonly RecordedEvent[];
  readonly after: readonly RecordedEvent[];
  readonly now: string;
}

/** What the newer log does to the history of the older one, found by comparing both, fact by fact. */
export function overlayOf({ before, after }: Addition): Overlay {
  const textOf = ({ event, content }: Fact) => JSON.stringify([placeKey(event), event.eventType, content]);
  const [old, now] = [historyOf(registry, before), historyOf(registry, after)];
  const [oldTexts, newTexts] = [new Set(old.map(textOf)), new Set(now.map(textOf))];
  return {
    removed: new Set(old.filter((fact) => !newTexts.has(textOf(fact))).map(({ event }) => placeKey(event))),
    inserted: now.filter((fact) => !oldTexts.has(textOf(fact))),
  };
}

const isBefore = ({ event }: Fact, place: string): boolean => placeKey(event) < place;

/** The first place that an overlay touches; undefined where it touches nothing. */
export const firstPlace = ({ removed, inserted }: Overlay): string | undefined =>
  [...removed, ...inserted.map(({ event }) => placeKey(event))].sort()[0];

/** An adjuster that stands just before the overlay's first place, and the facts that it is to be given. */
export function adjusterOf(
  addition: Addition,
  overlay: Overlay = overlayOf(addition),
): { adjuster: Adjuster; facts: readonly Fact[] } {
  const { productId, before, now } = addition;
  const history = [...historyOf(registry, before)].sort((a, b) => comparePlaces(a.event, b.event));
  const from = firstPlace(overlay) ?? '~';
  let base: Snapshot | null = null;
  for (const fact of history.filter((fact) => isBefore(fact, from)))
    base = advance(registry, productId, base, fact);
  const adjuster = new Adjuster({ registry, productId, base, overlay, now });
  return { adjuster, facts: history.filter((fact) => !isBefore(fact, from)) };
}

/** The comparison as an event log makes it: it stops reading where the two histories are one again. */
export function compare(addition: Addition, overlay?: Overlay): Comparison {
  const { adjuster, facts } = adjusterOf(addition, overlay);
  for (const fact of facts) {
    if (adjuster.settled) break;
    adjuster.fold(fact);
  }
  return adjuster.finish();
}
