import type { Content, Judged } from '@hindsight/bitemporal';
import type { ReadContext } from '../read/context';
import type { KnownLog } from '../read/known-log';
import { closesRuns } from '../read/summary-tree';
import {
  addInterval,
  extendTo,
  neededBetween,
  type Invalidated,
  type InvalidatedInterval,
} from '../storage/validity';
import type { NewEvent, StoredStates } from '../storage/items';
import { timeIn } from '../storage/keys';
import type { Evaluation } from '../read/evaluate';

const ms = (time: string): number => Date.parse(time);

/** In the order of recording and of effective time at once, so that each event's state is exact when it is recorded. */
const monotone = <Event extends Content>(events: readonly NewEvent<Event>[]): boolean =>
  events.every(
    ({ target, position }, index) =>
      target === undefined && position !== null && (events[index - 1]?.position ?? '') < position,
  );

/** How the states in an interval become right again, if an addition does it. */
function patchOf<State, Event extends Content>(
  { invalidated }: KnownLog<State>,
  { comparison }: Evaluation<State, Event>,
  { from, to }: InvalidatedInterval,
): Pick<InvalidatedInterval, 'patch'> {
  if (comparison.shift === undefined) return {};
  const { delta, end } = comparison.shift;
  const base = neededBetween(invalidated, from, to);
  return { patch: { base, delta, ...(end !== undefined && { end: ms(end) }) } };
}

function invalidatedAfter<State, Event extends Content>(
  log: KnownLog<State>,
  evaluation: Evaluation<State, Event>,
): Invalidated {
  const { from, through, inOrder, events } = evaluation;
  // Nothing is invalidated, and no interval is extended: no event counts at its end.
  if (from === undefined) return log.invalidated;
  const interval = { from: ms(timeIn(from)), to: ms(through), version: log.version + events.length };
  if (!inOrder) return addInterval(log.invalidated, { ...interval, ...patchOf(log, evaluation, interval) });
  // Before the first event there is no high-water mark, and no interval to extend.
  const extended = extendTo(log.invalidated, ms(log.highWaterMark), interval.from, log.version + 1);
  return monotone(events) ? extended : addInterval(extended, interval);
}

/**
 * What is invalidated for a reader who asks for a version inside the batch: whatever any of its events touches, to the
 * end, even if the batch as a whole changes nothing there.
 */
function invalidatedInside<Event extends Content>(
  invalidated: Invalidated,
  events: readonly NewEvent<Event>[],
  highWaterMark: string,
  version: number,
): Invalidated {
  const touched = events.flatMap(({ position, movedFrom }) => [position, movedFrom ?? null]);
  const [first] = touched.flatMap((position) => (position === null ? [] : [timeIn(position)])).sort();
  if (first === undefined) return invalidated;
  return addInterval(invalidated, { from: ms(first), to: ms(highWaterMark), version });
}

/**
 * The states and invalidated intervals stored with each new event. In an out-of-order batch only the last event gets
 * states; reading at a version inside the batch falls back to folding.
 */
export function storedStatesOf<State, Event extends Content>(
  log: KnownLog<State>,
  evaluation: Evaluation<State, Event>,
): StoredStates<State>[] {
  const { events, comparison, inOrder, latest } = evaluation;
  const invalidated = invalidatedAfter(log, evaluation);
  const times = events.flatMap(({ position }) => (position === null ? [] : [timeIn(position)]));
  const highWaterMark = [log.highWaterMark, ...times].sort().at(-1) ?? '';
  const last = log.version + events.length;
  const stepwise = inOrder && monotone(events);
  return events.map(({ event, target }): StoredStates<State> => {
    const at = comparison.outcomes.get(target?.version ?? event.version)?.stateAt;
    if (stepwise && at) return { at, latest: at, highWaterMark: event.effectiveAt, invalidated };
    if (event.version === last) return { ...(at && { at }), latest, highWaterMark, invalidated };
    return { highWaterMark, invalidated: invalidatedInside(invalidated, events, highWaterMark, last) };
  });
}

/** Whether the summaries should be brought up to date after an append. */
export function needsRepair<State extends Judged, Event extends Content>(
  context: ReadContext<State, Event>,
  log: KnownLog<State>,
  { events, inOrder }: Pick<Evaluation<State, Event>, 'events' | 'inOrder'>,
): boolean {
  return !inOrder || log.otherRevision || closesRuns(context, log, events.length);
}
