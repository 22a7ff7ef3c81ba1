import type { ProductEvent } from '@hindsight/domain';
import { appendRequestOf, type AppendRequest } from '@hindsight/event-log';
import type {
  ActCommand,
  ActPart,
  ActPlan,
  ActResult,
  AppendCommand,
  AppendedEvent,
  AppendResult,
  Plan,
  ProductLog,
} from './product-log';
import { failureOf, tooLarge, type Failure } from './failures';
import { fits, isShortest, shortened } from './payload';
import type { Trace } from './validate';

/** A command without its events, whose contents are in the result of the attempt before. */
export type Retry = {
  /**
   * Which of the events came without `effectiveAt`, for each product, by their index in the result: ids would take up to
   * 512 bytes each.
   */
  readonly defaulted: readonly (readonly number[])[];
} & (
  | Omit<AppendCommand, 'events'>
  | (Omit<ActCommand, 'parts'> & { readonly parts: readonly Omit<ActPart, 'events'>[] })
);

/** The input of a Process… state: a command as validated, or, after a lost race, what the attempt before handed on. */
export type ProcessInput = {
  readonly route: string;
  readonly attempt: number;
  /** Writes of this execution that the table has throttled so far; absent: none. */
  readonly throttles?: number;
  /** Absent in an execution that was validated by a version before this one. */
  readonly trace?: Trace;
} & (
  | { readonly command: AppendCommand | ActCommand }
  | { readonly retry: Retry; readonly planned: AppendResult | ActResult }
);

/** What a Process… state sends its function. */
export interface Entered {
  readonly input: ProcessInput;
  /** When the state was entered, by the clock of the state machine. */
  readonly enteredAt: string;
}

/** The result of an execution; `attempts` counts the one that succeeded, and those that lost a race before it. */
export type WorkflowResult = (AppendResult | ActResult) & { readonly attempts: number };

/** The results by product: of an act, one for each of its products. */
export const resultsOf = (result: AppendResult | ActResult): readonly AppendResult[] =>
  'results' in result ? result.results : [result];

/** The output of a Process… state. It replaces the input, which saves one copy of the events. */
export interface Processed {
  readonly route: string;
  readonly attempt: number;
  readonly throttles: number;
  readonly trace: Trace;
  readonly plan:
    /** With what the machine sends, as the service takes it. */
    | ({
        readonly outcome: 'store';
        readonly result: WorkflowResult;
        /** When the machine may begin to store it, by its own clock. */
        readonly storeFrom: string;
        readonly storeBy: string;
        /** The products for which a repair is requested after the write. */
        readonly repair: readonly string[];
      } & AppendRequest)
    | { readonly outcome: 'done'; readonly result: WorkflowResult }
    | { readonly outcome: 'refused'; readonly failure: Failure };
  /** Only if something is to be stored. */
  readonly retry?: Retry;
}

/** An event as it was sent, from what was planned for it. */
function sentAs(
  { version, recordedAt, recordedBy, variance, carriedFrom, ...event }: AppendedEvent,
  isDefaulted: boolean,
): ProductEvent {
  if (!isDefaulted) return { ...event, ...(carriedFrom !== undefined && { effectiveAt: carriedFrom }) };
  const { effectiveAt, ...sent } = event;
  return sent;
}

/** The command of an attempt, the same in every attempt of one execution. */
function commandOf(input: ProcessInput): AppendCommand | ActCommand {
  if ('command' in input) return input.command;
  const { defaulted, ...command } = input.retry;
  const sent = resultsOf(input.planned).map(({ events }, part) =>
    events.map((event, index) => sentAs(event, defaulted[part]?.includes(index) ?? false)),
  );
  if (!('parts' in command)) return { ...command, events: sent[0] ?? [] };
  return { ...command, parts: command.parts.map((part, index) => ({ ...part, events: sent[index] ?? [] })) };
}

/** The indexes of the events that came without `effectiveAt`. @param planned those of the command, each id once */
function defaultedOf({ events }: ActPart, planned: readonly AppendedEvent[]): readonly number[] {
  const timed = new Set(
    events.filter(({ effectiveAt }) => effectiveAt !== undefined).map(({ eventId }) => eventId),
  );
  return planned.flatMap(({ eventId }, index) => (timed.has(eventId) ? [] : [index]));
}

/** Where the planned events, each once, are in the request, which may have the same event twice. */
const indexesOf = ({ events, indexes }: ActPart, planned: readonly AppendedEvent[]): readonly number[] =>
  planned.map(({ eventId }) => {
    const index = events.findIndex((event) => event.eventId === eventId);
    return indexes?.[index] ?? index;
  });

function retryOf(command: AppendCommand | ActCommand, result: AppendResult | ActResult): Retry {
  const results = resultsOf(result);
  const defaulted = (part: ActPart, index = 0) => defaultedOf(part, results[index]?.events ?? []);
  if ('parts' in command) {
    const parts = command.parts.map((part, index) => {
      const { events, ...rest } = part;
      return { ...rest, indexes: indexesOf(part, results[index]?.events ?? []) };
    });
    return { ...command, parts, defaulted: command.parts.map(defaulted) };
  }
  const { events, ...rest } = command;
  return { ...rest, defaulted: [defaulted(command)] };
}

/** A plan as the machine sends it: with items as the service takes them. */
type SentPlan =
  | ({
      readonly outcome: 'store';
      readonly result: AppendResult | ActResult;
      readonly storeFrom: string;
      readonly storeBy: string;
      readonly repair: readonly string[];
    } & AppendRequest)
  | Exclude<Plan | ActPlan, { outcome: 'store' }>;

function sentPlan(plan: Plan | ActPlan, { tableName, settleMs, now }: ProcessOptions): SentPlan {
  if (plan.outcome !== 'store') return plan;
  const { items, ...rest } = plan;
  const repair =
    typeof plan.repair === 'boolean' ? (plan.repair ? [plan.result.productId] : []) : plan.repair;
  const when = window(plan.result, now, settleMs);
  return { ...rest, ...appendRequestOf(tableName, items), ...when, repair };
}

/** Shortens the adjustments of a result; undefined: all of them are as short as they can be. */
function shorter<R extends AppendResult | ActResult>(result: R): R | undefined {
  const short = (one: AppendResult): AppendResult =>
    one.adjustment === undefined ? one : { ...one, adjustment: shortened(one.adjustment) };
  if (resultsOf(result).every(({ adjustment }) => adjustment === undefined || isShortest(adjustment)))
    return undefined;
  return ('results' in result ? { ...result, results: result.results.map(short) } : short(result)) as R;
}

/** What the state after a plan carries; its lists are cut as far as the payload limit requires, their totals stay. */
function carried(
  base: Pick<Processed, 'route' | 'attempt' | 'throttles' | 'trace'>,
  plan: SentPlan,
  command: AppendCommand | ActCommand,
): Processed {
  if (plan.outcome === 'refused')
    return { ...base, plan: { outcome: 'refused', failure: failureOf(plan.refusal) } };
  const result: WorkflowResult = { ...plan.result, attempts: base.attempt + 1 };
  const whole: Processed =
    plan.outcome === 'done'
      ? { ...base, plan: { ...plan, result } }
      : { ...base, plan: { ...plan, result }, retry: retryOf(command, result) };
  if (fits(whole)) return whole;
  const less = shorter(plan.result);
  if (less === undefined) return { ...base, plan: { outcome: 'refused', failure: tooLarge } };
  return carried(base, { ...plan, result: less } as SentPlan, command);
}

/** A dry run answers what the append would answer, and writes nothing. */
function dry(processed: Processed): Processed {
  const { plan, retry, ...base } = processed;
  if (plan.outcome === 'refused') return processed;
  return { ...base, plan: { outcome: 'done', result: { ...plan.result, dryRun: true } } };
}

export interface ProcessOptions {
  /** The table that the machine writes to. */
  readonly tableName: string;
  /** What events are stamped with. */
  readonly now: Date;
  /** After this time an answer about a recorded time is final. Milliseconds. */
  readonly settleMs: number;
}

/** How far the clock that stamps may be ahead of the one that checks. Both are the machine's, unless it is an old one. */
const AHEAD_MS = 1000;

/**
 * When an append may be stored, by the clock of the state machine. What was recorded at K must be committed soon after K,
 * or answers about K could not become final: a write that begins later than a third of the settling time after its
 * recorded time is planned again, with a new one.
 */
function window(result: AppendResult | ActResult, now: Date, settleMs: number) {
  const times = resultsOf(result).flatMap(({ events }) => events.map(({ recordedAt }) => recordedAt));
  const recordedAt = times.reduce((a, b) => (a > b ? a : b), '');
  return {
    storeFrom: new Date(now.getTime() - AHEAD_MS).toISOString(),
    storeBy: new Date(Date.parse(recordedAt) + Math.floor(settleMs / 3)).toISOString(),
  };
}

/**
 * Processes an append: plans it on the log as it is, and makes of the plan what the states after it carry.
 *
 * A dry run plans the append itself, items and all, so that it fits exactly where the append does.
 */
export async function processEvents(
  log: Pick<ProductLog, 'plan' | 'planAct'>,
  input: ProcessInput,
  options: ProcessOptions,
): Promise<Processed> {
  const { route, attempt, throttles = 0, trace = {} } = input;
  const given = commandOf(input);
  const command = { ...given, dryRun: false };
  const base = { route, attempt, throttles, trace };
  // A write that was throttled may have been stored by a try before it, of which no answer came.
  const tries = attempt + throttles;
  const plan = await ('parts' in command
    ? log.planAct(command, tries, options.now)
    : log.plan(command, tries, options.now));
  const processed = carried(base, sentPlan(plan, options), command);
  return given.dryRun ? dry(processed) : processed;
}
