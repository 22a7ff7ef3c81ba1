import type { Moment } from '@hindsight/event-log';
import type { Context } from './http';

/** Whether this process's clock says that no more events can be recorded as of a time. */
const isPast = (time: string, { clock, settings }: Context): boolean =>
  Date.parse(time) < clock().getTime() - settings.settledAfter;

/**
 * Whether what was known at a moment never changes. To be asked before the log is read, so that the answer has at least
 * what this is true of. The clock of this process may be wrong, so the views are asked, whose heartbeats carry the time of
 * the log's own machinery. Without them, an answer is right all the same, and not known to be final.
 */
export async function isSettledKnowledge({ knownAt, version }: Moment, context: Context): Promise<boolean> {
  if (version !== undefined) return true;
  if (knownAt === undefined || !isPast(knownAt, context)) return false;
  return context.views.isSettled(knownAt).catch(() => false);
}
