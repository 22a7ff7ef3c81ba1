import {
  fieldNames,
  registry,
  type ChangeContent,
  type ConflictPolicy,
  type ProductEvent,
  type ProductState,
  type RecordedEvent,
} from '@hindsight/domain';
import type { EffectiveEvent } from '@hindsight/bitemporal';
import { historyOf, snapshotAt } from '../support/definition';

/**
 * The oracle: a log as a list. It computes every answer from scratch by the definition (`historyOf`,
 * `snapshotAt`). It shares only that definition and the reducers with the event log.
 */
export interface Expected {
  readonly outcome:
    | 'stored'
    | 'replayed'
    | 'dryRun'
    | 'RuleBroken'
    | 'EventIdReused'
    | 'VersionConflict'
    | 'TargetNotFound'
    | 'LateNotAllowed';
  readonly state?: ProductState | null;
  readonly version?: number;
  readonly adjustment?: ExpectedAdjustment;
}

export interface ExpectedAdjustment {
  readonly before: ProductState | null;
  readonly after: ProductState | null;
  readonly changes: readonly {
    from: string;
    to: string | null;
    field: string;
    before: unknown;
    after: unknown;
    eventId?: string;
  }[];
  readonly conflicts: readonly { eventId: string; version: number; effectiveAt: string; deficit: string }[];
}

const END_OF_TIME = '9999-12-31T23:59:59.999Z';

const isCorrection = ({ eventType }: { eventType: string }) => registry.get(eventType)?.kind === 'correction';
const contentOf = ({ eventId: _, ...content }: ProductEvent) =>
  JSON.stringify(content, Object.keys(content).sort());
const deficitOf = (state: ProductState | null) => Math.max(0, -Number(state?.quantity ?? 0));

/** What each count of the old history found, before and after; null: it no longer counts. */
function variancesBetween(
  old: readonly RecordedEvent[],
  all: readonly RecordedEvent[],
): ExpectedAdjustment['changes'] {
  const [oldFacts, newFacts] = [historyOf(registry, old), historyOf(registry, all)];
  const found = (facts: readonly Fact[], { event }: Fact): string | null => {
    const index = facts.findIndex(
      (fact) => fact.event.version === event.version && fact.event.effectiveAt === event.effectiveAt,
    );
    const fact = facts[index];
    if (fact?.content.eventType !== 'stockCounted') return null;
    const before = index === 0 ? null : stateAfter(facts, all, facts[index - 1] as Fact);
    return String(Number(fact.content['quantity']) - Number(before?.quantity ?? 0));
  };
  return oldFacts.flatMap((fact) => {
    const [before, after] = [found(oldFacts, fact), found(newFacts, fact)];
    const { eventId, effectiveAt: from } = fact.event;
    if (before === null || before === after) return [];
    return [{ from, to: from, field: 'variance', before, after, eventId }];
  });
}

function changesBetween(
  old: readonly RecordedEvent[],
  all: readonly RecordedEvent[],
): ExpectedAdjustment['changes'] {
  const instants = [
    ...new Set(
      [...historyOf(registry, old), ...historyOf(registry, all)].map(({ event }) => event.effectiveAt),
    ),
  ];
  const steps = instants.sort().map((at) => ({
    at,
    before: snapshotAt(registry, old, { asOf: at })?.state ?? null,
    after: snapshotAt(registry, all, { asOf: at })?.state ?? null,
  }));
  const changes: { from: string; to: string | null; field: string; before: unknown; after: unknown }[] = [];
  for (const field of fieldNames) {
    let open: (typeof changes)[number] | undefined;
    for (const { at, before: b, after: a } of steps) {
      const [before, after] = [b?.[field] ?? null, a?.[field] ?? null];
      const differs = text(before) !== text(after);
      if (open && differs && text(open.before) === text(before) && text(open.after) === text(after)) continue;
      if (open) open.to = at;
      open = differs ? { from: at, to: null, field, before, after } : undefined;
      if (open) changes.push(open);
    }
  }
  return [...variancesBetween(old, all), ...changes].sort((a, b) =>
    a.from < b.from
      ? -1
      : a.from > b.from
        ? 1
        : fieldNames.indexOf(a.field as never) - fieldNames.indexOf(b.field as never),
  );
}

type Fact = EffectiveEvent<ChangeContent>;

const text = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null ? Object.fromEntries(Object.entries(inner).sort()) : inner,
  );

/** The state right after a position; events of the same instant are distinguished. */
function stateAfter(facts: readonly Fact[], log: readonly RecordedEvent[], place: Fact): ProductState | null {
  const included = facts.filter(
    ({ event }) =>
      event.effectiveAt < place.event.effectiveAt ||
      (event.effectiveAt === place.event.effectiveAt && event.version <= place.event.version),
  );
  const asLog = included.map(({ event, content }) => ({
    ...content,
    ...event,
    productId: log[0]?.productId ?? '',
  }));
  return snapshotAt(registry, asLog as unknown as RecordedEvent[], { asOf: END_OF_TIME })?.state ?? null;
}

function conflictsBetween(
  old: readonly RecordedEvent[],
  all: readonly RecordedEvent[],
): ExpectedAdjustment['conflicts'] {
  const [oldFacts, newFacts] = [historyOf(registry, old), historyOf(registry, all)];
  const places = new Map<string, Fact>();
  for (const fact of [...oldFacts, ...newFacts])
    places.set(`${fact.event.effectiveAt} ${String(fact.event.version).padStart(9, '0')}`, fact);
  const ordered = [...places.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, place]) => place);
  // Rules are judged at the end of each instant.
  return ordered
    .filter(({ event }, index) => ordered[index + 1]?.event.effectiveAt !== event.effectiveAt)
    .flatMap((place) => {
      const [was, is] = [
        deficitOf(stateAfter(oldFacts, all, place)),
        deficitOf(stateAfter(newFacts, all, place)),
      ];
      const { eventId, version, effectiveAt } = place.event;
      return is > was ? [{ eventId, version, effectiveAt, deficit: String(is) }] : [];
    });
}

export interface Append {
  readonly events: readonly ProductEvent[];
  readonly onConflict: ConflictPolicy;
  readonly dryRun: boolean;
  /** How far from its recording an event may be, in milliseconds; absent: as far as it likes. */
  readonly toleranceMs?: number | undefined;
  readonly expectedVersion?: number | undefined;
}

export class Model {
  log: RecordedEvent[] = [];
  readonly #sent = new Map<string, ProductEvent>();

  /** A complete log. For some of its events the request is known. */
  static of(log: readonly RecordedEvent[], sent: ReadonlyMap<string, ProductEvent>): Model {
    const model = new Model();
    model.log = [...log];
    for (const { version, recordedAt, ...event } of log)
      model.#sent.set(event.eventId, sent.get(event.eventId) ?? registry.asSent(event));
    return model;
  }

  copy(): Model {
    return Model.of(this.log, this.#sent);
  }

  /** Whether an event with the right to be late would be taken by the definition, without what it would change. */
  takes(event: ProductEvent, clock: string): boolean {
    const last = this.log.at(-1)?.recordedAt ?? '';
    const recordedAt = clock > last ? clock : last;
    const { effectiveAt = recordedAt } = event;
    const version = this.log.length + 1;
    const added: RecordedEvent = { ...event, version, recordedAt, recordedBy: 'tester', effectiveAt };
    return conflictsBetween(this.log, [...this.log, added]).length === 0;
  }

  /** The expected effect and response of an append. */
  append(asked: Append, clock: string): Expected {
    const distinct = this.#distinct(asked.events);
    if (distinct === undefined) return { outcome: 'EventIdReused' };
    const fresh = distinct.filter(({ eventId }) => !this.#sent.has(eventId));
    if (fresh.length === 0) return { outcome: 'replayed' };
    if (asked.expectedVersion !== undefined && asked.expectedVersion !== this.log.length)
      return { outcome: 'VersionConflict' };
    const last = this.log.at(-1)?.recordedAt ?? '';
    const recordedAt = clock > last ? clock : last;
    const latest = snapshotAt(registry, this.log, { asOf: '9999-12-31T23:59:59.999Z' })?.state ?? null;
    const added = registry.complete(fresh, latest).map((event, index): RecordedEvent => {
      return {
        ...event,
        version: this.log.length + 1 + index,
        recordedAt,
        recordedBy: 'tester',
        effectiveAt: event.effectiveAt ?? recordedAt,
      };
    });
    if (added.some((event, index) => this.#lacksTarget(event, added.slice(0, index))))
      return { outcome: 'TargetNotFound' };
    if (added.some((event) => this.#isFar(event, added, asked.toleranceMs)))
      return { outcome: 'LateNotAllowed' };
    return this.#judge(asked, fresh, [...this.log, ...added], recordedAt);
  }

  #judge(
    { onConflict, dryRun }: Append,
    fresh: readonly ProductEvent[],
    all: RecordedEvent[],
    recordedAt: string,
  ): Expected {
    const adjustment: ExpectedAdjustment = {
      before: snapshotAt(registry, this.log, { asOf: recordedAt })?.state ?? null,
      after: snapshotAt(registry, all, { asOf: recordedAt })?.state ?? null,
      changes: changesBetween(this.log, all),
      conflicts: conflictsBetween(this.log, all),
    };
    if (adjustment.conflicts.length > 0 && onConflict === 'reject')
      return { outcome: 'RuleBroken', adjustment };
    if (!dryRun) {
      this.log = all;
      for (const event of fresh) this.#sent.set(event.eventId, event);
    }
    return {
      outcome: dryRun ? 'dryRun' : 'stored',
      state: adjustment.after,
      version: all.length,
      adjustment,
    };
  }

  /** Each event once; undefined if one id is used for two contents. */
  #distinct(events: readonly ProductEvent[]): ProductEvent[] | undefined {
    const distinct = new Map<string, ProductEvent>();
    for (const event of events) {
      const twin = distinct.get(event.eventId) ?? this.#sent.get(event.eventId);
      if (twin && contentOf(twin) !== contentOf(event)) return undefined;
      if (!distinct.has(event.eventId)) distinct.set(event.eventId, event);
    }
    return [...distinct.values()];
  }

  /** It takes effect, or its target was recorded or is moved, further from its recording than the tolerance. */
  #isFar(event: RecordedEvent, added: readonly RecordedEvent[], toleranceMs = Infinity): boolean {
    const isFar = (time: string): boolean =>
      Math.abs(Date.parse(time) - Date.parse(event.recordedAt)) > toleranceMs;
    if (!isCorrection(event)) return isFar(event.effectiveAt);
    const target = [...this.log, ...added].find(({ eventId }) => eventId === event['targetEventId']);
    const moved = (event['replacement'] as ChangeContent | undefined)?.effectiveAt ?? target?.effectiveAt;
    const isMoved = moved !== undefined && moved !== target?.effectiveAt;
    return isFar(target?.recordedAt ?? '') || (isMoved && isFar(moved));
  }

  #lacksTarget(event: RecordedEvent, before: readonly RecordedEvent[]): boolean {
    if (!isCorrection(event)) return false;
    const target = [...this.log, ...before].find(({ eventId }) => eventId === event['targetEventId']);
    return target === undefined || isCorrection(target);
  }
}
