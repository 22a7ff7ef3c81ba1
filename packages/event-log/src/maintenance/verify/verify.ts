import type { Content, Domain, Judged, Recorded } from '@hindsight/bitemporal';
import { headItem } from '../../read/known-log';
import { recordedEventOf, type EventItem, type TombstoneItem } from '../../storage/items';
import { eventKey } from '../../storage/keys';
import type { Store } from '../../storage/store';
import type { Audit } from './audit';
import { Ledger } from './ledger';
import {
  addCounts,
  differ,
  DifferenceFound,
  noCounts,
  type Difference,
  type StoreReport,
  type StreamReport,
} from './report';
import { StoredStates } from './stored-states';
import { Summaries } from './summaries';
import { CheckerError, Unfolding } from './unfolding';

export interface VerifyOptions<State extends Judged, Event extends Content> {
  readonly store: Store;
  readonly domain: Domain<State, Event>;
  /** Checks events and states by themselves too; absent: they are only compared with the fold. */
  readonly audit?: Audit<State, Event>;
}

/** Differences that a report of a store lists. */
const LISTED = 100;
/** Up to here every version is compared with the definition itself, which folds all from the start each time. */
const EACH_VERSION = 32;
/** Up to here the last one is; the definition needs the whole log in memory. */
const LAST_VERSION = 10_000;

type Item = Readonly<Record<string, unknown>> & { readonly sk: string };

/** The check of one stream, item by item: tombstones come first, then the events. */
class StreamCheck<State extends Judged, Event extends Content> {
  readonly counts = noCounts();
  readonly #ledger: Ledger<State, Event>;
  readonly #unfolding: Unfolding<State, Event>;
  readonly #states: StoredStates<State, Event>;
  readonly summaries: Summaries<State, Event>;
  readonly #log: Recorded<Event>[] = [];

  /** @param head the version that the check is as of; what is written meanwhile is left out */
  constructor(
    readonly options: VerifyOptions<State, Event>,
    readonly streamId: string,
    readonly head: number,
  ) {
    const { domain, audit } = options;
    this.#ledger = new Ledger(domain, streamId, audit);
    this.#unfolding = new Unfolding(domain, streamId);
    this.#states = new StoredStates(this.#unfolding, audit);
    this.summaries = new Summaries(this.#unfolding);
  }

  /** @throws DifferenceFound */
  item(item: Item): void {
    const kind = item.sk.slice(0, item.sk.indexOf('#'));
    try {
      if (kind === 'v') this.#event(item as unknown as EventItem);
      else if (kind === 'm') this.#ledger.tombstone(item as unknown as TombstoneItem);
      else differ({ item: item.sk, version: null }, 'known-item', 'an item of the log', item);
    } catch (error) {
      if (error instanceof DifferenceFound || error instanceof CheckerError) throw error;
      // Whatever is in an item: the check names the item and continues with the next stream.
      differ({ item: item.sk, version: null }, 'readable-item', 'an item that can be read', String(error));
    }
    if (kind === 'm') this.counts.tombstones += 1;
  }

  #event(item: EventItem): void {
    if (this.#ledger.version === this.head && item.sk > eventKey(this.head)) return;
    const move = this.#ledger.event(item);
    const broken = this.#unfolding.apply(move);
    this.#states.event(item, move, broken);
    const { version } = this.#ledger;
    this.summaries.event(version, move);
    this.counts.events = version;
    if (version <= LAST_VERSION) this.#log.push(recordedEventOf(this.options.domain, item));
    if (version <= EACH_VERSION) this.#unfolding.assertDefinition(this.#log);
  }

  /** @throws DifferenceFound */
  async finish(): Promise<void> {
    const { store } = this.options;
    const { version } = this.#ledger;
    const site = { item: eventKey(version + 1), version: version + 1 };
    if (version < this.head) differ(site, 'version-gapless', site.item, undefined);
    this.#ledger.listed();
    this.#states.finish();
    this.#ledger.finish();
    const exists = async (wanted: number) => (await store.get(this.streamId, eventKey(wanted))) !== undefined;
    for (const { sk, version: ahead } of this.#ledger.ahead) {
      const site = { item: sk, version: ahead };
      if (!(await exists(ahead))) differ(site, 'correction-tombstone', eventKey(ahead), undefined);
    }
    const { through = 0 } = this.summaries;
    if (through > version && !(await exists(through)))
      differ({ item: 'root', version: through }, 'summary-version', `at most ${version}`, through);
    if (version <= LAST_VERSION) this.#unfolding.assertDefinition(this.#log);
  }

  report(difference?: Difference): StreamReport {
    return {
      streamId: this.streamId,
      version: this.#ledger.version,
      ...this.counts,
      summaries: this.summaries.read,
      summariesUnusable: this.summaries.unusable,
      states: this.#states.compared + this.summaries.compared,
      statesOfOtherCode: this.#states.ofOtherCode,
      ...(difference && { difference }),
    };
  }
}

/**
 * Checks all that the log stored of one stream, straight from the store, against the definition of its history.
 * As of the newest event when it starts; appends and repairs may go on meanwhile. Memory: a page of items, and of
 * each event what the fold needs.
 */
export async function verifyStream<State extends Judged, Event extends Content>(
  options: VerifyOptions<State, Event>,
  streamId: string,
): Promise<StreamReport> {
  const { store } = options;
  const head = await headItem(store, streamId);
  const check = new StreamCheck(options, streamId, head?.version ?? 0);
  try {
    await check.summaries.load(store);
    for await (const item of store.partition<Item>(streamId)) check.item(item);
    await check.finish();
    return check.report();
  } catch (error) {
    if (!(error instanceof DifferenceFound)) throw error;
    return check.report({ streamId, ...error.difference });
  }
}

/**
 * Checks every stream of a store, one after another.
 * @param onStream called after each stream
 */
export async function verifyStore<State extends Judged, Event extends Content>(
  options: VerifyOptions<State, Event>,
  onStream: (report: StreamReport) => void = () => undefined,
): Promise<StoreReport> {
  let [counts, streams, streamsWithDifferences] = [{ ...noCounts() }, 0, 0];
  const differences: Difference[] = [];
  for await (const streamId of options.store.partitions()) {
    const report = await verifyStream(options, streamId);
    counts = addCounts(counts, report);
    streams += 1;
    if (report.difference !== undefined) streamsWithDifferences += 1;
    if (report.difference !== undefined && differences.length < LISTED) differences.push(report.difference);
    onStream(report);
  }
  return { streams, ...counts, differences, streamsWithDifferences };
}
