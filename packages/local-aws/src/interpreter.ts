import {
  ExecutionError,
  ExecutionTimeoutError,
  StateMachine,
  type StateMachineDefinition,
} from 'aws-local-stepfunctions';
import type { JsonObject } from './asl';

// The interpreter is written for Node 22; this is all that it needs of it on Node 20.
const promises = Promise as typeof Promise & { withResolvers?: unknown };
promises.withResolvers ??= function withResolvers() {
  let resolve, reject;
  const promise = new Promise((onValue, onError) => ([resolve, reject] = [onValue, onError]));
  return { promise, resolve, reject };
};

export type TaskHandlers = Readonly<Record<string, (input: unknown) => Promise<unknown>>>;

export type Ending =
  | { readonly status: 'SUCCEEDED'; readonly output: unknown }
  | { readonly status: 'FAILED' | 'TIMED_OUT'; readonly error: string; readonly cause: string };

/** Runs one execution of a machine to its end. Never throws: a failed execution also returns an ending. */
export type Interpreter = (input: unknown, context: JsonObject) => Promise<Ending>;

/** Makes a validated definition executable. Handlers, keyed by state name, run the tasks. */
export function createInterpreter(definition: JsonObject, handlers: TaskHandlers): Interpreter {
  // The validator takes 200 ms and writes its defaults into its input. `problemsOf` checks the document here;
  // the tests of each definition run the validator.
  const options = { validationOptions: { noValidate: true } };
  const machine = new StateMachine(definition as unknown as StateMachineDefinition, options);
  type Overrides = NonNullable<NonNullable<Parameters<StateMachine['run']>[1]>['overrides']>;
  const overrides = { taskResourceLocalHandlers: handlers } as Overrides;
  return async (input, context) => {
    try {
      const output = await machine.run(input as never, { overrides, context }).result;
      return { status: 'SUCCEEDED', output };
    } catch (error) {
      if (error instanceof ExecutionTimeoutError)
        return { status: 'TIMED_OUT', error: 'States.Timeout', cause: error.message };
      const { name, message } = (error instanceof ExecutionError ? error.cause : error) as Error;
      return { status: 'FAILED', error: name, cause: message };
    }
  };
}
