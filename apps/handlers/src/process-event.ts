import { setTimeout as delay } from 'node:timers/promises';
import { resultsOf, type Entered, type Processed, type ProcessInput } from '@hindsight/workflow';
import { discreet } from './discreet';
import { eventLog, tableName } from './environment';
import { log } from './logger';
import { inputOf, processing } from './processing';
import { measureSize } from './product-size';
import { settleMs } from './settings';

const process = processing({
  log: eventLog(),
  tableName: tableName(),
  clock: () => new Date(),
  settleMs: settleMs(),
  delay,
  random: Math.random,
});

/** The log fields of a plan. They never include the contents of events. */
function outcomeOf({ plan }: Processed): object {
  if (plan.outcome === 'refused') return { outcome: 'refused', failure: plan.failure.error };
  const { deduplicated, dryRun } = plan.result;
  const outcome = dryRun ? 'dry run' : deduplicated ? 'repetition' : 'to be stored';
  const products = resultsOf(plan.result).map(({ productId, version, adjustment }) => ({
    productId,
    version,
    ...(adjustment && { eventsAffected: adjustment.eventsAffected }),
  }));
  return { outcome, ...(products.length === 1 ? products[0] : { products }) };
}

/** The products of an input: a text, if there is only one. */
function productsOf(input: ProcessInput): string | readonly string[] {
  const command = 'command' in input ? input.command : input.retry;
  if (!('parts' in command)) return command.productId;
  return command.parts.map(({ productId }) => productId);
}

export const handler = discreet(async (entered: Entered | ProcessInput): Promise<Processed> => {
  const handedOn = await process(entered);
  measureSize(handedOn);
  const input = inputOf(entered);
  const productId = productsOf(input);
  log(input.trace, { productId, attempt: input.attempt, ...outcomeOf(handedOn) }, 'processed');
  return handedOn;
});
