import type { StateMachineDefinition } from '@hindsight/workflow';
import { StateMachine } from 'aws-local-stepfunctions';

type Run = ReturnType<StateMachine['run']>;
type RunOptions = Parameters<StateMachine['run']>[1];
export type StepEvent = Run['eventLogs'] extends AsyncGenerator<infer E> ? E : never;

interface Rule {
  readonly Next: string;
}

/**
 * Every way from one state to the next in a document: `A → B`; where an error is caught, `A caught → B`; where
 * a state is tried again, `A again`.
 */
export function transitionsOf({ States }: StateMachineDefinition): string[] {
  return Object.entries(States).flatMap(([name, state]) => {
    const {
      Next,
      Default,
      Choices = [],
      Catch = [],
      Retry = [],
    } = state as {
      Next?: string;
      Default?: string;
      Choices?: Rule[];
      Catch?: Rule[];
      Retry?: unknown[];
    };
    const nexts = [Next, Default, ...Choices.map((rule) => rule.Next)].filter((next) => next !== undefined);
    return [
      ...nexts.map((next) => `${name} → ${next}`),
      ...Catch.map((rule) => `${name} caught → ${rule.Next}`),
      ...(Retry.length > 0 ? [`${name} again`] : []),
    ];
  });
}

/** The transitions that an execution took, in order. */
export function transitionsIn(events: readonly StepEvent[]): string[] {
  const taken: string[] = [];
  let from = '';
  let caught = false;
  for (const event of events) {
    if (event.type === 'StateRetried') taken.push(`${event.state.name} again`);
    if (event.type === 'StateCaught') caught = true;
    if (event.type !== 'StateEntered') continue;
    if (from !== '') taken.push(`${from}${caught ? ' caught' : ''} → ${event.state.name}`);
    [from, caught] = [event.state.name, false];
  }
  return taken;
}

/** The states that an execution went through, in order. */
export const pathIn = (events: readonly StepEvent[]): string[] =>
  events.flatMap((event) => (event.type === 'StateEntered' ? [event.state.name] : []));

/** The greatest input or output of a state in an execution, in bytes of JSON. */
export function largestPayload(events: readonly StepEvent[]): { state: string; bytes: number } {
  let largest = { state: '', bytes: 0 };
  for (const event of events) {
    if (event.type !== 'StateEntered' && event.type !== 'StateExited') continue;
    const payload = event.type === 'StateEntered' ? event.state.input : event.state.output;
    const bytes = Buffer.byteLength(JSON.stringify(payload ?? null));
    if (bytes > largest.bytes) largest = { state: event.state.name, bytes };
  }
  return largest;
}

/** The interpreter, overheard: the events of every execution, by its name. */
export interface Listener {
  eventsOf(name: string): Promise<StepEvent[]>;
  /** Lets a state fail by itself once, as the service does where it can't start what the state runs. */
  failState(state: string, error: string): void;
  stop(): void;
}

export function listen(): Listener {
  const executions = new Map<string, Promise<StepEvent[]>>();
  const failing = new Map<string, string>();
  const original = StateMachine.prototype.run;

  async function collect(events: AsyncGenerator<StepEvent>): Promise<StepEvent[]> {
    const collected: StepEvent[] = [];
    for await (const event of events) collected.push(structuredClone(event));
    return collected;
  }

  function disturbed(options: RunOptions): RunOptions {
    const handlers = options?.overrides?.taskResourceLocalHandlers ?? {};
    const taskResourceLocalHandlers = { ...handlers };
    for (const [state, error] of failing) {
      taskResourceLocalHandlers[state] = () =>
        Promise.reject(Object.assign(new Error('injected'), { name: error }));
      failing.delete(state);
    }
    // No test needs to wait.
    const waitTimeOverrides = { WaitForStore: 0 };
    return { ...options, overrides: { ...options?.overrides, taskResourceLocalHandlers, waitTimeOverrides } };
  }

  StateMachine.prototype.run = function run(input, options) {
    const running = original.call(this, input, disturbed(options));
    const { Name = '' } =
      (options?.context as { Execution?: { Name?: string } } | undefined)?.Execution ?? {};
    executions.set(Name, collect(running.eventLogs));
    return running;
  };
  return {
    eventsOf: (name) => executions.get(name) ?? Promise.resolve([]),
    failState: (state, error) => void failing.set(state, error),
    stop: () => void (StateMachine.prototype.run = original),
  };
}
