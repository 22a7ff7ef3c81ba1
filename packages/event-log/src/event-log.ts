import { randomUUID } from 'node:crypto';
import { registry as allTypes, type Registry } from '@hindsight/domain';
import { realTime, type Waiting } from './storage/backoff';
import type { Store } from './storage/store';
import { Appender } from './write/append';
import { follow } from './read/follow';
import { Planner, type Plan } from './write/plan';
import type { AppendCommand, AppendResult, EventLogReader } from './types';
import { readEffective, readRecorded, readTimeline } from './read/lists';
import { Repairer, type RepairReport } from './maintenance/repair';
import type { Reading } from './read/nearest-snapshot';
import { stateAt, viewAt } from './read/state-at';
import { headItem, type View } from './read/known-log';

export interface EventLogOptions extends Partial<Waiting> {
  readonly store: Store;
  readonly registry?: Registry;
  /** The time of recording. */
  readonly clock?: () => Date;
  /** Names a transaction; never the same twice. */
  readonly newToken?: () => string;
}

export interface EventLog extends EventLogReader {
  /**
   * What an append would do, and the writes that do it. For the workflow, which sends them itself.
   * @param attempt 0 for the first; raised after each lost race
   */
  plan(command: AppendCommand, attempt?: number): Promise<Plan>;
  /** Plans and writes, again after a lost race. @throws AppendRefusedError, ContentionError */
  append(command: AppendCommand): Promise<AppendResult>;
  /** Writes checkpoints where stored states are stale; call until `done`. @param budget facts to read at most */
  repair(productId: string, budget?: number): Promise<RepairReport>;
}

export function createEventLog({
  store,
  registry = allTypes,
  clock = () => new Date(),
  newToken = randomUUID,
  ...waiting
}: EventLogOptions): EventLog {
  const reading: Reading = { store, registry };
  const planner = new Planner(reading, clock, newToken);
  const appender = new Appender(store, planner, { ...realTime, ...waiting });
  const repairer = new Repairer(reading);
  const viewed = async <T>(
    id: string,
    known: { knownAt?: string; version?: number },
    read: (view: View) => Promise<T>,
  ) => {
    const view = await viewAt(reading, id, known);
    return 'found' in view ? undefined : read(view);
  };
  return {
    headVersion: async (productId) => (await headItem(store, productId))?.version ?? 0,
    stateAt: (productId, moment = {}) => stateAt(reading, clock().toISOString(), productId, moment),
    readRecorded: async (productId, options) => {
      const page = await readRecorded(reading, productId, options);
      if (page.events.length > 0 || page.next !== undefined) return page;
      // The first event may have come between the two: what is no empty log must not be shown as one.
      if ((await headItem(store, productId)) === undefined) return undefined;
      return readRecorded(reading, productId, options);
    },
    readEffective: (productId, options) =>
      viewed(productId, options, (view) => readEffective(reading, view, options)),
    timeline: (productId, options) =>
      viewed(productId, options, (view) => readTimeline(reading, view, options)),
    follow: (productId, options) => follow(reading, productId, options),
    ping: () => store.ping(),
    plan: (command, attempt) => planner.plan(command, attempt),
    append: (command) => appender.append(command),
    repair: (productId, budget) => repairer.repair(productId, budget),
  };
}
