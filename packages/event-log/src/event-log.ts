import type { Content, Domain, Judged } from '@hindsight/bitemporal';
import { periodLock, type PeriodLock } from './closings/lock';
import { Repairer, type RepairReport } from './maintenance/repair';
import { RepairRequests, type RequestRepair } from './maintenance/repair-requests';
import { SIZES, type ReadContext, type Sizes } from './read/context';
import { follow } from './read/follow';
import { stateGrid } from './read/grid';
import { overview, type Earlier, type Overview } from './read/overview';
import { headItem, itemKnownAt, type KnownLog } from './read/known-log';
import { readEffective, readLedger, readRecorded, readTimeline } from './read/lists';
import { logAt, stateAt } from './read/state-at';
import { realTime, type Waiting } from './storage/backoff';
import type { Store } from './storage/store';
import type { ActCommand, ActResult, AppendCommand, AppendResult, EventLogReader } from './types';
import { Appender } from './write/append';
import { Planner, type Plan } from './write/plan';
import { planAct, type ActPlan } from './write/plan-act';

const DAY_MS = 24 * 60 * 60 * 1000;

export interface EventLogOptions<State extends Judged, Event extends Content> extends Partial<Waiting> {
  readonly store: Store;
  /** What the log is about. */
  readonly domain: Domain<State, Event>;
  /** The time of recording. */
  readonly clock?: () => Date;
  /** How far from its recording an event may take effect if late events are not allowed; milliseconds. */
  readonly lateToleranceMs?: number;
  /** What is closed. Absent: what the store's register of closings says. */
  readonly lock?: PeriodLock;
  /** The clock gives recorded times of another log, which is restored. */
  readonly keepsTimes?: boolean;
  /** Called for a stream that is slow to read, at most once a minute. Absent: slow reads ask for nothing. */
  readonly requestRepair?: RequestRepair;
  readonly sizes?: Partial<Sizes>;
}

export interface EventLog<State extends Judged, Event extends Content> extends EventLogReader<State, Event> {
  /**
   * What an append would do, and the items that it would store. For the workflow, which stores them itself.
   * @param attempt 0 for the first; raised after each lost race
   * @param now what the events are stamped with; absent: the time of this log's clock
   */
  plan(command: AppendCommand<Event>, attempt?: number, now?: Date): Promise<Plan<State, Event>>;
  /** As `plan`, for an act: events of several streams, all stored or none. */
  planAct(act: ActCommand<Event>, attempt?: number, now?: Date): Promise<ActPlan<State, Event>>;
  /** Plans and stores, again after a lost race. @throws AppendRefusedError, ContentionError, QueueFullError */
  append(command: AppendCommand<Event>): Promise<AppendResult<State, Event>>;
  /** As `append`, for an act. */
  appendAct(act: ActCommand<Event>): Promise<ActResult<State, Event>>;
  /** What a list of streams shows of one; undefined if it has no events. @param earlier spares reads */
  overview(streamId: string, earlier?: Earlier): Promise<Overview<State> | undefined>;
  /** Brings the summaries up to date; call until `done`. @param budget events to read at most */
  repair(streamId: string, budget?: number): Promise<RepairReport>;
}

export function createEventLog<State extends Judged, Event extends Content>({
  store,
  domain,
  clock = () => new Date(),
  requestRepair,
  lateToleranceMs = DAY_MS,
  lock = periodLock(store),
  keepsTimes = false,
  sizes,
  ...waiting
}: EventLogOptions<State, Event>): EventLog<State, Event> {
  const requests = requestRepair && new RepairRequests(requestRepair, clock);
  const onSlowRead = (streamId: string, folded: number) => requests?.slowRead(streamId, folded);
  const context: ReadContext<State, Event> = { store, domain, sizes: { ...SIZES, ...sizes }, onSlowRead };
  const planner = new Planner(context, clock, { lateToleranceMs, lock, keepsTimes });
  const appender = new Appender(store, planner, { ...realTime, ...waiting });
  const repairer = new Repairer(context);
  const onLogAt = async <T>(
    streamId: string,
    known: { knownAt?: string; version?: number },
    read: (log: KnownLog<State>) => Promise<T>,
  ) => {
    const log = await logAt(context, streamId, known);
    return 'found' in log ? undefined : read(log);
  };
  return {
    headVersion: async (streamId) => (await headItem(store, streamId))?.version ?? 0,
    stateAt: (streamId, moment = {}) => stateAt(context, clock().toISOString(), streamId, moment),
    readRecorded: async (streamId, options) => {
      const page = await readRecorded(context, streamId, options);
      if (page.events.length > 0 || page.next !== undefined) return page;
      // The first event may have come between the two: a log that is not empty must not be shown as empty.
      if ((await headItem(store, streamId)) === undefined) return undefined;
      return readRecorded(context, streamId, options);
    },
    readEffective: (streamId, options) =>
      onLogAt(streamId, options, (log) => readEffective(context, log, options)),
    timeline: (streamId, options) => onLogAt(streamId, options, (log) => readTimeline(context, log, options)),
    ledger: (streamId, options) => onLogAt(streamId, options, (log) => readLedger(context, log, options)),
    grid: (streamId, options) => stateGrid(context, streamId, options),
    versionAt: async (streamId, knownAt) => (await itemKnownAt(store, streamId, knownAt))?.version ?? 0,
    follow: (streamId, options) => follow(context, streamId, options),
    ping: () => store.ping(),
    overview: (streamId, earlier) => overview(context, clock().toISOString(), streamId, earlier),
    plan: (command, attempt, now = clock()) => planner.at(now).plan(command, attempt),
    planAct: (act, attempt, now = clock()) => planAct(planner.at(now), act, attempt),
    append: (command) => appender.append(command),
    appendAct: (act) => appender.appendAct(act),
    repair: (streamId, budget) => repairer.repair(streamId, budget),
  };
}
