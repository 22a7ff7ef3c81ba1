import type { EventType, Registry } from '@hindsight/domain';
import { backoff, failed, type AslState } from './asl';
import type { FunctionName } from './functions';
import { isInTime, storing } from './storing';
import { isFromBus, OUTGOING_BUS, reportOf } from './refused';
import { REPAIR_ROUTE } from './repair-request';
import { BATCH_ROUTE, INVALID_ROUTE, routeOf } from './validate';

export interface StateMachineDefinition {
  readonly Comment: string;
  readonly StartAt: string;
  readonly TimeoutSeconds: number;
  readonly States: Readonly<Record<string, AslState>>;
}

/**
 * The name of the state that processes single events of a type. All of these states call one function. A type
 * has a state of its own so that an execution shows what it processed.
 */
export const processStateOf = ({ name }: Pick<EventType, 'name'>): string =>
  `Process${name.charAt(0).toUpperCase()}${name.slice(1)}`;

/** Errors of the Lambda service itself, and the functions' error for an unreachable table. */
const LAMBDA_TRANSIENT = [
  'StoreUnavailable',
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.TooManyRequestsException',
];

/** The ARN of a function of the workflow. */
type FunctionArn = (name: FunctionName) => string;

function lambda(
  name: FunctionName,
  functionArn: FunctionArn,
  next: Readonly<Record<string, unknown>>,
): AslState {
  return {
    Type: 'Task',
    Resource: functionArn(name),
    Retry: [{ ErrorEquals: LAMBDA_TRANSIENT, ...backoff }],
    Catch: [
      { ErrorEquals: LAMBDA_TRANSIENT, ResultPath: null, Next: 'StoreUnavailable' },
      { ErrorEquals: ['CodeTooOld'], ResultPath: null, Next: 'CodeTooOld' },
      { ErrorEquals: ['States.ALL'], ResultPath: null, Next: 'ProcessingFailed' },
    ],
    ...next,
  };
}

/** Whether whoever started the execution reads refusals from its output (see `Failure`). */
const answersRefusals = { Variable: '$$.Execution.Input.answerRefusals', IsPresent: true };

/** Whether ValidateEvent refused the input. */
const isInvalid = { Variable: '$.failure', IsPresent: true };

/** After the decision: store and answer, answer, or fail by the refusal's name. */
function outcomes(functionArn: FunctionArn, busName: string): Record<string, AslState> {
  const when = (outcome: string) => ({ Variable: '$.plan.outcome', StringEquals: outcome });
  const repair = { Variable: '$.plan.repair[0]', IsPresent: true };
  const single = { Variable: '$.plan.put', IsPresent: true };
  const on = (outcome: string, Next: string) => ({ ...when(outcome), Next });
  return {
    Decision: {
      Type: 'Choice',
      Choices: [
        // A function of an earlier version says nothing of time.
        {
          And: [when('store'), { Variable: '$.plan.storeBy', IsPresent: true }, { Not: isInTime }],
          Next: 'OutOfTime',
        },
        { And: [when('store'), single, repair], Next: 'StoreEventAndRepair' },
        { And: [when('store'), single], Next: 'StoreEvent' },
        { And: [when('store'), repair], Next: 'StoreEventsAndRepair' },
        on('store', 'StoreEvents'),
        on('done', 'Done'),
        { And: [when('refused'), answersRefusals], Next: 'AnswerRefusal' },
        { And: [when('refused'), isFromBus], Next: 'ReportRefusal' },
      ],
      Default: 'Refused',
    },
    RequestRepair: {
      Type: 'Task',
      Comment: 'Started, not waited for; should it fail, answers take longer until the next one.',
      Resource: 'arn:aws:states:::lambda:invoke',
      Parameters: {
        FunctionName: functionArn('repair-log'),
        InvocationType: 'Event',
        Payload: { 'productIds.$': '$.plan.repair', 'trace.$': '$.trace' },
      },
      ResultPath: null,
      Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: null, Next: 'Done' }],
      Next: 'Done',
    },
    Done: { Type: 'Succeed', InputPath: '$.plan.result' },
    ReportRefusal: reportOf('$.plan.failure', busName, 'Refused'),
    AnswerRefusal: { Type: 'Succeed', InputPath: '$.plan.failure' },
    Refused: { Type: 'Fail', ErrorPath: '$.plan.failure.error', CausePath: '$.plan.failure.code' },
  };
}

/**
 * The workflow as an Amazon States Language document (JSONPath), the same in the cloud and locally.
 * @param busName where refused events of the bus are reported
 */
export function stateMachineDefinition(
  registry: Registry,
  functionArn: FunctionArn,
  busName = OUTGOING_BUS,
): StateMachineDefinition {
  // In the order in which they are evaluated: changes are the most frequent.
  const types = [...registry.types].sort((a, b) => Number(b.kind === 'change') - Number(a.kind === 'change'));
  const routes = [
    ...types.map((type) => ({
      Variable: '$.route',
      StringEquals: routeOf(type.name),
      Next: processStateOf(type),
    })),
    { Variable: '$.route', StringEquals: BATCH_ROUTE, Next: 'ProcessBatch' },
    { And: [isInvalid, answersRefusals], Next: 'AnswerInvalid' },
    { And: [isInvalid, isFromBus], Next: 'ReportInvalid' },
    { Variable: '$.route', StringEquals: INVALID_ROUTE, Next: 'InvalidEvent' },
    { Variable: '$.route', StringEquals: REPAIR_ROUTE, Next: 'RequestRepair' },
  ];
  const process = lambda('process-event', functionArn, {
    // The one clock that stamps events, and that `Decision` checks: those of the functions differ.
    Parameters: { 'input.$': '$', 'enteredAt.$': '$$.State.EnteredTime' },
    Next: 'Decision',
  });
  return {
    Comment:
      'Validates an event, routes it to the reducer of its type, and stores it together with the new state.',
    StartAt: 'ValidateEvent',
    TimeoutSeconds: 120,
    States: {
      ValidateEvent: lambda('validate-event', functionArn, { Next: 'EventRouter' }),
      EventRouter: { Type: 'Choice', Choices: routes, Default: 'UnknownEventType' },
      ...Object.fromEntries(
        [...registry.types.map(processStateOf), 'ProcessBatch'].map((state) => [state, process]),
      ),
      ...outcomes(functionArn, busName),
      ...storing,
      ReportInvalid: reportOf('$.failure', busName, 'InvalidEvent'),
      AnswerInvalid: { Type: 'Succeed', InputPath: '$.failure' },
      InvalidEvent: { Type: 'Fail', ErrorPath: '$.failure.error', CausePath: '$.failure.code' },
      UnknownEventType: { Type: 'Fail', Error: 'UnknownEventType', CausePath: '$.failure.code' },
      CodeTooOld: failed(
        'CodeTooOld',
        'the product has events of a type that this code is too old to read; nothing was stored',
      ),
      ProcessingFailed: failed('ProcessingFailed', 'the event could not be processed'),
    },
  };
}
