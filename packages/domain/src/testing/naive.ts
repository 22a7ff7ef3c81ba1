import {
  advance,
  historyOf,
  positionKey,
  type Change,
  type Conflict,
  type EffectiveEvent,
  type StateAt,
} from '@hindsight/bitemporal';
import { isGreater, isNegative, subtract } from '../decimal';
import { registry } from '../registry.generated';
import { fieldNames as FIELDS, type ProductState } from '../state';
import type { ChangeContent } from '../types';
import { changeSetOf, firstPosition, type Addition } from './addition';

type Fact = EffectiveEvent<ChangeContent>;
type Snapshot = StateAt<ProductState>;

const deficitOf = (state: ProductState | null): string =>
  state !== null && isNegative(state.quantity) ? subtract('0', state.quantity) : '0';

/** The naive way: every answer folds both histories from their beginning. */
export class Naive {
  readonly old: readonly Fact[];
  readonly now: readonly Fact[];
  /** The first position that the addition touches; `~`, after all others, where it touches none. */
  readonly from: string;

  constructor(readonly addition: Addition) {
    this.old = historyOf(registry, addition.before);
    this.now = historyOf(registry, addition.after);
    this.from = firstPosition(changeSetOf(addition)) ?? '~';
  }

  /** The product after all facts through a position. */
  through(facts: readonly Fact[], place: string): Snapshot | null {
    const { productId } = this.addition;
    return facts
      .filter(({ event }) => positionKey(event) <= place)
      .reduce<Snapshot | null>((before, fact) => advance(registry, productId, before, fact), null);
  }

  states(place: string): [ProductState | null, ProductState | null] {
    return [this.through(this.old, place)?.state ?? null, this.through(this.now, place)?.state ?? null];
  }

  /** Every fact of either history, once, in effective order. */
  get facts(): Fact[] {
    const byPlace = new Map([...this.old, ...this.now].map((fact) => [positionKey(fact.event), fact]));
    return [...byPlace.keys()].sort().map((place) => byPlace.get(place) as Fact);
  }

  /** Both timelines sampled at every instant at which anything happens. */
  changes(): Change[] {
    const instants = [...new Set(this.facts.map(({ event }) => event.effectiveAt))];
    const found = FIELDS.flatMap((field) => {
      const changes: Change[] = [];
      let open: Change | undefined;
      for (const from of instants) {
        const [before, after] = this.states(`${from}#~`).map((state) => state?.[field] ?? null);
        const same = JSON.stringify([open?.before ?? null, open?.after ?? null]);
        if (open !== undefined && same === JSON.stringify([before, after])) continue;
        if (open !== undefined) changes.push({ ...open, to: from });
        open = undefined;
        if (JSON.stringify(before) !== JSON.stringify(after)) open = { from, to: null, field, before, after };
      }
      return open === undefined ? changes : [...changes, open];
    });
    return [...this.variances(), ...found].sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0));
  }

  /** What each count of the old history found, before and after. */
  variances(): Change[] {
    const found = (facts: readonly Fact[], { event }: Fact): string | null => {
      const fact = facts.find((other) => positionKey(other.event) === positionKey(event));
      if (fact?.content.eventType !== 'stockCounted') return null;
      const earlier = facts.filter((other) => positionKey(other.event) < positionKey(event));
      const expected = this.through(earlier, '~')?.state.quantity ?? '0';
      return subtract(fact.content['quantity'] as string, expected);
    };
    return this.old.flatMap((fact): Change[] => {
      const [before, after] = [found(this.old, fact), found(this.now, fact)];
      const { eventId, effectiveAt: from } = fact.event;
      if (before === null || before === after) return [];
      return [{ from, to: from, field: 'variance', before, after, eventId }];
    });
  }

  /** Every instant at whose end the new history lacks more than the old one. */
  conflicts(): Conflict[] {
    const found = this.facts.flatMap(({ event }, index): Conflict[] => {
      if (this.facts[index + 1]?.event.effectiveAt === event.effectiveAt) return [];
      const [was, is] = this.states(positionKey(event)).map(deficitOf);
      const { eventId, version, effectiveAt } = event;
      const grows = isGreater(is as string, was as string);
      return grows
        ? [{ rule: 'insufficient-stock', deficit: is as string, eventId, version, effectiveAt }]
        : [];
    });
    const deepest = found.find(({ deficit }) => !found.some((other) => isGreater(other.deficit, deficit)));
    return found.map((conflict, index) => ({
      ...conflict,
      ...(index === 0 && { first: true as const }),
      ...(conflict === deepest && { deepest: true as const }),
    }));
  }
}
