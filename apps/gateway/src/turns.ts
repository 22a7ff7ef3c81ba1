import { setTimeout as delay } from 'node:timers/promises';
import type { WorkflowRequest } from '@hindsight/workflow';
import type { Response } from 'express';
import type { AppendOutcome, BackgroundAppender } from './appender';
import { lostAnswer } from './failures';
import type { Context } from './http';

/** How often an execution is asked about: soon at first, for most end within milliseconds. */
const FIRST_POLL_MS = 4;
const LONGEST_POLL_MS = 250;
/** A little later than the state machine gives up. */
const LONGEST_EXECUTION_MS = 130_000;

/** Aborts when the client has gone before it had its answer. */
function goneOf(response: Response): AbortSignal {
  const gone = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) gone.abort();
  });
  return gone.signal;
}

/**
 * A dry run stores nothing and races no one; every other append takes its turn in the keyed queue of its product.
 * @throws Problem unavailable if the answer takes too long; contention if the append has not begun by then
 */
export async function appendInTurn(
  request: WorkflowRequest,
  response: Response,
  { appender, queues, settings }: Context,
): Promise<AppendOutcome> {
  const tooLate = new AbortController();
  const run = () => appender.append(request);
  const gone = AbortSignal.any([goneOf(response), tooLate.signal]);
  const outcome = request.dryRun ? run() : queues.run(request.productId, run, gone);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      // An append that still waits for its turn leaves the queue, and says so before this does.
      tooLate.abort();
      setImmediate(() => reject(lostAnswer()));
    }, settings.longestAppend);
  });
  return Promise.race([outcome, late]).finally(() => clearTimeout(timer));
}

/** Resolves when an execution has ended, or can't be followed: the store's conditions decide in any case. */
async function ended(background: BackgroundAppender, execution: string): Promise<void> {
  const deadline = performance.now() + LONGEST_EXECUTION_MS;
  for (let wait = FIRST_POLL_MS; performance.now() < deadline; wait = Math.min(1.5 * wait, LONGEST_POLL_MS)) {
    await delay(wait, undefined, { ref: false });
    const found = await background.find(execution).catch(() => 'running' as const);
    if (found !== 'running') return;
  }
}

/**
 * Starts an append when its turn comes, and answers the execution's name at that moment. The turn lasts until the
 * execution has ended: started at once, many appends to one product would only race each other. A client whose turn does
 * not come soon enough is refused, before anything is accepted.
 */
export function startInTurn(
  background: BackgroundAppender,
  request: WorkflowRequest,
  response: Response,
  { queues, settings }: Context,
): Promise<string> {
  if (request.dryRun) return background.start(request);
  return new Promise((resolve, reject) => {
    const work = async (): Promise<void> => {
      const execution = await background.start(request);
      resolve(execution);
      if (settings.followsExecutions) await ended(background, execution);
    };
    queues.run(request.productId, work, goneOf(response)).catch(reject);
  });
}
