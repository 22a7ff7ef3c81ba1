/**
 * The register of closings: which periods of effective time are closed.
 *
 * It is a small log of its own, in one partition of the table. Entry n + 1 is written on the condition that it is new,
 * and no entry is ever changed. Each entry says what is closed from then on, so the newest one alone is the lock that
 * writers look at (lock.ts). A closing has up to four entries:
 *
 * - `begun`: from this entry on, the lock closes everything through `asOf`.
 * - `known`: the recorded time K of its report was chosen.
 * - `reported`: its report is stored, all of it (report.ts).
 * - `reopened`: the lock is again that of the closing before. Both stay on record.
 *
 * Writers may keep the lock for a while, so an event may still come into the period just after `begun`. K is later than
 * the recorded time of any such event: the report has it. After K, nothing comes in without the right to reopen.
 */
import { assert } from '@hindsight/bitemporal';
import { StoreUnavailableError } from '../storage/errors';
import { CLOSINGS, itemKey, pad, type ItemKey } from '../storage/keys';
import type { Store } from '../storage/store';
import { ClosingReport } from './report';

/** Everything through this effective time is closed, by this closing. */
export interface ClosedPeriod {
  readonly closingId: string;
  /** Inclusive. */
  readonly through: string;
}

export interface Closing {
  readonly closingId: string;
  readonly name: string | null;
  /** The last effective time that it closes. */
  readonly asOf: string;
  readonly status: 'closing' | 'closed' | 'reopened';
  readonly begunAt: string;
  readonly begunBy: string;
  /** The recorded time of its report; null: not chosen yet. */
  readonly knownAt: string | null;
  /** The rows of its report; null: it is not stored yet. */
  readonly rows: number | null;
  readonly closedAt: string | null;
  readonly reopenedAt: string | null;
  readonly reopenedBy: string | null;
}

type Entry = ItemKey & {
  readonly kind: 'begun' | 'known' | 'reported' | 'reopened';
  readonly closingId: string;
  readonly at: string;
  readonly by?: string;
  readonly asOf?: string;
  readonly name?: string;
  readonly knownAt?: string;
  readonly rows?: number;
  /** The lock after this entry; both are absent if nothing is closed. */
  readonly through?: string;
  readonly lockedBy?: string;
};

/** What a new entry says, besides its key and its lock. */
type News = Omit<Entry, keyof ItemKey | 'through' | 'lockedBy'>;

export interface ClosingRequest {
  readonly closingId: string;
  readonly asOf: string;
  readonly name?: string | undefined;
}

export type Begun =
  | { readonly outcome: 'begun' | 'repeated'; readonly closing: Closing }
  /** Another closing has the id. */
  | { readonly outcome: 'id-reused'; readonly closing: Closing }
  /** The period is closed already, by this closing. */
  | { readonly outcome: 'already-closed'; readonly period: ClosedPeriod };

export type Reopened =
  | { readonly outcome: 'reopened'; readonly closing: Closing }
  | { readonly outcome: 'not-found' }
  /** Only the last closing can be reopened; this is the last one. */
  | { readonly outcome: 'not-last'; readonly last: ClosedPeriod };

const PREFIX = 'c#';
const ALL = { after: PREFIX, before: `${PREFIX}~` };

const lockOf = (entry: Entry | undefined): ClosedPeriod | undefined =>
  entry?.through === undefined || entry.lockedBy === undefined
    ? undefined
    : { closingId: entry.lockedBy, through: entry.through };

function folded(closing: Closing, { kind, at, by = '', knownAt, rows }: Entry): Closing {
  if (kind === 'known') return { ...closing, knownAt: knownAt ?? null };
  if (kind === 'reported') return { ...closing, status: 'closed', rows: rows ?? 0, closedAt: at };
  return { ...closing, status: 'reopened', reopenedAt: at, reopenedBy: by };
}

function closingsOf(entries: readonly Entry[]): Map<string, Closing> {
  const closings = new Map<string, Closing>();
  for (const entry of entries) {
    const { kind, closingId, name = null, asOf = '', at, by = '' } = entry;
    const known = closings.get(closingId);
    const begun: Closing = {
      ...{ closingId, name, asOf, status: 'closing', begunAt: at, begunBy: by },
      ...{ knownAt: null, rows: null, closedAt: null, reopenedAt: null, reopenedBy: null },
    };
    closings.set(closingId, kind === 'begun' ? begun : folded(known ?? begun, entry));
  }
  return closings;
}

/** Attempts of one change before it gives up on the others that change the register. */
const TRIES = 16;

/** What a change decides on the register as it is: an entry to add, or an answer without one. */
type Decision<T> =
  | {
      readonly add: News;
      readonly lock: ClosedPeriod | undefined;
      /** @param closing as it is with the entry */
      readonly answerWith: (closing: Closing) => T;
    }
  | { readonly answer: T };

interface Known {
  readonly closings: ReadonlyMap<string, Closing>;
  readonly lock: ClosedPeriod | undefined;
}

export class ClosingRegister {
  constructor(
    readonly store: Store,
    readonly clock: () => Date = () => new Date(),
  ) {}

  async #entries(): Promise<Entry[]> {
    const entries: Entry[] = [];
    for await (const page of this.store.pages<Entry>(CLOSINGS, ALL)) entries.push(...page);
    return entries;
  }

  /** The stored report of a closing. */
  report(closingId: string): ClosingReport {
    return new ClosingReport(this.store, closingId);
  }

  /** All closings, the oldest first. */
  async list(): Promise<readonly Closing[]> {
    return [...closingsOf(await this.#entries()).values()];
  }

  async find(closingId: string): Promise<Closing | undefined> {
    return (await this.list()).find((closing) => closing.closingId === closingId);
  }

  /** What is closed now. One request. */
  async period(): Promise<ClosedPeriod | undefined> {
    const { items } = await this.store.page<Entry>(CLOSINGS, { ...ALL, backward: true, limit: 1 });
    return lockOf(items[0]);
  }

  /** Begins a closing, once. */
  begin({ closingId, asOf, name }: ClosingRequest, by: string): Promise<Begun> {
    return this.#change<Begun>(({ closings, lock }) => {
      const closing = closings.get(closingId);
      if (closing !== undefined) {
        const isSame = closing.asOf === asOf && closing.name === (name ?? null);
        return { answer: { outcome: isSame ? 'repeated' : 'id-reused', closing } };
      }
      if (lock !== undefined && asOf <= lock.through)
        return { answer: { outcome: 'already-closed', period: lock } };
      const at = this.clock().toISOString();
      const add = { kind: 'begun', closingId, asOf, at, by, ...(name !== undefined && { name }) } as const;
      const answerWith = (begun: Closing): Begun => ({ outcome: 'begun', closing: begun });
      return { add, lock: { closingId, through: asOf }, answerWith };
    }, closingId);
  }

  /** Reopens the last closing; one that is reopened already stays as it is. */
  reopen(closingId: string, by: string): Promise<Reopened> {
    return this.#change<Reopened>(({ closings, lock }) => {
      const closing = closings.get(closingId);
      if (closing === undefined) return { answer: { outcome: 'not-found' } };
      if (closing.status === 'reopened') return { answer: { outcome: 'reopened', closing } };
      assert(lock !== undefined, 'a closing that is not reopened is locked');
      if (lock.closingId !== closingId) return { answer: { outcome: 'not-last', last: lock } };
      const before = [...closings.values()].filter(
        (one) => one.status !== 'reopened' && one.closingId !== closingId,
      );
      const last = before.at(-1);
      const at = this.clock().toISOString();
      return {
        add: { kind: 'reopened', closingId, at, by },
        lock: last && { closingId: last.closingId, through: last.asOf },
        answerWith: (reopened) => ({ outcome: 'reopened', closing: reopened }),
      };
    }, closingId);
  }

  /** Chooses the recorded time of a report, once. @returns the closing, whatever it is by now */
  know(closingId: string, knownAt: string): Promise<Closing> {
    return this.#note(closingId, ({ knownAt: known }) => known === null, { kind: 'known', knownAt });
  }

  /** Says that a report is stored, once. */
  reported(closingId: string, rows: number): Promise<Closing> {
    return this.#note(closingId, ({ rows: known }) => known === null, { kind: 'reported', rows });
  }

  #note(
    closingId: string,
    isMissing: (closing: Closing) => boolean,
    news: Pick<News, 'kind' | 'knownAt' | 'rows'>,
  ): Promise<Closing> {
    return this.#change<Closing>(({ closings, lock }) => {
      const closing = closings.get(closingId);
      assert(closing !== undefined, 'a closing that goes on has begun');
      if (closing.status !== 'closing' || !isMissing(closing)) return { answer: closing };
      const add = { ...news, closingId, at: this.clock().toISOString() };
      return { add, lock, answerWith: (noted) => noted };
    }, closingId);
  }

  /** Decides on the register as it is, and adds an entry; again, if another one came first. */
  async #change<T>(decide: (known: Known) => Decision<T>, closingId: string): Promise<T> {
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      const entries = await this.#entries();
      const closings = closingsOf(entries);
      const decision = decide({ closings, lock: lockOf(entries.at(-1)) });
      if ('answer' in decision) return decision.answer;
      const { add, lock, answerWith } = decision;
      const item: Entry = {
        ...itemKey(CLOSINGS, `${PREFIX}${pad(entries.length + 1)}`),
        ...add,
        ...(lock && { through: lock.through, lockedBy: lock.closingId }),
      };
      if ((await this.store.append([item])) !== 'stored') continue;
      const closing = closingsOf([...entries, item]).get(closingId);
      assert(closing !== undefined, 'a closing with an entry exists');
      return answerWith(closing);
    }
    throw new StoreUnavailableError(`others changed the register of closings at every try (${closingId})`);
  }
}
