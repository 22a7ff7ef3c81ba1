import {
  Adjuster,
  advance,
  comparePositions,
  historyOf,
  positionKey,
  type ChangeSet,
  type Comparison,
  type EffectiveEvent,
  type StateAt,
} from '@hindsight/bitemporal';
import { registry } from '../registry.generated';
import type { ProductState } from '../state';
import type { ChangeContent, RecordedEvent } from '../types';

type Fact = EffectiveEvent<ChangeContent>;

/** Two logs of one product, the newer one the older with events added, and the moment of the addition. */
export interface Addition {
  readonly productId: string;
  readonly before: readonly RecordedEvent[];
  readonly after: readonly RecordedEvent[];
  readonly now: string;
}

/** What the newer log does to the history of the older one, found by comparing both, fact by fact. */
export function changeSetOf({ before, after }: Addition): ChangeSet<ChangeContent> {
  // A correction that repeats the content of the one before replaces the fact too: its event names the correction.
  const textOf = (fact: Fact) => JSON.stringify(fact);
  const [old, now] = [historyOf(registry, before), historyOf(registry, after)];
  const [oldTexts, newTexts] = [new Set(old.map(textOf)), new Set(now.map(textOf))];
  return {
    removed: new Set(
      old.filter((fact) => !newTexts.has(textOf(fact))).map(({ event }) => positionKey(event)),
    ),
    inserted: now.filter((fact) => !oldTexts.has(textOf(fact))),
  };
}

const isBefore = ({ event }: Fact, place: string): boolean => positionKey(event) < place;

/** The first position that a change set touches; undefined if it touches none. */
export const firstPosition = ({ removed, inserted }: ChangeSet<ChangeContent>): string | undefined =>
  [...removed, ...inserted.map(({ event }) => positionKey(event))].sort()[0];

/** An adjuster just before the first position of the change set, and the facts that it is to be given. */
export function adjusterOf(
  addition: Addition,
  changeSet: ChangeSet<ChangeContent> = changeSetOf(addition),
): { adjuster: Adjuster<ProductState, ChangeContent>; facts: readonly Fact[] } {
  const { productId, before, now } = addition;
  const history = [...historyOf(registry, before)].sort((a, b) => comparePositions(a.event, b.event));
  const from = firstPosition(changeSet) ?? '~';
  let base: StateAt<ProductState> | null = null;
  for (const fact of history.filter((fact) => isBefore(fact, from)))
    base = advance(registry, productId, base, fact);
  const adjuster = new Adjuster({ domain: registry, streamId: productId, base, changeSet, now });
  return { adjuster, facts: history.filter((fact) => !isBefore(fact, from)) };
}

/** The comparison as an event log makes it: it stops reading where the two histories are one again. */
export function compare(addition: Addition, changeSet?: ChangeSet<ChangeContent>): Comparison<ProductState> {
  const { adjuster, facts } = adjusterOf(addition, changeSet);
  for (const fact of facts) {
    if (adjuster.settled) break;
    adjuster.fold(fact);
  }
  return adjuster.finish();
}
