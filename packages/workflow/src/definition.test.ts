import { createRegistry, registry } from '@hindsight/domain';
import { stateMachineDefinition, type AslState } from './definition';
import { failures } from './failures';
import { tasks } from './tasks';

type Validator = (definition: object) => { isValid: boolean; errorsText: (separator: string) => string };
// It has no types of its own.
const aslValidator = jest.requireActual<Validator>('asl-validator');

const functionArn = (task: string) => `arn:aws:lambda:eu-central-1:123456789012:function:hindsight-${task}`;
const definition = stateMachineDefinition(registry, functionArn);
const states = Object.entries(definition.States);

interface Rule {
  readonly Variable?: string;
  readonly StringEquals?: string;
  readonly Next: string;
}
/** The states that write, without a function. */
const WRITES = ['StoreEvent', 'StoreEventAndRepair'];

const rules = (state: AslState | undefined, field: 'Choices' | 'Catch'): readonly Rule[] =>
  (state?.[field] as Rule[] | undefined) ?? [];

const nextOf = (state: AslState): string[] => [
  ...[state['Next'], state['Default']].filter((next) => typeof next === 'string'),
  ...[...rules(state, 'Choices'), ...rules(state, 'Catch')].map(({ Next }) => Next),
];

describe('the state machine', () => {
  test('is valid Amazon States Language', () => {
    // The validator writes its defaults into what it is given.
    const { isValid, errorsText } = aslValidator(structuredClone(definition));
    expect(isValid ? '' : errorsText('\n')).toBe('');
  });

  test('is a plain JSON document, far below the service’s limit of 1 MB', () => {
    const text = JSON.stringify(definition);
    expect(JSON.parse(text)).toEqual(definition);
    expect(text.length).toBeLessThan(100_000);
  });

  test('has no state that can’t be reached', () => {
    const reached = new Set([definition.StartAt]);
    for (const name of reached) for (const next of nextOf(definition.States[name]!)) reached.add(next);
    expect([...reached].sort()).toEqual(states.map(([name]) => name).sort());
  });

  test('runs every task by its function, and knows no others', () => {
    const resources = states.flatMap(([name, { Type, Resource, Parameters }]) => {
      const invoked = (Parameters as { FunctionName?: string } | undefined)?.FunctionName;
      return Type === 'Task' && !WRITES.includes(name) ? [[name, invoked ?? Resource]] : [];
    });
    const expected = tasks(registry).map(({ name, state }) => [state, functionArn(name)]);
    expect(resources.sort()).toEqual(expected.sort());
  });

  test.each(registry.types.map(({ name }) => name))('routes %s to a task of its own', (name) => {
    const route = rules(definition.States['EventRouter'], 'Choices').filter(
      ({ StringEquals }) => StringEquals === `type:${name}`,
    );
    const task = tasks(registry).find(({ eventType }) => eventType === name);
    expect(route).toEqual([{ Variable: '$.route', StringEquals: `type:${name}`, Next: task?.state }]);
  });

  test.each(WRITES)('%s stores by itself, without a function in between', (state) => {
    expect(definition.States[state]).toMatchObject({
      Resource: 'arn:aws:states:::aws-sdk:dynamodb:transactWriteItems',
      Parameters: { 'TransactItems.$': '$.plan.transactItems', 'ClientRequestToken.$': '$.plan.token' },
    });
  });

  test('starts the repair and does not wait for it', () => {
    expect(definition.States['RequestRepair']).toMatchObject({
      Resource: 'arn:aws:states:::lambda:invoke',
      Parameters: { InvocationType: 'Event', FunctionName: functionArn('repair-checkpoints') },
    });
  });

  test('tries again, with growing waits and full jitter, whatever may pass by itself', () => {
    const retried = states.filter(([name, { Type }]) => Type === 'Task' && name !== 'RequestRepair');
    for (const [, state] of retried) {
      expect(state['Retry']).toEqual([
        expect.objectContaining({
          JitterStrategy: 'FULL',
          BackoffRate: 2,
          IntervalSeconds: 1,
          MaxAttempts: 4,
        }),
      ]);
    }
  });

  test('catches everything else: no task can end the execution by an error of its own', () => {
    for (const [, state] of states.filter(([, { Type }]) => Type === 'Task')) {
      const catchers = state['Catch'] as { ErrorEquals: string[] }[];
      expect(catchers.at(-1)?.ErrorEquals).toEqual(['States.ALL']);
    }
  });

  test('fails by the names of the contract alone', () => {
    const named = states.flatMap(([, { Type, Error }]) =>
      Type === 'Fail' && Error !== undefined ? [Error] : [],
    );
    const refusals = ['RuleBroken', 'EventIdReused', 'VersionConflict', 'TargetNotFound', 'LateNotAllowed'];
    expect([...named, ...refusals].sort()).toEqual(Object.values(failures).sort());
  });

  test('grows and shrinks with the registry', () => {
    const [first] = registry.types;
    const small = stateMachineDefinition(createRegistry([first!], 'code'), functionArn);
    const process = Object.keys(small.States).filter((name) => name.startsWith('Process'));
    expect(process).toHaveLength(3);
    expect(process).toEqual(expect.arrayContaining(['ProcessBatch', 'ProcessingFailed']));
  });
});

describe('the tasks', () => {
  const all = tasks(registry);

  test('are one to validate, one for each type, one for batches and one to repair', () => {
    expect(all.map(({ name }) => name)).toEqual([
      'validate-event',
      'process-event-corrected',
      'process-event-retracted',
      'process-product-adjusted',
      'process-product-received',
      'process-product-shipped',
      'process-stock-counted',
      'process-batch',
      'repair-checkpoints',
    ]);
  });

  test('are called as Lambda allows, and their states as Step Functions does', () => {
    for (const { name, state } of all) {
      expect(name).toMatch(/^[a-z][a-z-]{1,50}$/);
      expect(state).toMatch(/^[A-Za-z]{1,80}$/);
    }
  });

  test('only read, but for the repair', () => {
    const access = Object.fromEntries(all.map(({ name, access: may }) => [name, may]));
    expect(access).toMatchObject({ 'validate-event': 'none', 'repair-checkpoints': 'checkpoints' });
    const processing = all.filter(({ name }) => name.startsWith('process-'));
    expect(processing.every(({ access: may }) => may === 'read')).toBe(true);
  });
});
