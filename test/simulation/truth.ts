import type { ProductEvent, RecordedEvent } from '@hindsight/domain';
import { Model, type Append } from '../history/model';
import type { AppendAct, Commit, Deed } from './history';

/** A violation in a run: the checker that found it, and the reason. */
export interface Violation {
  readonly checker: string;
  readonly why: string;
}

export class Violated extends Error {
  override readonly name = 'Violated';

  constructor(
    readonly checker: string,
    readonly why: string,
  ) {
    super(`${checker}: ${why}`);
  }
}

export const show = (value: unknown): string => JSON.stringify(value);

/** @throws Violated */
export function must(holds: boolean, checker: string, why: () => string): asserts holds {
  if (!holds) throw new Violated(checker, why());
}

export const isAppend = (deed: Deed): deed is Deed & { act: AppendAct } => deed.act.kind === 'append';

/** The facts about one product after a run. */
export class Truth {
  readonly sent = new Map<string, ProductEvent>();
  readonly commits: readonly Commit[];

  constructor(
    readonly productId: string,
    readonly log: readonly RecordedEvent[],
    commits: readonly Commit[],
    readonly deeds: readonly Deed[],
  ) {
    this.commits = commits.filter((commit) => commit.productId === productId);
    for (const { act } of deeds.filter(isAppend)) {
      for (const event of act.events ?? []) {
        const recorded = log.find(({ eventId }) => eventId === event.eventId);
        const known = this.sent.get(event.eventId);
        // Clients may send two contents under one id. The id refers to the one in the log.
        if (known === undefined || (recorded && isSame(event, recorded))) this.sent.set(event.eventId, event);
      }
    }
  }

  /** The head version at a moment; events of that very moment may or may not count. */
  headAt(time: number, inclusive: boolean): number {
    let head = 0;
    for (const { at, versions } of this.commits) {
      if (at < time || (inclusive && at === time)) head = Math.max(head, ...versions);
    }
    return head;
  }

  /** Every head version that something in a span of time may have seen. */
  headsWithin(from: number, to: number): number[] {
    const [low, high] = [this.headAt(from, false), this.headAt(to, true)];
    const ends = this.commits.map(({ versions }) => Math.max(...versions));
    return [low, ...ends.filter((end) => end > low && end <= high)];
  }

  modelAt(version: number): Model {
    return Model.of(this.log.slice(0, version), this.sent);
  }
}

export function isSame(sent: ProductEvent, recorded: RecordedEvent): boolean {
  const { version, recordedAt, recordedBy, effectiveAt, ...content } = recorded;
  const { effectiveAt: asked = recordedAt, ...asSent } = sent;
  return asked === effectiveAt && sorted(content) === sorted(asSent);
}

export const sorted = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );

export const asked = (
  { onConflict, dryRun, expectedVersion }: AppendAct,
  events: readonly ProductEvent[],
): Append => ({
  events,
  onConflict,
  dryRun,
  expectedVersion,
});
