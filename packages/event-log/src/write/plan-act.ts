/**
 * An act: events of several streams, all stored or none, recorded at one moment.
 *
 * Each stream is planned by itself, exactly as if its part were an append of its own: repetitions, versions and rules are
 * a matter of one stream. What the plans have to share is the moment of recording, since an act must become known in all
 * of its streams together. A plan records at the clock's time, or at that of the newest event of its stream if the clock
 * is behind it. So the parts are planned at one fixed time; if a stream is ahead of it, all of them are planned again at
 * the time of the one that is furthest ahead, also if one was refused: it may be acceptable at that time. Clocks rarely
 * run backward, so nearly always the first round is enough.
 *
 * The joined plan is one write: the items of all parts, each on its own condition. If any part loses its race, the write
 * as a whole is a lost race, and every part is planned again on the log as it is then.
 */
import { assert, type Content, type Judged } from '@hindsight/bitemporal';
import { StoreUnavailableError } from '../storage/errors';
import type { StoredItem } from '../storage/store';
import type { ActCommand, ActResult, AppendCommand, Refusal } from '../types';
import type { Plan, Planner } from './plan';

/** What is to be done about an act, decided on the log as it was read. */
export type ActPlan<State, Event extends Content> =
  | {
      readonly outcome: 'store';
      readonly items: readonly StoredItem[];
      readonly result: ActResult<State, Event>;
      /** The streams whose stored states are invalidated, or become so. */
      readonly repair: readonly string[];
    }
  | { readonly outcome: 'done'; readonly result: ActResult<State, Event> }
  | { readonly outcome: 'refused'; readonly refusal: Refusal<State> };

type Accepted<State, Event extends Content> = Exclude<Plan<State, Event>, { outcome: 'refused' }>;

/** How often an act is planned until its streams agree on a moment. */
const ROUNDS = 5;

const appendsOf = <Event extends Content>({
  parts,
  ...common
}: ActCommand<Event>): readonly AppendCommand<Event>[] => parts.map((part) => ({ ...common, ...part }));

/** When a plan records its new events; undefined: all of them are in the log already. */
function momentOf<State, Event extends Content>({
  outcome,
  result,
}: Accepted<State, Event>): string | undefined {
  if (outcome === 'done' && (result.deduplicated || !result.dryRun)) return undefined;
  // Events of the part that are in the log already are not newer than the new ones.
  return result.events
    .map(({ recordedAt }) => recordedAt)
    .sort()
    .at(-1);
}

function joined<State, Event extends Content>(
  plans: readonly Accepted<State, Event>[],
  dryRun: boolean,
): ActPlan<State, Event> {
  const results = plans.map(({ result }) => result);
  const deduplicated = results.every((result) => result.deduplicated);
  const result: ActResult<State, Event> = { results, deduplicated, dryRun };
  const stored = plans.filter((plan) => plan.outcome === 'store');
  if (stored.length === 0) return { outcome: 'done', result };
  return {
    outcome: 'store',
    items: stored.flatMap(({ items }) => items),
    result,
    repair: stored.filter(({ repair }) => repair).map((plan) => plan.result.streamId),
  };
}

/** The refusal of the first part that is refused, with the name of its stream. */
function refusedPart<State, Event extends Content>(
  plans: readonly Plan<State, Event>[],
  streams: readonly string[],
): ActPlan<State, Event> {
  const index = plans.findIndex(({ outcome }) => outcome === 'refused');
  const [plan, streamId] = [plans[index], streams[index]];
  assert(plan?.outcome === 'refused' && streamId !== undefined, 'a part of the act is refused');
  return { outcome: 'refused', refusal: { ...plan.refusal, streamId } };
}

/**
 * Decides what to do with an act: it is refused if any of its parts is.
 * @param attempt as for `Planner.plan`
 */
export async function planAct<State extends Judged, Event extends Content>(
  planner: Planner<State, Event>,
  act: ActCommand<Event>,
  attempt = 0,
): Promise<ActPlan<State, Event>> {
  const appends = appendsOf(act);
  const streams = appends.map(({ streamId }) => streamId);
  assert(new Set(streams).size === streams.length, 'an act has one part for each of its streams');
  let now = planner.clock();
  for (let round = 0; round < ROUNDS; round += 1) {
    const planned = planner.at(now);
    const plans = await Promise.all(appends.map((append) => planned.plan(append, attempt)));
    const accepted = plans.filter((plan) => plan.outcome !== 'refused');
    const moments = [...new Set(accepted.flatMap((plan) => momentOf(plan) ?? []))].sort();
    const latest = moments.at(-1) ?? '';
    const isRefused = accepted.length < plans.length;
    if (isRefused && latest <= now.toISOString()) return refusedPart(plans, streams);
    if (!isRefused && moments.length <= 1) return joined(accepted, act.dryRun);
    now = new Date(latest);
  }
  throw new StoreUnavailableError(`the streams ${streams.join(', ')} stay ahead of the clock`);
}
