import { assert, type Content, type Judged } from '@hindsight/bitemporal';
import { backoff, type Waiting } from '../storage/backoff';
import type { EventItem } from '../storage/items';
import { isEventKey, type ItemKey } from '../storage/keys';
import type { Store } from '../storage/store';
import type { ActCommand, ActResult, AppendCommand, AppendResult, Refusal } from '../types';
import { KeyedQueue, type Turn } from './keyed-queue';
import type { Plan, Planner } from './plan';
import { planAct } from './plan-act';

/** Attempts of one append before it gives up on the others that write to the same stream. */
export const TRIES = 16;

export class AppendRefusedError extends Error {
  override readonly name = 'AppendRefused';
  constructor(readonly refusal: Refusal<unknown>) {
    super(refusal.detail);
  }
}

/** Other writers changed the stream at every attempt of this append. Nothing was stored; try again. */
export class ContentionError extends Error {
  override readonly name = 'Contention';
}

type Stored<State, Event extends Content> = Extract<Plan<State, Event>, { outcome: 'store' }>;

/** The newest event that a plan writes, as reading it would give it. */
function headOf({ items }: { readonly items: readonly ItemKey[] }): EventItem {
  const newest = items.findLast(({ sk }) => isEventKey(sk));
  assert(newest !== undefined, 'a plan that stores something stores an event');
  return newest as EventItem;
}

/**
 * A plan on the head that the append before in this queue has written, which saves the read. The hint may be outdated.
 * A conditional write detects that; a refusal or a repetition would not, so those are decided on a fresh read.
 */
async function hinted<State extends Judged, Event extends Content>(
  planner: Planner<State, Event>,
  command: AppendCommand<Event>,
  turn: Turn,
): Promise<Stored<State, Event> | undefined> {
  if (turn.head === undefined || command.dryRun) return undefined;
  const plan = await planner.plan(command, 0, turn.head);
  return plan.outcome === 'store' ? plan : undefined;
}

async function attempts<State extends Judged, Event extends Content>(
  { store, planner, waiting }: Appender<State, Event>,
  command: AppendCommand<Event>,
  turn: Turn,
): Promise<AppendResult<State, Event>> {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    if (attempt > 0) await waiting.delay(backoff(attempt, waiting.random));
    const plan = (await hinted(planner, command, turn)) ?? (await planner.plan(command, attempt));
    turn.head = undefined;
    if (plan.outcome === 'refused') throw new AppendRefusedError(plan.refusal);
    if (plan.outcome === 'done') return plan.result;
    if ((await store.append(plan.items)) === 'stored') {
      turn.head = headOf(plan);
      return plan.result;
    }
  }
  throw new ContentionError(`others wrote to ${command.streamId} at each of ${TRIES} attempts`);
}

/** The turns of an act have no hint: each of its streams is read, for it is decided on all of them together. */
async function actAttempts<State extends Judged, Event extends Content>(
  { store, planner, waiting }: Appender<State, Event>,
  act: ActCommand<Event>,
  turns: ReadonlyMap<string, Turn>,
): Promise<ActResult<State, Event>> {
  for (const turn of turns.values()) turn.head = undefined;
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    if (attempt > 0) await waiting.delay(backoff(attempt, waiting.random));
    const plan = await planAct(planner, act, attempt);
    if (plan.outcome === 'refused') throw new AppendRefusedError(plan.refusal);
    if (plan.outcome === 'done') return plan.result;
    if ((await store.append(plan.items)) === 'stored') return plan.result;
  }
  throw new ContentionError(`others wrote to ${[...turns.keys()].join(', ')} at each of ${TRIES} attempts`);
}

/** Appends without the workflow: the same plans, the same writes. */
export class Appender<State extends Judged, Event extends Content> {
  readonly #queue = new KeyedQueue();

  constructor(
    readonly store: Store,
    readonly planner: Planner<State, Event>,
    readonly waiting: Waiting,
  ) {}

  /** @throws AppendRefusedError, ContentionError, QueueFullError, and what `Store.append` throws */
  append(command: AppendCommand<Event>): Promise<AppendResult<State, Event>> {
    return this.#queue.run(command.streamId, (turn) => attempts(this, command, turn));
  }

  /** All parts of an act, or none. @throws as `append` */
  appendAct(act: ActCommand<Event>): Promise<ActResult<State, Event>> {
    const streamIds = act.parts.map(({ streamId }) => streamId);
    return this.#queue.runAll(streamIds, (turns) => actAttempts(this, act, turns));
  }
}
