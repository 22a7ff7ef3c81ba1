import { setTimeout as delay } from 'node:timers/promises';
import { backoff, type AppendCommand, type Plan } from '@hindsight/event-log';
import { failureOf, type Failure } from '@hindsight/workflow';
import { eventLog } from './environment';
import { reachable } from './reachable';

interface Input {
  readonly command: AppendCommand;
  /** How many races this execution has lost. */
  readonly attempt: number;
}

type Output =
  Exclude<Plan, { outcome: 'refused' }> | { readonly outcome: 'refused'; readonly failure: Failure };

const log = eventLog();

/**
 * Loads, reduces and checks: what is to be stored, as the log is now. After a lost race it first waits, with full
 * jitter, so that writers of one product drift apart.
 */
export async function handler({ command, attempt }: Input): Promise<Output> {
  await delay(backoff(attempt));
  const plan = await reachable(() => log.plan(command, attempt));
  return plan.outcome === 'refused' ? { outcome: 'refused', failure: failureOf(plan.refusal) } : plan;
}
