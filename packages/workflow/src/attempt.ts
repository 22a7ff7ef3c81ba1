import type { ProductEvent } from '@hindsight/domain';
import type { AppendCommand, AppendedEvent, AppendResult, Plan } from '@hindsight/event-log';
import { failureOf, fitted, type Failure } from './failures';
import type { Trace } from './validate';

/** A command but for the contents of its events, which the result of the attempt holds already. */
export interface Again extends Omit<AppendCommand, 'events'> {
  /** Ids of the events that came without `effectiveAt`. */
  readonly implied: readonly string[];
}

/** What a Process… task is given: a command as validated, or what is left of it after a lost race. */
export type ProcessInput = {
  readonly route: string;
  readonly attempt: number;
  /** Writes of this execution that the table has throttled so far; absent: none. */
  readonly throttles?: number;
  /** Absent in an execution that was validated by a version before this one. */
  readonly trace?: Trace;
} & (
  { readonly command: AppendCommand } | { readonly again: Again; readonly events: readonly AppendedEvent[] }
);

/** The result of an execution; `attempts` counts the one that succeeded, and those that lost a race before it. */
export type WorkflowResult = AppendResult & { readonly attempts: number };

type Counted<P> = P extends unknown ? Omit<P, 'result'> & { readonly result: WorkflowResult } : never;

/** What a Process… task hands on. It replaces its input: one copy of the contents less against the payload limit. */
export interface Processed {
  readonly route: string;
  readonly attempt: number;
  readonly throttles: number;
  readonly trace: Trace;
  readonly plan:
    | Counted<Exclude<Plan, { outcome: 'refused' }>>
    | { readonly outcome: 'refused'; readonly failure: Failure };
  /** Only where something is to be stored. */
  readonly again?: Again;
}

function sentAs(
  { version, recordedAt, variance, ...event }: AppendedEvent,
  implied: readonly string[],
): ProductEvent {
  if (!implied.includes(event.eventId)) return event;
  const { effectiveAt, ...sent } = event;
  return sent;
}

/** The command of an attempt, the same in every attempt of one execution. */
export function commandOf(input: ProcessInput): AppendCommand {
  if ('command' in input) return input.command;
  const { implied, ...command } = input.again;
  return { ...command, events: input.events.map((event) => sentAs(event, implied)) };
}

function againOf({ events, ...command }: AppendCommand): Again {
  return {
    ...command,
    implied: events.filter((event) => event.effectiveAt === undefined).map(({ eventId }) => eventId),
  };
}

/** A plan as the state that follows, its lists cut to what the payload limit leaves. */
export function processed(input: ProcessInput, command: AppendCommand, plan: Plan): Processed {
  const { route, attempt, throttles = 0, trace = {} } = input;
  const base = { route, attempt, throttles, trace };
  if (plan.outcome === 'refused')
    return { ...base, plan: { outcome: 'refused', failure: failureOf(plan.refusal) } };
  const result: WorkflowResult = { ...fitted(plan), attempts: attempt + 1 };
  if (plan.outcome === 'done') return { ...base, plan: { ...plan, result } };
  return { ...base, plan: { ...plan, result }, again: againOf(command) };
}
