import { decimalOf, millionths } from '@hindsight/bitemporal';
import type { RecordedEvent } from '@hindsight/domain';
import { quantityOf, stateThrough } from './contributions';
import type { ProductLogReader } from './product-log';

/**
 * How settled the numbers of a product are, from its own history. Two questions: how late do its events come, and how far
 * did the number of a day still move after one had waited for some days?
 *
 * The number of a day is the quantity as of its end, T. After d days it was `state(T, known at T + d)`, and today it is
 * `state(T, all)`; the difference is how far it moved after them. Most days need no read of a state: the number of a day
 * can only have moved if an event that takes effect by T was recorded after T + d, or a correction.
 */

export interface Percentiles<T> {
  readonly p50: T;
  readonly p90: T;
  readonly p99: T;
  readonly max: T;
}

/** How late some events were recorded, in seconds after their effective times; 0: in time or ahead of time. */
export interface Lateness extends Percentiles<number> {
  readonly events: number;
  /** Events that were recorded after their effective time. */
  readonly late: number;
}

/** How far the numbers of some days moved after waiting. */
export interface Moved extends Percentiles<string> {
  /** Days of waiting. */
  readonly after: number;
  /** Days whose numbers were compared. */
  readonly days: number;
  /** Days whose number moved. */
  readonly moved: number;
}

export interface LatenessReport {
  readonly version: number;
  /** The events that were looked at: the newest ones, from this version on. */
  readonly fromVersion: number;
  readonly all: Lateness;
  readonly byType: Readonly<Record<string, Lateness>>;
  /** Quantities are absolute differences. */
  readonly moved: readonly Moved[];
}

/** Events that are looked at, the newest ones; and days. */
const EVENTS = 5_000;
const DAYS = 90;
const WAITS = [1, 3, 7, 30];

const DAY_MS = 24 * 60 * 60 * 1000;

/** The value at a share of a sorted list (nearest rank). */
function rank<T>(sorted: readonly T[], share: number, none: T): T {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? none;
}

const percentilesOf = <T>(sorted: readonly T[], none: T): Percentiles<T> => ({
  p50: rank(sorted, 0.5, none),
  p90: rank(sorted, 0.9, none),
  p99: rank(sorted, 0.99, none),
  max: sorted.at(-1) ?? none,
});

function latenessOf(seconds: readonly number[]): Lateness {
  const sorted = [...seconds].sort((a, b) => a - b);
  return {
    events: sorted.length,
    late: sorted.filter((one) => one > 0).length,
    ...percentilesOf(sorted, 0),
  };
}

/** An event, and the effective time from which on it can change answers. */
interface Reaching {
  readonly event: RecordedEvent;
  /** undefined: its target is not among the events that were looked at. */
  readonly from: string | undefined;
}

/** Corrections take effect where their target is, or where they move it. */
function reachOf(event: RecordedEvent, effectiveAt: ReadonlyMap<string, string>): string | undefined {
  if (!('targetEventId' in event)) return event.effectiveAt;
  const target = effectiveAt.get(String(event.targetEventId));
  const moved = (event['replacement'] as { readonly effectiveAt?: string } | undefined)?.effectiveAt;
  return target === undefined || moved === undefined || target < moved ? target : moved;
}

async function newestEvents(log: ProductLogReader, productId: string, head: number): Promise<Reaching[]> {
  const effectiveAt = new Map<string, string>();
  const reaching: Reaching[] = [];
  const after = Math.max(0, head - EVENTS);
  for await (const { event } of log.follow(productId, {
    after,
    through: head,
    adjustments: false,
    atOnce: 200,
  })) {
    const from = reachOf(event, effectiveAt);
    reaching.push({ event, from });
    // A later correction of the same target undoes this one: it reaches as far back.
    const target = 'targetEventId' in event ? String(event.targetEventId) : event.eventId;
    if (from !== undefined) effectiveAt.set(target, from);
    if (event.version >= head) break;
  }
  return reaching;
}

const secondsLate = ({ event, from }: Reaching): number | undefined =>
  from === undefined ? undefined : Math.max(0, Date.parse(event.recordedAt) - Date.parse(from)) / 1000;

/** The ends of the last days, UTC, at which all events that were looked at are known to be all there were. */
function daysFor(events: readonly Reaching[], now: number): number[] {
  const first = Date.parse(events[0]?.event.recordedAt ?? '');
  const today = Math.floor(now / DAY_MS) * DAY_MS;
  return Array.from({ length: DAYS }, (_, day) => today - day * DAY_MS - 1).filter((end) => end >= first);
}

const absolute = (amount: bigint): bigint => (amount < 0n ? -amount : amount);

/** How far the number of a day moved after some days of waiting. */
type MovedAfter = (end: number, wait: number) => Promise<bigint>;

function movements(log: ProductLogReader, productId: string, events: readonly Reaching[]): MovedAfter {
  const states = new Map<string, Promise<bigint>>();
  const quantityAt = (asOf: string, version: number): Promise<bigint> => {
    const key = `${asOf} ${version}`;
    const read = async () => millionths(quantityOf(await stateThrough(log, productId, { asOf, version })));
    const known = states.get(key) ?? read();
    states.set(key, known);
    return known;
  };
  return async (end, wait) => {
    const asOf = new Date(end).toISOString();
    const waited = new Date(end + wait * DAY_MS).toISOString();
    const later = events.filter(
      ({ event, from }) => event.recordedAt > waited && (from === undefined || from <= asOf),
    );
    const [first, last] = [later[0], later.at(-1)];
    if (first === undefined || last === undefined) return 0n;
    const before = await quantityAt(asOf, first.event.version - 1);
    return absolute((await quantityAt(asOf, last.event.version)) - before);
  };
}

/** How late the events of a product come, and how far its numbers moved afterward; undefined: it has no events. */
export async function latenessReport(
  log: ProductLogReader,
  productId: string,
  now: Date,
): Promise<LatenessReport | undefined> {
  const head = await log.headVersion(productId);
  if (head === 0) return undefined;
  const events = await newestEvents(log, productId, head);
  const seconds = new Map<string, number[]>();
  for (const one of events) {
    const late = secondsLate(one);
    const { eventType } = one.event;
    if (late === undefined) continue;
    const same = seconds.get(eventType) ?? [];
    same.push(late);
    seconds.set(eventType, same);
  }
  const movedAfter = movements(log, productId, events);
  const moved: Moved[] = [];
  for (const wait of WAITS) {
    const days = daysFor(events, now.getTime() - wait * DAY_MS);
    const amounts: bigint[] = [];
    for (const end of days) amounts.push(await movedAfter(end, wait));
    amounts.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
    const { p50, p90, p99, max } = percentilesOf(amounts.map(decimalOf), '0');
    const changed = amounts.filter((amount) => amount !== 0n).length;
    moved.push({ after: wait, days: days.length, moved: changed, p50, p90, p99, max });
  }
  return {
    version: head,
    fromVersion: events[0]?.event.version ?? 1,
    all: latenessOf([...seconds.values()].flat()),
    byType: Object.fromEntries([...seconds].sort().map(([type, one]) => [type, latenessOf(one)])),
    moved,
  };
}
