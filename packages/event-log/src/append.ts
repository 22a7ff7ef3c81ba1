import { setTimeout as delay } from 'node:timers/promises';
import {
  TransactionCanceledException,
  TransactWriteItemsCommand,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import type { Plan, Planner } from './plan';
import type { AppendCommand, AppendResult, Refusal } from './port';

/** Tries of one append before it gives up on the others that write to the same product. */
export const TRIES = 16;
const FIRST_WAIT = 8;
const LONGEST_WAIT = 1000;

/** Full jitter: anywhere between no wait and twice the last bound. Milliseconds. */
export function backoff(attempt: number, random: () => number = Math.random): number {
  return attempt === 0 ? 0 : random() * Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** attempt);
}

export class AppendRefusedError extends Error {
  override readonly name = 'AppendRefused';
  constructor(readonly refusal: Refusal) {
    super(refusal.detail);
  }
}

/** Others wrote to the same product, every time that this append tried. Nothing was stored; try again. */
export class ContentionError extends Error {
  override readonly name = 'Contention';
}

type Stored = Extract<Plan, { outcome: 'store' }>;

/** @returns false where the log has moved on since the plan was made */
async function store(client: DynamoDBClient, { transactItems, token }: Stored): Promise<boolean> {
  try {
    await client.send(
      new TransactWriteItemsCommand({ TransactItems: [...transactItems], ClientRequestToken: token }),
    );
    return true;
  } catch (error) {
    if (error instanceof TransactionCanceledException) return false;
    throw error;
  }
}

/**
 * Appends without the workflow: the same plans, the same writes.
 * @throws AppendRefusedError, ContentionError
 */
export async function append(
  client: DynamoDBClient,
  planner: Planner,
  command: AppendCommand,
): Promise<AppendResult> {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    if (attempt > 0) await delay(backoff(attempt));
    const plan = await planner.plan(command, attempt);
    if (plan.outcome === 'refused') throw new AppendRefusedError(plan.refusal);
    if (plan.outcome === 'done' || (await store(client, plan))) return plan.result;
  }
  throw new ContentionError(`product ${command.productId} was written to by others ${TRIES} times in a row`);
}
