import type { BrokenRule, Content, Domain, EffectiveEvent, EventReference, Judged, Recorded } from './domain';
import { comparePositions } from './position';

/** Through where the log was known: all of it, or up to a recorded time or a version, inclusive. */
export interface Known {
  readonly knownAt?: string;
  readonly version?: number;
}

/** The state at a position of a history, and the event that led to it. */
export interface StateAt<State> {
  readonly state: State;
  readonly last: EventReference;
}

/**
 * The definition of a stream's history, and the oracle of every test. Everything faster must equal it.
 *
 * 1. Take what was known.
 * 2. Apply the corrections among those events; of several corrections of one target, the last recorded wins.
 * 3. Sort by effective time, ties in the order of recording.
 */
export function historyOf<State extends Judged, Event extends Content>(
  domain: Domain<State, Event>,
  log: readonly Recorded<Event>[],
  known: Known = {},
): readonly EffectiveEvent<Event>[] {
  const events = log.filter(
    ({ recordedAt, version }) =>
      recordedAt <= (known.knownAt ?? recordedAt) && version <= (known.version ?? version),
  );
  const corrections = new Map(
    events.flatMap((event) => {
      const correction = domain.correction(event);
      if (correction === undefined) return [];
      return [[correction.targetEventId, { ...correction, version: event.version }] as const];
    }),
  );
  return events
    .filter((event) => domain.correction(event) === undefined)
    .flatMap((event) => {
      const correction = corrections.get(event.eventId);
      if (correction === undefined) return [effectiveEventOf(domain, event, event)];
      const { replacement, version } = correction;
      return replacement === undefined ? [] : [effectiveEventOf(domain, event, replacement, version)];
    })
    .sort((a, b) => comparePositions(a.event, b.event));
}

/**
 * An event at its position: its own, or the one that a replacement moves it to.
 * @param correction the version of the correction that brought the content; absent: it is the event's own
 */
export function effectiveEventOf<State extends Judged, Event extends Content>(
  domain: Domain<State, Event>,
  event: Omit<EventReference, 'eventType' | 'correction'>,
  content: Event,
  correction?: number,
): EffectiveEvent<Event> {
  const { eventId, version, recordedAt, recordedBy } = event;
  const { eventType, effectiveAt = event.effectiveAt } = content;
  return {
    event: {
      ...{ eventId, eventType, version, effectiveAt, recordedAt, recordedBy },
      ...(correction !== undefined && { correction }),
    },
    content: domain.upcast(content),
  };
}

/** One entry for each broken rule; an earlier breach that still lasts keeps the event at which it began. */
function brokenRules<State extends Judged, Event extends Content>(
  domain: Domain<State, Event>,
  before: State | null,
  after: State,
  at: EventReference,
): readonly BrokenRule[] {
  return domain.invariants.flatMap((invariant) => {
    const deficit = invariant.breach(after);
    if (deficit === undefined) return [];
    const since = before?.conflicts?.find(({ rule }) => rule === invariant.name) ?? at;
    const { eventId, version, effectiveAt } = since;
    return [{ rule: invariant.name, deficit, eventId, version, effectiveAt }];
  });
}

/** The state one event further on; `before` is null for the first in effective order. */
export function advance<State extends Judged, Event extends Content>(
  domain: Domain<State, Event>,
  streamId: string,
  before: StateAt<State> | null,
  { event, content }: EffectiveEvent<Event>,
): StateAt<State> {
  const state = domain.evolve(streamId, before?.state ?? null, content);
  const conflicts = brokenRules(domain, before?.state ?? null, state, event);
  return { state: conflicts.length === 0 ? state : { ...state, conflicts }, last: event };
}

/** state(asOf = T, knownAt = K): the fold of the effective events with effectiveAt ≤ T. */
export function stateAsOf<State extends Judged, Event extends Content>(
  domain: Domain<State, Event>,
  streamId: string,
  log: readonly Recorded<Event>[],
  { asOf, ...known }: Known & { readonly asOf: string },
): StateAt<State> | null {
  let current: StateAt<State> | null = null;
  for (const effective of historyOf(domain, log, known)) {
    if (effective.event.effectiveAt > asOf) break;
    current = advance(domain, streamId, current, effective);
  }
  return current;
}
