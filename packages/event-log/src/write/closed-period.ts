import type { Content, Domain, Judged } from '@hindsight/bitemporal';
import type { ClosedPeriod, PeriodLock } from '../closings/lock';
import type { Numbered } from '../read/change-set';
import type { Circumstances } from '../read/evaluate';
import type { NewEvent } from '../storage/items';
import { timeIn } from '../storage/keys';
import type { AppendCommand, Refusal } from '../types';

export interface PlannerOptions {
  readonly lateToleranceMs: number;
  readonly lock: PeriodLock;
  /** Recorded times are those of another log: they say nothing about when a closing began here. */
  readonly keepsTimes: boolean;
}

/** The first instant after a closed period. */
const firstOpen = ({ through }: ClosedPeriod): string => new Date(Date.parse(through) + 1).toISOString();

/**
 * Whether an event could be in a closed period at all. The report of a closing has everything that was recorded through
 * its K, and K is later than the period. An event that takes effect at its recording, or later, is in the period only if
 * it was recorded before K, and then the report has it. So what happens now needs no look at the lock. Corrections
 * always do: where their targets count is not known yet.
 */
function mayBeClosed<State extends Judged, Event extends Content>(
  domain: Domain<State, Event>,
  { event }: Numbered<Event>,
): boolean {
  return event.effectiveAt < event.recordedAt || domain.correction(event) !== undefined;
}

/**
 * Moves events out of a closed period to the first open instant. Corrections stay: they have no time of their own, and
 * what they change in a closed period can't happen at another time.
 */
function carriedOut<State extends Judged, Event extends Content>(
  domain: Domain<State, Event>,
  period: ClosedPeriod,
  events: readonly Numbered<Event>[],
): Numbered<Event>[] {
  const effectiveAt = firstOpen(period);
  return events.map((one) => {
    const { event, sent } = one;
    // What has no time of its own happens now, and a closing of the future by a wrong clock does not move it.
    const hasTime = sent.effectiveAt !== undefined && domain.correction(event) === undefined;
    if (event.effectiveAt > period.through || !hasTime) return one;
    const carriedFrom = event.effectiveAt;
    return { ...one, event: { ...event, effectiveAt, carriedFrom }, sent: { ...sent, effectiveAt } };
  });
}

/** Refuses the first event that touches a closed period: that takes effect in it, or changes what does. */
function refusedByPeriod<Event extends Content>(
  { closingId, through }: ClosedPeriod,
  events: readonly NewEvent<Event>[],
): Refusal<never> | undefined {
  for (const { event, target, position, movedFrom } of events) {
    const touched = [movedFrom, position].flatMap((place) => (place ? [timeIn(place)] : []));
    const time = touched.sort()[0];
    if (time === undefined || time > through) continue;
    const { eventId } = event;
    const does = target === undefined ? 'takes effect at' : 'changes what happened at';
    const detail = `event ${eventId} ${does} ${time}, and closing ${closingId} has closed everything through ${through}`;
    return { error: 'PeriodClosed', detail, eventId, closingId, closedThrough: through };
  }
  return undefined;
}

/** Events as they are to be evaluated: carried, if that is asked for; and what refuses them by where they count. */
interface Judgement<Event extends Content> {
  readonly events: readonly Numbered<Event>[];
  readonly refuse?: Circumstances<Event>['refuse'];
}

/** Judges the events of an append by the closed period, which is read only if one of them could be in it. */
export async function judgePeriod<State extends Judged, Event extends Content>(
  domain: Domain<State, Event>,
  { lock, keepsTimes }: PlannerOptions,
  { onLate }: Pick<AppendCommand<Event>, 'onLate'>,
  events: readonly Numbered<Event>[],
): Promise<Judgement<Event>> {
  const mayBe = keepsTimes || events.some((event) => mayBeClosed(domain, event));
  if (onLate === 'reopen' || !mayBe) return { events };
  const period = await lock.current();
  if (period === undefined) return { events };
  return {
    events: onLate === 'carry' ? carriedOut(domain, period, events) : events,
    refuse: (changed) => refusedByPeriod(period, changed),
  };
}
