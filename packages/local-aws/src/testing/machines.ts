import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  createStepFunctions,
  type StepFunctions,
  type StepFunctionsOptions,
  type SyncExecution,
} from '../step-functions';

export const arn = (name: string) => `arn:aws:lambda:us-east-1:000000000000:function:${name}`;
export const KIB = 1024;

type State = Record<string, unknown>;

/** A machine of one task, that ends with what the task gives. */
export const machine = (state: State, more: Record<string, State> = {}): object => ({
  StartAt: 'Work',
  States: { Work: { Type: 'Task', Resource: arn('work'), End: true, ...state }, ...more },
});

/** Never called. */
const dynamodb = new DynamoDBClient({ region: 'us-east-1' });

/** A machine whose function answers what it is given, unless the test says otherwise. */
export const create = (options: Partial<StepFunctionsOptions> = {}): StepFunctions =>
  createStepFunctions({
    definition: machine({}),
    invoke: (_, payload) => Promise.resolve(payload),
    dynamodb,
    ...options,
  });

export const named = (name: string, message = name): Error => Object.assign(new Error(message), { name });

export const run = (stepFunctions: StepFunctions, input: unknown = {}): Promise<SyncExecution> =>
  stepFunctions.startSyncExecution({ input: JSON.stringify(input) });

/** A function that answers these one after the other; errors are thrown. */
export function answering(...answers: unknown[]) {
  return jest.fn((): Promise<unknown> => {
    const answer = answers.shift();
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  });
}
