import type { ProductEvent } from '@hindsight/domain';
import type { AppendCommand, AppendedEvent, AppendResult, Plan } from '@hindsight/event-log';
import { failureOf, fitted, type Failure } from './failures';

/** A command but for the contents of its events, which the result of the attempt holds already. */
export interface Again extends Omit<AppendCommand, 'events'> {
  /** Ids of the events that came without `effectiveAt`. */
  readonly implied: readonly string[];
}

/** What a Process… task is given: a command as validated, or what is left of it after a lost race. */
export type ProcessInput = { readonly route: string; readonly attempt: number } & (
  { readonly command: AppendCommand } | { readonly again: Again; readonly events: readonly AppendedEvent[] }
);

/** What a Process… task hands on. It replaces its input: one copy of the contents less against the payload limit. */
export interface Processed {
  readonly route: string;
  readonly attempt: number;
  readonly plan:
    Exclude<Plan, { outcome: 'refused' }> | { readonly outcome: 'refused'; readonly failure: Failure };
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
export function processed({ route, attempt }: ProcessInput, command: AppendCommand, plan: Plan): Processed {
  const base = { route, attempt };
  if (plan.outcome === 'refused')
    return { ...base, plan: { outcome: 'refused', failure: failureOf(plan.refusal) } };
  const result: AppendResult = fitted(plan);
  if (plan.outcome === 'done') return { ...base, plan: { ...plan, result } };
  return { ...base, plan: { ...plan, result }, again: againOf(command) };
}
