import { stateAsOf } from '@hindsight/bitemporal';
import { registry, type RecordedEvent } from '@hindsight/domain';
import type { Closing, ClosingRegister, LatePolicy, Store, StoredItem } from '@hindsight/event-log';
import { createProductLog } from '@hindsight/workflow';

/** What is known of an event besides what is stored. */
export interface Sent {
  readonly policy: LatePolicy;
  readonly effectiveAt: string | undefined;
  /** When it was stored, by the true time. */
  storedAt: number;
}

/** A log with closings, after everything has come to its end. */
export interface Closed {
  readonly store: Store;
  readonly closings: ClosingRegister;
  readonly sent: ReadonlyMap<string, Sent>;
  /** When each closing was asked to be reopened, by the true time. */
  readonly reopenedAt: ReadonlyMap<string, number>;
  /** The rows of each report when it was seen first. */
  readonly reports: ReadonlyMap<string, string>;
  rowsOf(closingId: string): Promise<string>;
}

type Logs = ReadonlyMap<string, readonly RecordedEvent[]>;

/** Every event of every product, as it was recorded. */
async function logsOf({ store }: Closed): Promise<Logs> {
  const log = createProductLog({ store });
  const logs = new Map<string, readonly RecordedEvent[]>();
  for await (const productId of store.partitions()) {
    const page = await log.readRecorded(productId, { direction: 'forward', limit: 200 });
    logs.set(productId, page?.events ?? []);
  }
  return logs;
}

/** The states as of a time by the definition, as known at another. */
function definition(logs: Logs, asOf: string, knownAt: string): Map<string, unknown> {
  const states = new Map<string, unknown>();
  for (const [productId, events] of logs) {
    const found = stateAsOf(registry, productId, events, { asOf, knownAt });
    if (found !== null) states.set(productId, found.state);
  }
  return states;
}

const sorted = (states: ReadonlyMap<string, unknown>): string => JSON.stringify([...states].sort());

function statesIn(report: string): Map<string, unknown> {
  const rows = report === '' ? [] : report.split('\n');
  return new Map(
    rows.map((row) => {
      const { productId, state } = JSON.parse(row) as { productId: string; state: unknown };
      return [productId, state];
    }),
  );
}

/** The first effective time that an event touches: where it counts, or where its target counted. */
function touchedBy({ effectiveKey, movedFrom, effectiveAt, target }: StoredItem): string | undefined {
  const places = [effectiveKey, movedFrom].flatMap((key) => (key === undefined ? [] : [String(key)]));
  // What is retracted at once is an event at its time all the same.
  const own = target === undefined ? [String(effectiveAt)] : [];
  return [...places.map((key) => key.slice(0, 24)), ...own].sort()[0];
}

/** A closing whose period an event got into, though it was neither reopened nor let in. */
function breached(play: Closed, item: StoredItem, closings: readonly Closing[]): Closing | undefined {
  const sent = play.sent.get(String(item['idKey']));
  const touched = touchedBy(item);
  if (sent === undefined || sent.policy === 'reopen' || touched === undefined) return undefined;
  return closings.find(({ closingId, asOf, knownAt }) => {
    const isOver = sent.storedAt >= (play.reopenedAt.get(closingId) ?? Infinity);
    return !isOver && knownAt !== null && touched <= asOf && String(item['recordedAt']) > knownAt;
  });
}

/** Why an event is not where it was sent to; undefined: it is, or it was carried as it must be. */
function misplaced(play: Closed, item: StoredItem, closings: readonly Closing[]): string | undefined {
  const { idKey, effectiveAt, recordedAt, carriedFrom, target } = item;
  const sent = play.sent.get(String(idKey));
  if (sent === undefined || target !== undefined) return undefined;
  if (carriedFrom === undefined)
    return effectiveAt === (sent.effectiveAt ?? recordedAt) ? undefined : `${idKey} is at another time`;
  const before = new Date(Date.parse(String(effectiveAt)) - 1).toISOString();
  const isCarried =
    sent.policy === 'carry' &&
    carriedFrom === sent.effectiveAt &&
    carriedFrom <= before &&
    closings.some(({ asOf }) => asOf === before);
  return isCarried ? undefined : `${idKey} is carried to ${effectiveAt}, from ${carriedFrom}`;
}

/** The first thing that is wrong after a run; undefined: everything is right. */
export async function faultOf(play: Closed): Promise<string | undefined> {
  const logs = await logsOf(play);
  const closings = await play.closings.list();
  for (const { closingId, asOf, knownAt, status, rows } of closings) {
    if (status === 'closing') return `closing ${closingId} does not end`;
    if (rows === null || knownAt === null) continue;
    const report = await play.rowsOf(closingId);
    if (report !== play.reports.get(closingId)) return `the report of ${closingId} has changed`;
    const [found, expected] = [statesIn(report), definition(logs, asOf, knownAt)];
    if (rows !== found.size) return `closing ${closingId} counts ${rows} rows`;
    if (sorted(found) !== sorted(expected)) return `the report of ${closingId} is not what was known at K`;
  }
  for (const productId of logs.keys()) {
    for await (const item of play.store.partition<StoredItem>(productId)) {
      if (!item.sk.startsWith('v#')) continue;
      const closing = breached(play, item, closings);
      if (closing !== undefined) return `${String(item['idKey'])} got into closing ${closing.closingId}`;
      const place = misplaced(play, item, closings);
      if (place !== undefined) return place;
    }
  }
  return undefined;
}
