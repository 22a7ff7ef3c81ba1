import {
  advance,
  historyOf,
  stateAsOf,
  type Content,
  type Domain,
  type EffectiveEvent,
  type Judged,
  type Recorded,
  type StateAt,
} from '@hindsight/bitemporal';

/**
 * What an append changes, for any domain, by the definition alone: two whole logs, each folded anew at every instant.
 * It shares nothing with the log but the fold itself.
 */
export class Naive<State extends Judged, Event extends Content> {
  constructor(
    readonly domain: Domain<State, Event>,
    readonly streamId: string,
  ) {}

  stateAt(log: readonly Recorded<Event>[], asOf: string): State | null {
    return stateAsOf(this.domain, this.streamId, log, { asOf })?.state ?? null;
  }

  /** The states along effective time, in order. */
  timeline(log: readonly Recorded<Event>[]): StateAt<State>[] {
    let current: StateAt<State> | null = null;
    return historyOf(this.domain, log).map(
      (effective) => (current = advance(this.domain, this.streamId, current, effective)),
    );
  }

  #instants(...logs: readonly (readonly Recorded<Event>[])[]): EffectiveEvent<Event>['event'][] {
    const events = logs.flatMap((log) => historyOf(this.domain, log).map(({ event }) => event));
    // Of each instant the last event.
    const last = new Map(
      events.sort((a, b) => a.version - b.version).map((event) => [event.effectiveAt, event]),
    );
    return [...last.values()].sort((a, b) => (a.effectiveAt < b.effectiveAt ? -1 : 1));
  }

  /** The spans of effective time over which a field differs. */
  changes(old: readonly Recorded<Event>[], all: readonly Recorded<Event>[]): unknown[] {
    const instants = this.#instants(old, all);
    const changes: { from: string; to: string | null; field: string; before: unknown; after: unknown }[] = [];
    for (const field of this.domain.fields) {
      let open: (typeof changes)[number] | undefined;
      for (const { effectiveAt: at } of instants) {
        const before = this.stateAt(old, at)?.[field] ?? null;
        const after = this.stateAt(all, at)?.[field] ?? null;
        if (open && open.before === before && open.after === after) continue;
        if (open) open.to = at;
        open = before === after ? undefined : { from: at, to: null, field, before, after };
        if (open) changes.push(open);
      }
    }
    const { fields } = this.domain;
    const order = (field: string) => fields.findIndex((known) => known === field);
    return changes.sort((a, b) =>
      a.from < b.from ? -1 : a.from > b.from ? 1 : order(a.field) - order(b.field),
    );
  }

  /** The instants at whose end a rule is broken more deeply than before. */
  conflicts(old: readonly Recorded<Event>[], all: readonly Recorded<Event>[]): unknown[] {
    return this.#instants(old, all).flatMap(({ eventId, version, effectiveAt }) => {
      const [before, after] = [this.stateAt(old, effectiveAt), this.stateAt(all, effectiveAt)];
      return this.domain.invariants.flatMap(({ name: rule, breach, worse }) => {
        const deficit = after === null ? undefined : breach(after);
        const was = before === null ? undefined : breach(before);
        if (deficit === undefined || (was !== undefined && !worse(deficit, was))) return [];
        return [{ rule, deficit, eventId, version, effectiveAt }];
      });
    });
  }
}
