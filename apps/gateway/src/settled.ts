import type { Moment } from '@hindsight/event-log';
import type { Context } from './http';

type Clock = Pick<Context, 'clock' | 'settings'>;

/** No event can be recorded as of this time any more. */
export const isPast = (time: string | undefined, { clock, settings }: Clock): boolean =>
  time !== undefined && Date.parse(time) < clock().getTime() - settings.settledAfter;

/** What was known then stays what was known then. */
export const isSettledKnowledge = ({ knownAt, version }: Moment, context: Clock): boolean =>
  version !== undefined || isPast(knownAt, context);

/** Nothing that is still to come can change the answer: both axes are pinned, the recorded one in a settled past. */
export const isSettled = (moment: Moment, context: Clock): boolean =>
  moment.asOf !== undefined && isSettledKnowledge(moment, context);
