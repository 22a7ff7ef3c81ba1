import { advance, type Fact, type Snapshot } from '@hindsight/domain';
import {
  CheckpointBuilder,
  readCheckpoint,
  type Checkpoint,
  type CheckpointItem,
} from '../storage/snapshots';
import { facts } from '../read/effective-events';
import { checkpointKey, LAST, placeOf, throughTime } from '../storage/keys';
import { snapshotBefore, type Reading } from '../read/nearest-snapshot';
import { neededAt, type StaleSpan } from '../read/validity';
import { headItem, viewOf, type View } from '../read/known-log';

/** Facts that one call folds, at most, when nothing else is asked for. */
const BUDGET = 5000;
/** Snapshots that are collected before they are written. */
const WRITES = 25;

export interface RepairReport {
  /** Every span that the log calls stale has its checkpoints. False: call again. */
  readonly done: boolean;
  readonly factsRead: number;
  readonly checkpointsWritten: number;
}

/** Where a span's checkpoints, made earlier and still good, end. */
interface Progress {
  readonly snapshot: Snapshot | null;
  /** Facts from here on have none. */
  readonly from: string;
}

interface Found {
  /** Undefined: the good checkpoints cover all of the span. */
  readonly progress: Progress | undefined;
  /** Keys of other checkpoints amidst those. */
  readonly strays: readonly string[];
}

const startOf = ({ from }: StaleSpan): string => new Date(from).toISOString();
const endOf = ({ to }: StaleSpan): string => throughTime(new Date(to).toISOString());

/** Writes the checkpoints that stale states make necessary. Anyone may, at any time, as often as they like. */
export class Repairer {
  constructor(readonly reading: Reading) {}

  /** @param budget facts to fold, at most */
  async repair(productId: string, budget = BUDGET): Promise<RepairReport> {
    const { changed, ...report } = await this.#pass(productId, budget);
    if (!report.done || !changed) return report;
    // Others repair too, perhaps a log that is longer by now: who wrote last looks whether all is well.
    const again = await this.#pass(productId, 0);
    return { ...report, done: !again.changed };
  }

  async #pass(productId: string, budget: number): Promise<RepairReport & { readonly changed: boolean }> {
    const { store, registry } = this.reading;
    const head = await headItem(store, productId);
    let [factsRead, checkpointsWritten, changed] = [0, 0, false];
    if (head === undefined) return { done: true, factsRead, checkpointsWritten, changed };
    const view = viewOf(registry, head);
    for (const span of view.stale) {
      const { progress, strays } = await this.#progress(view, span);
      await store.replaceCaches(productId, [], strays);
      changed ||= strays.length > 0 || progress !== undefined;
      if (progress === undefined) continue;
      if (factsRead >= budget) return { done: false, factsRead, checkpointsWritten, changed };
      const report = await this.#repairSpan(view, span, progress, budget - factsRead);
      factsRead += report.factsRead;
      checkpointsWritten += report.checkpointsWritten;
      if (!report.done) return { done: false, factsRead, checkpointsWritten, changed };
    }
    return { done: true, factsRead, checkpointsWritten, changed };
  }

  /**
   * How far the good checkpoints of a span go, from its first fact on. What stands amidst them, of a repair that
   * knew less of the log and wrote late, ends nothing; but it hides them from readers, who take the nearest.
   */
  async #progress(view: View, span: StaleSpan): Promise<Found> {
    const end = endOf(span);
    const strays: string[] = [];
    let [from, snapshot]: [string, Snapshot | undefined] = [
      (await this.#firstPlace(view, span)) ?? LAST,
      undefined,
    ];
    const range = { after: checkpointKey(startOf(span)), before: checkpointKey(end) };
    for await (const items of this.reading.store.pages<CheckpointItem>(view.productId, range)) {
      for (const item of items) {
        if (item.sk < checkpointKey(from)) {
          if (!this.#newer(view, item)) strays.push(item.sk);
          continue;
        }
        const checkpoint = item.sk === checkpointKey(from) ? this.#good(view, item) : undefined;
        if (checkpoint === undefined)
          return { progress: await this.#progressAt(view, from, snapshot), strays };
        [from, snapshot] = [checkpoint.next ?? LAST, checkpoint.snapshots.at(-1)];
      }
    }
    return { progress: from > end ? undefined : await this.#progressAt(view, from, snapshot), strays };
  }

  async #progressAt(view: View, from: string, snapshot: Snapshot | undefined): Promise<Progress> {
    return { from, snapshot: snapshot ?? (await snapshotBefore(this.reading, view, from)) };
  }

  async #firstPlace(view: View, span: StaleSpan): Promise<string | undefined> {
    const { store, registry } = this.reading;
    const range = { after: startOf(span), before: LAST, version: view.version, limit: 10 };
    for await (const fact of facts(store, registry, view.productId, range)) return placeOf(fact.event);
    return undefined;
  }

  /** What a checkpoint says, where the log finds all of it good. */
  #good(view: View, item: CheckpointItem): Checkpoint | undefined {
    const checkpoint = readCheckpoint(item, this.reading.registry.reducersVersion);
    if (checkpoint === undefined || checkpoint.version > view.version) return undefined;
    const needed = checkpoint.snapshots.map(({ last }) => neededAt(view.stale, Date.parse(last.effectiveAt)));
    return checkpoint.version >= Math.max(...needed) ? checkpoint : undefined;
  }

  /** Made by one who knows more of the log: not for us to take away. */
  #newer(view: View, item: CheckpointItem): boolean {
    const checkpoint = readCheckpoint(item, this.reading.registry.reducersVersion);
    return checkpoint !== undefined && checkpoint.version > view.version;
  }

  async #repairSpan(
    view: View,
    span: StaleSpan,
    { snapshot: base, from }: Progress,
    budget: number,
  ): Promise<RepairReport> {
    const { store, registry } = this.reading;
    const { productId, version } = view;
    const end = endOf(span);
    const options = { productId, version, code: registry.reducersVersion };
    let [snapshot, builder, factsRead, checkpointsWritten] = [base, new CheckpointBuilder(options), 0, 0];
    let [pending, start]: [CheckpointItem[], string] = [[], from];
    const close = async (next: Fact | undefined, last: boolean): Promise<void> => {
      const place = next === undefined ? null : placeOf(next.event);
      if (!builder.empty) pending.push(builder.build(place));
      builder = new CheckpointBuilder(options);
      if (pending.length < WRITES && !last) return;
      await this.#write(view, pending, start, place ?? end);
      checkpointsWritten += pending.length;
      [pending, start] = [[], place ?? end];
    };
    for await (const fact of facts(store, registry, productId, { after: from, before: LAST, version })) {
      if (placeOf(fact.event) > end) {
        await close(fact, true);
        return { done: true, factsRead, checkpointsWritten };
      }
      if (factsRead === budget) {
        await close(fact, true);
        return { done: false, factsRead, checkpointsWritten };
      }
      snapshot = advance(registry, productId, snapshot, fact);
      if (!builder.add(snapshot)) {
        await close(fact, false);
        builder.add(snapshot);
      }
      factsRead += 1;
    }
    await close(undefined, true);
    return { done: true, factsRead, checkpointsWritten };
  }

  /** Puts the new checkpoints of [start, end) and takes away older ones between them. */
  async #write(view: View, fresh: readonly CheckpointItem[], start: string, end: string): Promise<void> {
    const keys = new Set(fresh.map(({ sk }) => sk));
    const older: string[] = [];
    const range = { after: checkpointKey(start), before: checkpointKey(end) };
    for await (const items of this.reading.store.pages<CheckpointItem>(view.productId, range)) {
      for (const item of items) {
        const inside = !keys.has(item.sk) && item.sk < checkpointKey(end);
        if (inside && !this.#newer(view, item)) older.push(item.sk);
      }
    }
    await this.reading.store.replaceCaches(view.productId, fresh, older);
  }
}
