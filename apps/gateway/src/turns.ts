import { setTimeout as delay } from 'node:timers/promises';
import { productsNamed, type WorkflowRequest } from '@hindsight/workflow';
import type { Response } from 'express';
import type { AppendOutcome, BackgroundAppender } from './appender';
import { lostAnswer } from './failures';
import type { Context } from './http';
import { measured } from './metrics/metrics';

/** The polling intervals for an execution: short at first, because most end within milliseconds. */
const FIRST_POLL_MS = 4;
const LONGEST_POLL_MS = 250;
/** Slightly longer than the state machine's own timeout. */
const LONGEST_EXECUTION_MS = 130_000;

/** Aborts if the client disconnects before it got a response. */
function goneOf(response: Response): AbortSignal {
  const gone = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) gone.abort();
  });
  return gone.signal;
}

/** The products whose keyed queues an append waits in. */
const productsOf = ({ productId, body, format }: WorkflowRequest): readonly string[] =>
  productId === undefined ? productsNamed(body, format) : [productId];

/**
 * A dry run stores nothing and races with no other append. Every other append waits in the keyed queue of its
 * product, an act in those of all its products. What is measured is the answer: an append that is answered 503 counts as that, even if it is stored
 * later.
 * @throws Problem unavailable if the response takes too long; contention if the append has not started by
 * then
 */
export const appendInTurn = (
  request: WorkflowRequest,
  response: Response,
  context: Context,
): Promise<AppendOutcome> => measured(() => answerOf(request, response, context), context.metrics);

async function answerOf(
  request: WorkflowRequest,
  response: Response,
  { appender, queues, settings }: Context,
): Promise<AppendOutcome> {
  const tooLate = new AbortController();
  const run = () => appender.append(request);
  const gone = AbortSignal.any([goneOf(response), tooLate.signal]);
  const outcome = request.dryRun ? run() : queues.runAll(productsOf(request), run, gone);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      // An append that is still queued leaves the queue and reports that before this timeout.
      tooLate.abort();
      setImmediate(() => reject(lostAnswer()));
    }, settings.longestAppend);
  });
  return Promise.race([outcome, late]).finally(() => clearTimeout(timer));
}

/**
 * Resolves when an execution has ended or can't be followed. In either case, the store's conditions decide.
 */
async function ended(background: BackgroundAppender, execution: string): Promise<void> {
  const deadline = performance.now() + LONGEST_EXECUTION_MS;
  for (let wait = FIRST_POLL_MS; performance.now() < deadline; wait = Math.min(1.5 * wait, LONGEST_POLL_MS)) {
    await delay(wait, undefined, { ref: false });
    const found = await background.find(execution).catch(() => 'running' as const);
    if (found !== 'running') return;
  }
}

/**
 * Starts an append when its turn comes, and returns the execution's name at that moment. The turn lasts until
 * the execution has ended: many appends to one product at once would only race each other. If the turn does
 * not come in time, the client is refused before anything is accepted.
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
    queues.runAll(productsOf(request), work, goneOf(response)).catch(reject);
  });
}
