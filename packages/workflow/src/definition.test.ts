import { createRegistry, registry } from '@hindsight/domain';
import type { AslState } from './asl';
import { processStateOf, stateMachineDefinition } from './definition';
import { failures } from './failures';
import { functionNames } from './functions';

type Validator = (definition: object) => { isValid: boolean; errorsText: (separator: string) => string };
// It has no types of its own.
const aslValidator = jest.requireActual<Validator>('asl-validator');

const functionArn = (name: string) => `arn:aws:lambda:eu-central-1:123456789012:function:hindsight-${name}`;
const definition = stateMachineDefinition(registry, functionArn);
const states = Object.entries(definition.States);

interface Rule {
  readonly Variable?: string;
  readonly StringEquals?: string;
  readonly Next: string;
}
/** The states that write, without a function. */
const PUTS = ['StoreEvent', 'StoreEventAndRepair'];
const TRANSACTIONS = ['StoreEvents', 'StoreEventsAndRepair'];
const WRITES = [...PUTS, ...TRANSACTIONS];
/** Those that report on the bus. */
const REPORTS = ['ReportRefusal', 'ReportInvalid'];

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

  test('calls every function, and no others', () => {
    const called = states.flatMap(([name, { Type, Resource, Parameters }]) => {
      const invoked = (Parameters as { FunctionName?: string } | undefined)?.FunctionName;
      return Type === 'Task' && ![...WRITES, ...REPORTS].includes(name) ? [invoked ?? Resource] : [];
    });
    expect([...new Set(called)].sort()).toEqual(functionNames.map(functionArn).sort());
  });

  test.each(registry.types)('routes $name to a state of its own, which calls the one function', (type) => {
    const route = rules(definition.States['EventRouter'], 'Choices').filter(
      ({ StringEquals }) => StringEquals === `type:${type.name}`,
    );
    const state = `Process${type.name.charAt(0).toUpperCase()}${type.name.slice(1)}`;
    expect(processStateOf(type)).toBe(state);
    expect(route).toEqual([{ Variable: '$.route', StringEquals: `type:${type.name}`, Next: state }]);
    expect(definition.States[state]).toMatchObject({ Resource: functionArn('process-event') });
  });

  test('has states named as Step Functions allows', () => {
    for (const [name] of states) expect(name).toMatch(/^[A-Za-z]{1,80}$/);
  });

  test.each(PUTS)('%s stores one event by itself, without a function in between', (state) => {
    expect(definition.States[state]).toMatchObject({
      Resource: 'arn:aws:states:::dynamodb:putItem',
      Parameters: {
        'TableName.$': '$.plan.put.TableName',
        'Item.$': '$.plan.put.Item',
        ConditionExpression: 'attribute_not_exists(sk)',
      },
    });
  });

  test.each(TRANSACTIONS)('%s stores several items likewise', (state) => {
    expect(definition.States[state]).toMatchObject({
      Resource: 'arn:aws:states:::aws-sdk:dynamodb:transactWriteItems',
      Parameters: { 'TransactItems.$': '$.plan.transactItems' },
    });
  });

  test.each(REPORTS)('%s sends a CloudEvent to the given bus', (state) => {
    const { States } = stateMachineDefinition(registry, functionArn, 'out');
    expect(States[state]).toMatchObject({
      Resource: 'arn:aws:states:::events:putEvents',
      Parameters: {
        Entries: [{ EventBusName: 'out', DetailType: 'hindsight.refused', Source: 'hindsight' }],
      },
    });
  });

  test('starts the repair and does not wait for it', () => {
    expect(definition.States['RequestRepair']).toMatchObject({
      Resource: 'arn:aws:states:::lambda:invoke',
      Parameters: { InvocationType: 'Event', FunctionName: functionArn('repair-log') },
    });
  });

  test('tries functions again, with growing waits and full jitter, after whatever may pass by itself', () => {
    const functions = Object.values(definition.States).filter(
      ({ Resource }) => typeof Resource === 'string' && Resource.includes(':function:'),
    );
    expect(functions).toHaveLength(registry.types.length + 2);
    for (const state of functions) {
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

  test.each(WRITES)('%s writes once, soon: a write that is repeated has a new recorded time', (state) => {
    expect(definition.States[state]).not.toHaveProperty('Retry');
    expect(definition.States[state]).toMatchObject({ TimeoutSeconds: 10 });
    const before = states.filter(([, from]) => nextOf(from).includes(state)).map(([name]) => name);
    expect(before).toEqual(['Decision']);
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
    const refusals = [
      ...['InvalidEvent', 'TooLarge', 'RuleBroken', 'EventIdReused', 'VersionConflict', 'TargetNotFound'],
      ...['LateNotAllowed', 'PeriodClosed'],
    ];
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
