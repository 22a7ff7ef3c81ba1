import { resultsOf } from '@hindsight/workflow';
import type { RequestHandler } from 'express';
import type { AppendOutcome } from '../appender';
import { CLIENT_GONE } from '../logging/requests';
import { Problem } from '../problems';

/** The outcome of an append: one name for each kind of success and for each failure. */
export type AppendEnd = 'stored' | 'duplicate' | 'dry_run' | 'unanswered' | (string & {});

/** A completed append. */
export interface AppendSeen {
  readonly end: AppendEnd;
  readonly seconds: number;
  /** Number of events stored. */
  readonly events: number;
  /** Number of version conflicts before it was stored. */
  readonly retries: number;
  /** Number of later events in effective time; only for a stored late append. */
  readonly lateBy?: number;
}

export interface RequestSeen {
  readonly method: string;
  /** The route's path with placeholders instead of ids; `none` if no route matched. */
  readonly route: string;
  readonly status: number;
  readonly seconds: number;
}

/** Where measurements are recorded. */
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
    // AWS's own error names contain dots, and there are many of them.
    return { ...base, end: FAILURE.test(error) ? snake(error) : 'other' };
  }
  const { deduplicated, dryRun, attempts } = outcome.result;
  if (dryRun) return { ...base, end: 'dry_run' };
  // A deduplicated append did not lose a race: it found its own events.
  if (deduplicated) return { ...base, end: 'duplicate' };
  const results = resultsOf(outcome.result);
  const events = results.reduce((sum, result) => sum + result.events.length, 0);
  const late = results.flatMap(({ adjustment }) => adjustment?.eventsAffected ?? []);
  return {
    ...{ seconds, end: 'stored', events, retries: attempts - 1 },
    ...(late.length > 0 && { lateBy: Math.max(...late) }),
  };
}

/** How an append ended that got no outcome: it did not start in time, or no answer came in time. */
const endOfError = (error: unknown): AppendEnd =>
  error instanceof Problem && error.type === '/problems/contention' ? 'contention' : 'unanswered';

/**
 * Counts an append as it is answered, with its time in the queue. The end of a background append is not
 * observed.
 */
export async function measured(
  append: () => Promise<AppendOutcome>,
  metrics: Metrics | undefined,
): Promise<AppendOutcome> {
  const start = performance.now();
  const seconds = () => (performance.now() - start) / 1_000;
  try {
    const outcome = await append();
    metrics?.append(seenOf(outcome, seconds()));
    return outcome;
  } catch (error) {
    metrics?.append({ end: endOfError(error), seconds: seconds(), events: 0, retries: 0 });
    throw error;
  }
}

/** Counts requests and measures their duration. */
export function measuringRequests(metrics: Metrics): RequestHandler {
  return (request, response, next) => {
    const start = performance.now();
    response.once('close', () => {
      const route = request.route as { path: string } | undefined;
      metrics.request({
        ...{ method: request.method, route: route?.path ?? 'none' },
        // The client disconnected before it got a response.
        status: response.headersSent ? response.statusCode : CLIENT_GONE,
        seconds: (performance.now() - start) / 1_000,
      });
    });
    next();
  };
}
