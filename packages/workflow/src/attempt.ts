import type { ProductEvent } from '@hindsight/domain';
import { transactItemsOf, type TransactItem } from '@hindsight/event-log';
import type { AppendCommand, AppendedEvent, AppendResult, ProductLog, Plan } from './product-log';
import { failureOf, tooLarge, type Failure } from './failures';
import { fits, isShortest, shortened } from './payload';
import type { Trace } from './validate';

/** A command without its events, whose contents are in the result of the attempt before. */
export interface Retry extends Omit<AppendCommand, 'events'> {
  /** Which of the events came without `effectiveAt`, by their index: ids would take up to 512 bytes each. */
  readonly defaulted: readonly number[];
}

/** The input of a Process… state: a command as validated, or, after a lost race, what the attempt before handed on. */
export type ProcessInput = {
  readonly route: string;
  readonly attempt: number;
  /** Writes of this execution that the table has throttled so far; absent: none. */
  readonly throttles?: number;
  /** Absent in an execution that was validated by a version before this one. */
  readonly trace?: Trace;
} & (
  { readonly command: AppendCommand } | { readonly retry: Retry; readonly events: readonly AppendedEvent[] }
);

/** The result of an execution; `attempts` counts the one that succeeded, and those that lost a race before it. */
export type WorkflowResult = AppendResult & { readonly attempts: number };

/** The output of a Process… state. It replaces the input, which saves one copy of the events. */
export interface Processed {
  readonly route: string;
  readonly attempt: number;
  readonly throttles: number;
  readonly trace: Trace;
  readonly plan:
    | {
        readonly outcome: 'store';
        /** What the machine sends, as the service takes it. */
        readonly transactItems: readonly TransactItem[];
        readonly token: string;
        readonly result: WorkflowResult;
        readonly repair: boolean;
      }
    | { readonly outcome: 'done'; readonly result: WorkflowResult }
    | { readonly outcome: 'refused'; readonly failure: Failure };
  /** Only if something is to be stored. */
  readonly retry?: Retry;
}

/** An event as it was sent, from what was planned for it. */
function sentAs(
  { version, recordedAt, recordedBy, variance, ...event }: AppendedEvent,
  isDefaulted: boolean,
): ProductEvent {
  if (!isDefaulted) return event;
  const { effectiveAt, ...sent } = event;
  return sent;
}

/** The command of an attempt, the same in every attempt of one execution. */
function commandOf(input: ProcessInput): AppendCommand {
  if ('command' in input) return input.command;
  const { defaulted, ...command } = input.retry;
  return { ...command, events: input.events.map((event, index) => sentAs(event, defaulted.includes(index))) };
}

/** @param planned the events of the plan: those of the command, each id once */
function retryOf({ events, ...command }: AppendCommand, planned: readonly AppendedEvent[]): Retry {
  const timed = new Set(
    events.filter(({ effectiveAt }) => effectiveAt !== undefined).map(({ eventId }) => eventId),
  );
  return {
    ...command,
    defaulted: planned.flatMap(({ eventId }, index) => (timed.has(eventId) ? [] : [index])),
  };
}

/** A plan as the machine sends it: with items as the service takes them. */
type SentPlan =
  | Exclude<Plan, { outcome: 'store' }>
  | (Omit<Extract<Plan, { outcome: 'store' }>, 'items'> & {
      readonly transactItems: readonly TransactItem[];
    });

function sentPlan(plan: Plan, tableName: string): SentPlan {
  if (plan.outcome !== 'store') return plan;
  const { items, ...rest } = plan;
  return { ...rest, transactItems: transactItemsOf(tableName, items) };
}

/** What the state after a plan carries; its lists are cut as far as the payload limit requires, their totals stay. */
function carried(
  base: Pick<Processed, 'route' | 'attempt' | 'throttles' | 'trace'>,
  plan: SentPlan,
  command: AppendCommand,
): Processed {
  if (plan.outcome === 'refused')
    return { ...base, plan: { outcome: 'refused', failure: failureOf(plan.refusal) } };
  const result: WorkflowResult = { ...plan.result, attempts: base.attempt + 1 };
  const whole: Processed =
    plan.outcome === 'done'
      ? { ...base, plan: { ...plan, result } }
      : { ...base, plan: { ...plan, result }, retry: retryOf(command, result.events) };
  if (fits(whole)) return whole;
  const { adjustment } = plan.result;
  if (adjustment === undefined || isShortest(adjustment))
    return { ...base, plan: { outcome: 'refused', failure: tooLarge } };
  return carried(base, { ...plan, result: { ...plan.result, adjustment: shortened(adjustment) } }, command);
}

/** A dry run answers what the append would answer, and writes nothing. */
function dry(processed: Processed): Processed {
  const { plan, retry, ...base } = processed;
  if (plan.outcome === 'refused') return processed;
  return { ...base, plan: { outcome: 'done', result: { ...plan.result, dryRun: true } } };
}

/**
 * Processes an append: plans it on the log as it is, and makes of the plan what the states after it carry.
 *
 * A dry run plans the append itself, items and all, so that it fits exactly where the append does. It looks up the ids
 * of its events like a second attempt, for nothing is written that could find out about them.
 * @param tableName of the table that the machine writes to
 */
export async function processEvents(
  log: Pick<ProductLog, 'plan'>,
  input: ProcessInput,
  tableName: string,
): Promise<Processed> {
  const { route, attempt, throttles = 0, trace = {} } = input;
  const given = commandOf(input);
  const command = { ...given, dryRun: false };
  const base = { route, attempt, throttles, trace };
  const planned = async (planAttempt: number): Promise<Processed> =>
    carried(base, sentPlan(await log.plan(command, planAttempt), tableName), command);
  if (given.dryRun) return dry(await planned(1));
  const first = await planned(attempt);
  const isTooLarge = first.plan.outcome === 'refused' && first.plan.failure === tooLarge;
  // A repetition gets its first result, whatever it would be refused for. The first attempt does not look for one.
  return isTooLarge && attempt === 0 ? planned(1) : first;
}
