import type { Moment } from '@hindsight/event-log';
import type { Context } from './http';

type Clock = Pick<Context, 'clock' | 'settings'>;

/** No more events can be recorded as of this time. */
export const isPast = (time: string | undefined, { clock, settings }: Clock): boolean =>
  time !== undefined && Date.parse(time) < clock().getTime() - settings.settledAfter;

/** What was known at a settled time never changes. */
export const isSettledKnowledge = ({ knownAt, version }: Moment, context: Clock): boolean =>
  version !== undefined || isPast(knownAt, context);

/** Future events can't change the response: both time axes are pinned, the recorded one in a settled past. */
export const isSettled = (moment: Moment, context: Clock): boolean =>
  moment.asOf !== undefined && isSettledKnowledge(moment, context);
