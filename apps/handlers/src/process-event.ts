import { setTimeout as delay } from 'node:timers/promises';
import type { Processed, ProcessInput } from '@hindsight/workflow';
import { eventLog, tableName } from './environment';
import { log } from './logger';
import { processing } from './processing';

const process = processing({ log: eventLog(), tableName: tableName(), delay, random: Math.random });

/** The log fields of a plan. They never include the contents of events. */
function outcomeOf({ plan }: Processed): object {
  if (plan.outcome === 'refused') return { outcome: 'refused', failure: plan.failure.error };
  const { version, deduplicated, dryRun, adjustment } = plan.result;
  return {
    outcome: dryRun ? 'dry run' : deduplicated ? 'repetition' : 'to be stored',
    version,
    ...(adjustment && { eventsAffected: adjustment.eventsAffected }),
  };
}

export async function handler(input: ProcessInput): Promise<Processed> {
  const handedOn = await process(input);
  const { productId } = 'command' in input ? input.command : input.retry;
  log(input.trace, { productId, attempt: input.attempt, ...outcomeOf(handedOn) }, 'processed');
  return handedOn;
}
