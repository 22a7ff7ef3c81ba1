import {
  TransactionCanceledException,
  TransactWriteItemsCommand,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { EventItem } from '../storage/items';
import { isEventKey, keySchema } from '../storage/keys';
import { Lanes, type Lane } from './keyed-queue';
import type { Plan, Planner } from './plan';
import type { AppendCommand, AppendResult, Refusal } from '../types';

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

/** The newest event that a plan writes, as reading it would give it. */
function headOf({ transactItems }: Stored): EventItem | undefined {
  const newest = transactItems.findLast(({ Put }) => isEventKey(Put.Item[keySchema.sortKey]?.S ?? ''));
  return newest && (unmarshall(newest.Put.Item) as EventItem);
}

/**
 * A plan on the head that the append before in this lane has written, which saves the read. Only the condition of a
 * write can tell whether that is still the head, so nothing but a write is decided on it.
 */
async function hinted(planner: Planner, command: AppendCommand, lane: Lane): Promise<Stored | undefined> {
  if (lane.head === undefined || command.dryRun) return undefined;
  const plan = await planner.plan(command, 0, lane.head);
  return plan.outcome === 'store' ? plan : undefined;
}

/** How an append waits after a lost race; passed in, so that a test needs no real time. */
export interface Waiting {
  readonly delay: (milliseconds: number) => Promise<unknown>;
  readonly random: () => number;
}

async function attempts(
  { client, planner, waiting }: Appender,
  command: AppendCommand,
  lane: Lane,
): Promise<AppendResult> {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    if (attempt > 0) await waiting.delay(backoff(attempt, waiting.random));
    const plan = (await hinted(planner, command, lane)) ?? (await planner.plan(command, attempt));
    lane.head = undefined;
    if (plan.outcome === 'refused') throw new AppendRefusedError(plan.refusal);
    if (plan.outcome === 'done') return plan.result;
    if (await store(client, plan)) {
      lane.head = headOf(plan);
      return plan.result;
    }
  }
  throw new ContentionError(`product ${command.productId} was written to by others ${TRIES} times in a row`);
}

/** Appends without the workflow: the same plans, the same writes. */
export class Appender {
  readonly #lanes = new Lanes();

  constructor(
    readonly client: DynamoDBClient,
    readonly planner: Planner,
    readonly waiting: Waiting,
  ) {}

  /** @throws AppendRefusedError, ContentionError */
  append(command: AppendCommand): Promise<AppendResult> {
    return this.#lanes.run(command.productId, (lane) => attempts(this, command, lane));
  }
}
