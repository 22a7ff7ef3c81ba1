import type { RequestHandler } from 'express';
import type { Appender, AppendOutcome } from '../appender';
import { CLIENT_GONE } from '../logging/requests';

/** How an append ended: a word for each way it can be stored or not, and for each name of a failure. */
export type AppendEnd = 'stored' | 'duplicate' | 'dry_run' | 'unanswered' | (string & {});

/** An append that has ended. */
export interface AppendSeen {
  readonly end: AppendEnd;
  readonly seconds: number;
  /** Events that were stored. */
  readonly events: number;
  /** Lost races before it was stored. */
  readonly retries: number;
  /** How many events stand after it in effective time; only where it was stored, and late. */
  readonly lateBy?: number;
}

export interface RequestSeen {
  readonly method: string;
  /** The route's path with names in the place of ids; `none` where there is none. */
  readonly route: string;
  readonly status: number;
  readonly seconds: number;
}

/** Where the numbers go. */
export interface Metrics {
  request(seen: RequestSeen): void;
  append(seen: AppendSeen): void;
}

const snake = (name: string): string => name.replace(/(?<!^)[A-Z]/g, '_$&').toLowerCase();
const FAILURE = /^[A-Za-z]{1,40}$/;

function seenOf(outcome: AppendOutcome, seconds: number): AppendSeen {
  const base = { seconds, events: 0, retries: 0 };
  if (!outcome.ok) {
    const { error } = outcome.failure;
    // AWS's own names have dots in them, and there are many.
    return { ...base, end: FAILURE.test(error) ? snake(error) : 'other' };
  }
  const { deduplicated, dryRun, events, attempts, adjustment } = outcome.result;
  if (dryRun) return { ...base, end: 'dry_run' };
  // The write that finds its events stored already has lost no race to others.
  if (deduplicated) return { ...base, end: 'duplicate' };
  return {
    ...{ seconds, end: 'stored', events: events.length, retries: attempts - 1 },
    ...(adjustment && { lateBy: adjustment.eventsAffected }),
  };
}

/** Counts the appends that a client waits for. Those in the background end when nobody looks. */
export function measuredAppender(appender: Appender, metrics: Metrics): Appender {
  return {
    ...appender,
    async append(request) {
      const start = performance.now();
      const seconds = () => (performance.now() - start) / 1_000;
      try {
        const outcome = await appender.append(request);
        metrics.append(seenOf(outcome, seconds()));
        return outcome;
      } catch (error) {
        metrics.append({ end: 'unanswered', seconds: seconds(), events: 0, retries: 0 });
        throw error;
      }
    },
  };
}

/** Counts the requests, and how long their answers took. */
export function measuringRequests(metrics: Metrics): RequestHandler {
  return (request, response, next) => {
    const start = performance.now();
    response.once('close', () => {
      const route = request.route as { path: string } | undefined;
      metrics.request({
        ...{ method: request.method, route: route?.path ?? 'none' },
        // Nothing was answered to a client that went away before.
        status: response.headersSent ? response.statusCode : CLIENT_GONE,
        seconds: (performance.now() - start) / 1_000,
      });
    });
    next();
  };
}
