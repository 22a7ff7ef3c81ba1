import { registry as allTypes, type RecordedEvent, type Registry } from '@hindsight/domain';
import type { CheckpointItem } from '../../storage/snapshots';
import { recordedEventOf, type EventItem, type IdItem, type MarkItem } from '../../storage/items';
import { eventKey } from '../../storage/keys';
import type { Store } from '../../storage/store';
import { headItem } from '../../read/known-log';
import { Checkpoints } from './snapshots';
import { Ledger } from './ledger';
import {
  addCounts,
  differ,
  DifferenceFound,
  noCounts,
  type Difference,
  type StreamReport,
  type StoreReport,
} from './report';
import { StoredStates } from './stored-states';
import { CheckerError, Unfolding } from './unfolding';

export interface VerifyOptions {
  readonly store: Store;
  readonly registry?: Registry;
}

/** Differences that a report of a table lists. */
const LISTED = 100;
/** Up to here every version is compared with the definition itself, which folds all from the start each time. */
const EACH_VERSION = 32;
/** Up to here the last one is; the definition wants the whole log in memory. */
const LAST_VERSION = 10_000;

type Item = Readonly<Record<string, unknown>> & { readonly sk: string };

/** The check of one product, item by item: checkpoints, ids and marks come first, then the events. */
class StreamCheck {
  readonly counts = noCounts();
  readonly #ledger: Ledger;
  readonly #unfolding: Unfolding;
  readonly #states: StoredStates;
  readonly #checkpoints: Checkpoints;
  readonly #log: RecordedEvent[] = [];

  /** @param head the version that the check is as of; what is written meanwhile is left out */
  constructor(
    registry: Registry,
    productId: string,
    readonly head: number,
  ) {
    this.#ledger = new Ledger(registry, productId);
    this.#unfolding = new Unfolding(registry, productId);
    this.#states = new StoredStates(registry, this.#unfolding);
    this.#checkpoints = new Checkpoints(registry, this.#unfolding);
  }

  /** @throws DifferenceFound */
  item(item: Item): void {
    const kind = item.sk.slice(0, item.sk.indexOf('#'));
    try {
      if (kind === 'v') this.#event(item as unknown as EventItem);
      else if (kind === 'id') this.#ledger.id(item as unknown as IdItem);
      else if (kind === 'm') this.#ledger.mark(item as unknown as MarkItem);
      else if (kind === 'c') this.#checkpoints.add(item as unknown as CheckpointItem);
      else differ({ item: item.sk, version: null }, 'known-item', 'an item of the log', item);
    } catch (error) {
      if (error instanceof DifferenceFound || error instanceof CheckerError) throw error;
      // Whatever stands in an item: the check names the item and goes on with the next product.
      differ({ item: item.sk, version: null }, 'readable-item', 'an item that can be read', String(error));
    }
    if (kind === 'id') this.counts.ids += 1;
    if (kind === 'm') this.counts.marks += 1;
  }

  #event(item: EventItem): void {
    if (this.#ledger.version === this.head && item.sk > eventKey(this.head)) return;
    const move = this.#ledger.event(item);
    const broken = this.#unfolding.apply(move);
    this.#states.event(item, move, broken);
    const { version } = this.#ledger;
    this.#checkpoints.made(version);
    this.counts.events = version;
    if (version <= LAST_VERSION) this.#log.push(recordedEventOf(item));
    if (version <= EACH_VERSION) this.#unfolding.assertDefinition(this.#log);
  }

  /** @throws DifferenceFound */
  async finish(store: Store): Promise<void> {
    const { version } = this.#ledger;
    const site = { item: eventKey(version + 1), version: version + 1 };
    if (version < this.head) differ(site, 'version-gapless', site.item, undefined);
    this.#ledger.listed();
    this.#states.finish();
    this.#ledger.finish();
    const exists = async (wanted: number) =>
      (await store.get(this.#ledger.productId, eventKey(wanted))) !== undefined;
    for (const { sk, version: ahead } of this.#ledger.ahead) {
      const invariant = sk.startsWith('id#') ? 'id-item' : 'correction-mark';
      if (!(await exists(ahead))) differ({ item: sk, version: ahead }, invariant, eventKey(ahead), undefined);
    }
    for (const { sk, version: ahead } of this.#checkpoints.ahead(version)) {
      if (!(await exists(ahead)))
        differ({ item: sk, version: ahead }, 'checkpoint-version', `at most ${version}`, ahead);
    }
    this.#checkpoints.finish(version, this.#states.stale);
    if (version <= LAST_VERSION) this.#unfolding.assertDefinition(this.#log);
  }

  report(difference?: Difference): StreamReport {
    const { productId, version } = this.#ledger;
    return {
      productId,
      version,
      ...this.counts,
      checkpoints: this.#checkpoints.read,
      checkpointsUnusable: this.#checkpoints.unusable,
      states: this.#states.compared + this.#checkpoints.compared,
      statesOfOtherCode: this.#states.ofOtherCode,
      ...(difference && { difference }),
    };
  }
}

/**
 * Checks all that the log stored of one product, straight from the store, against the definition of its history.
 * As of the newest event when it starts; appends and repairs may go on meanwhile. Memory: a page of items, and of
 * each event what the fold needs.
 */
export async function verifyStream(
  { store, registry = allTypes }: VerifyOptions,
  productId: string,
): Promise<StreamReport> {
  const head = await headItem(store, productId);
  const check = new StreamCheck(registry, productId, head?.version ?? 0);
  try {
    for await (const item of store.partition<Item>(productId)) check.item(item);
    await check.finish(store);
    return check.report();
  } catch (error) {
    if (!(error instanceof DifferenceFound)) throw error;
    return check.report({ productId, ...error.difference });
  }
}

/**
 * Checks every product of a store, one after another.
 * @param onStream told of each as it is done
 */
export async function verifyStore(
  options: VerifyOptions,
  onStream: (report: StreamReport) => void = () => undefined,
): Promise<StoreReport> {
  let [counts, streams, streamsWithDifferences] = [{ ...noCounts() }, 0, 0];
  const differences: Difference[] = [];
  for await (const productId of options.store.partitions()) {
    const report = await verifyStream(options, productId);
    counts = addCounts(counts, report);
    streams += 1;
    if (report.difference !== undefined) streamsWithDifferences += 1;
    if (report.difference !== undefined && differences.length < LISTED) differences.push(report.difference);
    onStream(report);
  }
  return { streams, ...counts, differences, streamsWithDifferences };
}
