import { setTimeout as delay } from 'node:timers/promises';
import { backoff } from '@hindsight/event-log';
import { commandOf, processed, type Processed, type ProcessInput } from '@hindsight/workflow';
import { eventLog } from './environment';
import { reachable } from './reachable';

const log = eventLog();

/**
 * Loads, reduces and checks: what is to be stored, as the log is now. After a lost race it first waits, with full
 * jitter, so that writers of one product drift apart.
 */
export async function handler(input: ProcessInput): Promise<Processed> {
  const { attempt } = input;
  await delay(backoff(attempt));
  const command = commandOf(input);
  return processed(input, command, await reachable(() => log.plan(command, attempt)));
}
