import { asWritten, parseTime, printable } from '@hindsight/domain';
import { AppendRefusedError, periodLock, type PeriodLock, type Store } from '@hindsight/event-log';
import { MalformedFile } from '@hindsight/import';
import { createProductLog, type ProductLog } from '@hindsight/workflow';
import { commandOf } from './command';
import { exportRecords } from './files';

/*
 * Restores an export of events: every event gets the version, the recorded time and the recorder that it had, so every
 * answer about any moment, as known at any moment, is the one of the log that was exported.
 *
 * It needs no writer of its own. The log stamps an event with its clock, and numbers the events of a product in the
 * order of their appends. So each event is appended at its recorded time, by a log whose clock says that, on the
 * condition that the product is at the version before. Conflicts are flagged, for the log that was exported had judged
 * them. What the log has already is a repetition, so an interrupted restore is continued by the same command.
 */

/** Events of one product with one recorded time; more of them than an append may have make several. */
interface Group {
  readonly productId: string;
  readonly recordedAt: string;
  readonly recordedBy: string;
  /** Of the first event. */
  readonly version: number;
  /** Line of the first event. */
  readonly line: number;
  /** The effective time of its only event, if that was carried out of a closed period. */
  readonly carriedTo?: string;
  readonly events: Readonly<Record<string, unknown>>[];
}

const BATCH = 25;
/** Appends under way at once, which is what is in memory. */
const UNDER_WAY = 128;
/** What the log adds to an event, and what an answer about it adds. */
const ADDED = [
  'version',
  'recordedAt',
  'recordedBy',
  'eventCategory',
  'productId',
  'variance',
  'carriedFrom',
];

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
const recorder = printable(256);

interface Exported {
  readonly productId: string;
  readonly recordedAt: string;
  readonly recordedBy: string;
  readonly version: number;
  readonly carriedTo?: string;
  readonly event: Readonly<Record<string, unknown>>;
}

/** An event of an export; a text: what it lacks. */
function exported(fields: Readonly<Record<string, unknown>>): Exported | string {
  const { productId, eventId, recordedAt, recordedBy, version, carriedFrom, effectiveAt } = fields;
  if (!isText(productId) || !isText(eventId)) return 'lacks productId or eventId';
  if (!isText(recordedAt) || parseTime(recordedAt) !== recordedAt)
    return 'lacks recordedAt, as an export writes it';
  if (!isText(recordedBy) || !recorder.safeParse(recordedBy).success) return 'lacks recordedBy';
  if (typeof version !== 'number' || !Number.isSafeInteger(version) || version < 1)
    return 'lacks its version';
  const content = Object.entries(asWritten(fields)).filter(
    // An event without an effective time has happened when it was recorded, to the millisecond.
    ([name, value]) => !ADDED.includes(name) && !(name === 'effectiveAt' && value === recordedAt),
  );
  const event = Object.fromEntries(content);
  const recorded = { productId, recordedAt, recordedBy, version };
  if (!isText(carriedFrom) || !isText(effectiveAt)) return { ...recorded, event };
  // It is sent as it was, and carried to the same time.
  return { ...recorded, carriedTo: effectiveAt, event: { ...event, effectiveAt: carriedFrom } };
}

/** Whether an event goes on with the append that a group is of. */
const goesOn = (group: Group, one: Exported): boolean =>
  group.productId === one.productId &&
  group.recordedAt === one.recordedAt &&
  group.recordedBy === one.recordedBy &&
  group.version + group.events.length === one.version &&
  group.carriedTo === undefined &&
  one.carriedTo === undefined &&
  group.events.length < BATCH;

async function* groupsOf(file: string): AsyncGenerator<Group> {
  let group: Group | undefined;
  for await (const { line, fields } of exportRecords(file)) {
    const one = typeof fields === 'string' ? fields : exported(fields);
    if (typeof one === 'string')
      throw new MalformedFile(
        `line ${line}: ${one}; only an export of events (ndjson or json) can be restored`,
      );
    const { event, ...recording } = one;
    if (group !== undefined && goesOn(group, one)) group.events.push(event);
    else {
      if (group !== undefined) yield group;
      group = { ...recording, line, events: [event] };
    }
  }
  if (group !== undefined) yield group;
}

/** The log of one product, with a clock of its own; appends of one product follow one another. */
class Restoring {
  #now = '';
  #carriedTo: string | undefined;
  readonly #log: ProductLog;
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    store: Store,
    readonly real: PeriodLock,
  ) {
    const lock = { current: () => this.#period() };
    this.#log = createProductLog({ store, clock: () => new Date(this.#now), lock, keepsTimes: true });
  }

  /** What is closed here; for an event that was carried, the period that it was carried out of. */
  async #period() {
    const period = await this.real.current();
    const to = this.#carriedTo;
    if (to === undefined) return period;
    if (period !== undefined && to <= period.through) throw closed(period.closingId);
    return { closingId: '', through: new Date(Date.parse(to) - 1).toISOString() };
  }

  /** @returns how many of the events the log did not have */
  append(group: Group): Promise<number> {
    const appended = this.#last.then(() => this.#append(group));
    this.#last = appended.catch(() => undefined);
    return appended;
  }

  async #append({ productId, recordedAt, recordedBy, version, line, ...group }: Group): Promise<number> {
    const { events, carriedTo } = group;
    const onLate = carriedTo === undefined ? 'reject' : 'carry';
    const input = { productId, body: events, recordedBy, expectedVersion: version - 1, onLate } as const;
    const command = commandOf(input, 'flag');
    if ('why' in command) throw new MalformedFile(`line ${line}: ${command.why}`);
    this.#now = recordedAt;
    this.#carriedTo = carriedTo;
    const result = await this.#log.append(command).catch((error: unknown) => {
      if (!(error instanceof AppendRefusedError)) throw error;
      throw new MalformedFile(
        `line ${line}: ${productId}: ${error.refusal.detail}; restore into an empty log`,
      );
    });
    const [first] = result.events;
    if (first?.version !== version || first.recordedAt !== recordedAt)
      throw new MalformedFile(
        `line ${line}: ${productId} has ${first?.eventId} as version ${first?.version}, recorded at ${first?.recordedAt}; restore into an empty log`,
      );
    return result.deduplicated ? 0 : events.length;
  }
}

const closed = (closingId: string): MalformedFile =>
  new MalformedFile(`closing ${closingId} has closed periods of this log; restore into an empty log`);

export interface Restored {
  readonly products: number;
  readonly events: number;
  /** Events that the log had already, of a restore that was interrupted. */
  readonly known: number;
}

/** Restores an export into a store. @throws MalformedFile, what the store throws, and the signal's reason */
export async function restore(
  file: string,
  { store, signal, onProgress }: { store: Store; signal: AbortSignal; onProgress?: (events: number) => void },
): Promise<Restored> {
  const logs = new Map<string, Restoring>();
  const lock = periodLock(store);
  const period = await lock.current();
  if (period !== undefined) throw closed(period.closingId);
  const underWay = new Set<Promise<void>>();
  let [events, known] = [0, 0];
  let failure: { readonly error: unknown } | undefined;
  for await (const group of groupsOf(file)) {
    if (failure !== undefined || signal.aborted) break;
    const log = logs.get(group.productId) ?? new Restoring(store, lock);
    logs.set(group.productId, log);
    const appended = log.append(group).then(
      (fresh) => {
        events += group.events.length;
        known += group.events.length - fresh;
        onProgress?.(events);
      },
      (error: unknown) => void (failure ??= { error }),
    );
    const tracked = appended.finally(() => underWay.delete(tracked));
    underWay.add(tracked);
    if (underWay.size >= UNDER_WAY) await Promise.race(underWay);
  }
  await Promise.all(underWay);
  if (failure !== undefined) throw failure.error;
  signal.throwIfAborted();
  return { products: logs.size, events, known };
}
