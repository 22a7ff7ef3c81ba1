/**
 * The repair: snapshots for what was invalidated.
 *
 * A late append records which interval of effective time it invalidated, and writes nothing else. Until somebody
 * writes states that include it, reads in that interval fold from its beginning. The repair does that work once: it
 * folds through each invalidated interval and writes the states into snapshots, some dozens of states in each item, one
 * snapshot continuing where the one before ends.
 *
 * It needs no lock and no record of its own progress. Everything that it has to know is in the log and in the snapshots
 * themselves:
 *
 * - Which intervals: the list of the newest event (validity.ts).
 * - How far it came: snapshots form a chain. The first begins at the first event of the interval, and each one names the
 *   position of the next event (`next`), which is the key of the next snapshot. The chain is followed as long as each
 *   link is whole, made by trusted code, and includes enough of the log. The repair continues at its end, from the last
 *   state of its last snapshot. So it can stop anywhere (after `budget` events, or killed) and be called again.
 * - What is in the way: a snapshot between the links, from a slower repair that started from an older head. It is
 *   harmless to the repair, but readers take the nearest snapshot and would miss the right one, so it is deleted. A
 *   snapshot that includes more of the log than this repair has read was made by one who knows better, and is kept.
 *
 * Why it is right: snapshots are caches, and readers check each of them against the log (nearest-snapshot.ts). Whatever
 * two repairs do to each other's snapshots, no answer changes; only the chain may have a gap at the end. A concurrent
 * repair may have overwritten ours. So after writing, a repair checks once more without folding: the last writer
 * thereby sees the final result, and reports `done: false` if the chain is broken. The campaign of interleavings plays
 * all orders of two repairs and an append.
 *
 * What it costs: reading the events of the intervals once, and writing a hundredth of their items.
 *
 * Source: this is idempotent redo recovery, as in ARIES (C. Mohan et al., 1992): a page that is new enough is skipped.
 */
import { advance, type Content, type EffectiveEvent, type Judged, type StateAt } from '@hindsight/bitemporal';
import type { ReadContext } from '../read/context';
import { effectiveEvents } from '../read/effective-events';
import { headItem, knownThrough, type KnownLog } from '../read/known-log';
import { stateBefore } from '../read/nearest-snapshot';
import { neededAt, type InvalidatedInterval } from '../read/validity';
import { LAST, positionKey, snapshotKey, throughTime } from '../storage/keys';
import { readSnapshot, SnapshotBuilder, type Snapshot, type SnapshotItem } from '../storage/snapshots';

/** Events that one call folds, at most, if nothing else is asked for. */
const BUDGET = 5000;
/** Snapshots that are collected before they are written. */
const WRITES = 25;

export interface RepairReport {
  /** Every invalidated interval has its snapshots. False: call again. */
  readonly done: boolean;
  readonly eventsRead: number;
  readonly snapshotsWritten: number;
}

/** Where the chain of an interval's snapshots, made earlier and still right, ends. */
interface Progress<State> {
  readonly state: StateAt<State> | null;
  /** Events from here on are in no snapshot. */
  readonly from: string;
}

interface Chain<State> {
  /** Undefined: the chain covers all of the interval. */
  readonly progress: Progress<State> | undefined;
  /** Keys of other snapshots among its links. */
  readonly obsolete: readonly string[];
}

const startOf = ({ from }: InvalidatedInterval): string => new Date(from).toISOString();
const endOf = ({ to }: InvalidatedInterval): string => throughTime(new Date(to).toISOString());

/** Writes the snapshots that invalidated states make necessary. Anyone may, at any time, as often as they like. */
export class Repairer<State extends Judged, Event extends Content> {
  readonly context: ReadContext<State, Event>;

  constructor(context: Omit<ReadContext<State, Event>, 'onSlowRead'>) {
    // It is the repair that a slow read asks for.
    this.context = { ...context, onSlowRead: () => undefined };
  }

  /** @param budget events to fold, at most */
  async repair(streamId: string, budget = BUDGET): Promise<RepairReport> {
    const { changed, ...report } = await this.#pass(streamId, budget);
    if (!report.done || !changed) return report;
    const again = await this.#pass(streamId, 0);
    return { ...report, done: !again.changed };
  }

  async #pass(streamId: string, budget: number): Promise<RepairReport & { readonly changed: boolean }> {
    const { store, domain } = this.context;
    const head = await headItem(store, streamId);
    let [eventsRead, snapshotsWritten, changed] = [0, 0, false];
    if (head === undefined) return { done: true, eventsRead, snapshotsWritten, changed };
    const log = knownThrough(domain, head);
    for (const interval of log.invalidated) {
      const { progress, obsolete } = await this.#chain(log, interval);
      await store.replaceCaches(streamId, [], obsolete);
      changed ||= obsolete.length > 0 || progress !== undefined;
      if (progress === undefined) continue;
      if (eventsRead >= budget) return { done: false, eventsRead, snapshotsWritten, changed };
      const report = await this.#repairInterval(log, interval, progress, budget - eventsRead);
      eventsRead += report.eventsRead;
      snapshotsWritten += report.snapshotsWritten;
      if (!report.done) return { done: false, eventsRead, snapshotsWritten, changed };
    }
    return { done: true, eventsRead, snapshotsWritten, changed };
  }

  /** How far the chain of an interval goes, from its first event on. */
  async #chain(log: KnownLog<State>, interval: InvalidatedInterval): Promise<Chain<State>> {
    const end = endOf(interval);
    const obsolete: string[] = [];
    let from = (await this.#firstPosition(log, interval)) ?? LAST;
    let state: StateAt<State> | undefined;
    const range = { after: snapshotKey(startOf(interval)), before: snapshotKey(end) };
    for await (const items of this.context.store.pages<SnapshotItem>(log.streamId, range)) {
      for (const item of items) {
        if (item.sk < snapshotKey(from)) {
          if (!this.#isNewer(log, item)) obsolete.push(item.sk);
          continue;
        }
        const snapshot = item.sk === snapshotKey(from) ? this.#right(log, item) : undefined;
        if (snapshot === undefined) return { progress: await this.#progress(log, from, state), obsolete };
        [from, state] = [snapshot.next ?? LAST, snapshot.states.at(-1)];
      }
    }
    return { progress: from > end ? undefined : await this.#progress(log, from, state), obsolete };
  }

  async #progress(
    log: KnownLog<State>,
    from: string,
    state: StateAt<State> | undefined,
  ): Promise<Progress<State>> {
    return { from, state: state ?? (await stateBefore(this.context, log, from)) };
  }

  async #firstPosition(log: KnownLog<State>, interval: InvalidatedInterval): Promise<string | undefined> {
    const range = { after: startOf(interval), before: LAST, version: log.version, limit: 10 };
    for await (const { event } of effectiveEvents(this.context, log.streamId, range))
      return positionKey(event);
    return undefined;
  }

  /** The content of a snapshot, if the log says that all of it is right. */
  #right(log: KnownLog<State>, item: SnapshotItem): Snapshot<State> | undefined {
    const snapshot = readSnapshot(this.context.domain, item);
    if (snapshot === undefined || snapshot.version > log.version) return undefined;
    const needed = snapshot.states.map(({ last }) => neededAt(log.invalidated, Date.parse(last.effectiveAt)));
    return snapshot.version >= Math.max(...needed) ? snapshot : undefined;
  }

  /** Made by a repair that has read more of the log: not for us to delete. */
  #isNewer(log: KnownLog<State>, item: SnapshotItem): boolean {
    const snapshot = readSnapshot(this.context.domain, item);
    return snapshot !== undefined && snapshot.version > log.version;
  }

  async #repairInterval(
    log: KnownLog<State>,
    interval: InvalidatedInterval,
    { state: base, from }: Progress<State>,
    budget: number,
  ): Promise<RepairReport> {
    const { domain } = this.context;
    const { streamId, version } = log;
    const end = endOf(interval);
    const newBuilder = () => new SnapshotBuilder(domain, log);
    let [state, builder, eventsRead, snapshotsWritten] = [base, newBuilder(), 0, 0];
    let [pending, start]: [SnapshotItem[], string] = [[], from];
    const close = async (next: EffectiveEvent<Event> | undefined, last: boolean): Promise<void> => {
      const position = next === undefined ? null : positionKey(next.event);
      if (!builder.empty) pending.push(builder.build(position));
      builder = newBuilder();
      if (pending.length < WRITES && !last) return;
      await this.#write(log, pending, start, position ?? end);
      snapshotsWritten += pending.length;
      [pending, start] = [[], position ?? end];
    };
    const range = { after: from, before: LAST, version };
    for await (const effective of effectiveEvents(this.context, streamId, range)) {
      const ended = positionKey(effective.event) > end;
      if (ended || eventsRead === budget) {
        await close(effective, true);
        return { done: ended, eventsRead, snapshotsWritten };
      }
      state = advance(domain, streamId, state, effective);
      if (!builder.add(state)) {
        await close(effective, false);
        builder.add(state);
      }
      eventsRead += 1;
    }
    await close(undefined, true);
    return { done: true, eventsRead, snapshotsWritten };
  }

  /** Puts the new snapshots of [start, end) and deletes older ones between them. */
  async #write(
    log: KnownLog<State>,
    fresh: readonly SnapshotItem[],
    start: string,
    end: string,
  ): Promise<void> {
    const { store } = this.context;
    const keys = new Set(fresh.map(({ sk }) => sk));
    const older: string[] = [];
    const range = { after: snapshotKey(start), before: snapshotKey(end) };
    for await (const items of store.pages<SnapshotItem>(log.streamId, range)) {
      for (const item of items) {
        const inside = !keys.has(item.sk) && item.sk < snapshotKey(end);
        if (inside && !this.#isNewer(log, item)) older.push(item.sk);
      }
    }
    await store.replaceCaches(log.streamId, fresh, older);
  }
}
