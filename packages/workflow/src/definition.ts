import type { EventType, Registry } from '@hindsight/domain';
import { TRIES } from '@hindsight/event-log';
import type { FunctionName } from './functions';
import { BATCH_ROUTE, INVALID_ROUTE, routeOf } from './validate';

/** A state of the Amazon States Language, as JSON. */
export type AslState = Readonly<Record<string, unknown>> & { readonly Type: string };

export interface StateMachineDefinition {
  readonly Comment: string;
  readonly StartAt: string;
  readonly TimeoutSeconds: number;
  readonly States: Readonly<Record<string, AslState>>;
}

/**
 * The state that processes single events of a type. All of these states call one function: a type has a state of its
 * own so that an execution shows what it processed.
 */
export const processStateOf = ({ name }: Pick<EventType, 'name'>): string =>
  `Process${name.charAt(0).toUpperCase()}${name.slice(1)}`;

const backoff = {
  IntervalSeconds: 1,
  BackoffRate: 2,
  MaxDelaySeconds: 5,
  MaxAttempts: 4,
  JitterStrategy: 'FULL',
};

/** What the Lambda service itself raises, and what the functions raise when the table can't be reached. */
const LAMBDA_TRANSIENT = [
  'StoreUnavailable',
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.TooManyRequestsException',
];
const DYNAMODB_TRANSIENT = [
  'DynamoDb.ProvisionedThroughputExceededException',
  'DynamoDb.RequestLimitExceededException',
  'DynamoDb.ThrottlingException',
  'DynamoDb.InternalServerErrorException',
  'DynamoDb.TransactionInProgressException',
  'DynamoDb.SdkClientException',
];

const failed = (Error: string, detail: string): AslState => ({
  Type: 'Fail',
  Error,
  Cause: JSON.stringify({ detail }),
});

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
      { ErrorEquals: LAMBDA_TRANSIENT, ResultPath: '$.fault', Next: 'StoreUnavailable' },
      { ErrorEquals: ['States.ALL'], ResultPath: '$.fault', Next: 'ProcessingFailed' },
    ],
    ...next,
  };
}

const store = (next: Readonly<Record<string, unknown>>): AslState => ({
  Type: 'Task',
  Comment: 'All or none of the items; each on the condition that it is new. No function in between.',
  Resource: 'arn:aws:states:::aws-sdk:dynamodb:transactWriteItems',
  Parameters: { 'TransactItems.$': '$.plan.transactItems', 'ClientRequestToken.$': '$.plan.token' },
  ResultPath: null,
  Retry: [{ ErrorEquals: DYNAMODB_TRANSIENT, ...backoff }],
  Catch: [
    { ErrorEquals: ['DynamoDb.TransactionCanceledException'], ResultPath: '$.fault', Next: 'LostRace' },
    { ErrorEquals: ['States.ALL'], ResultPath: '$.fault', Next: 'StoreUnavailable' },
  ],
  ...next,
});

/** After the decision: store and answer, answer, or fail by the refusal's name. */
function outcomes(functionArn: FunctionArn): Record<string, AslState> {
  const when = (outcome: string) => ({ Variable: '$.plan.outcome', StringEquals: outcome });
  const on = (outcome: string, Next: string) => ({ ...when(outcome), Next });
  return {
    Decision: {
      Type: 'Choice',
      Choices: [
        {
          And: [when('store'), { Variable: '$.plan.repair', BooleanEquals: true }],
          Next: 'StoreEventAndRepair',
        },
        on('store', 'StoreEvent'),
        on('done', 'Done'),
      ],
      Default: 'Refused',
    },
    StoreEvent: store({ OutputPath: '$.plan.result', End: true }),
    StoreEventAndRepair: store({ Next: 'RequestRepair' }),
    LostRace: {
      Type: 'Pass',
      Comment: 'The log has moved on, or holds these events already: look again.',
      Parameters: {
        'route.$': '$.route',
        'again.$': '$.again',
        'events.$': '$.plan.result.events',
        'attempt.$': 'States.MathAdd($.attempt, 1)',
        'trace.$': '$.trace',
      },
      Next: 'IsTryLeft',
    },
    IsTryLeft: {
      Type: 'Choice',
      Choices: [{ Variable: '$.attempt', NumericLessThan: TRIES, Next: 'EventRouter' }],
      Default: 'Contention',
    },
    RequestRepair: {
      Type: 'Task',
      Comment: 'Started, not waited for; should it fail, answers take longer until the next one.',
      Resource: 'arn:aws:states:::lambda:invoke',
      Parameters: {
        FunctionName: functionArn('repair-checkpoints'),
        InvocationType: 'Event',
        Payload: { 'productId.$': '$.plan.result.productId', 'trace.$': '$.trace' },
      },
      ResultPath: null,
      Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.fault', Next: 'Done' }],
      Next: 'Done',
    },
    Done: { Type: 'Succeed', InputPath: '$.plan.result' },
    Refused: { Type: 'Fail', ErrorPath: '$.plan.failure.error', CausePath: '$.plan.failure.cause' },
  };
}

/** The workflow as an Amazon States Language document (JSONPath), the same in the cloud and locally. */
export function stateMachineDefinition(registry: Registry, functionArn: FunctionArn): StateMachineDefinition {
  // In the order in which they are looked at: changes come most often.
  const types = [...registry.types].sort((a, b) => Number(b.kind === 'change') - Number(a.kind === 'change'));
  const routes = [
    ...types.map((type) => ({
      Variable: '$.route',
      StringEquals: routeOf(type.name),
      Next: processStateOf(type),
    })),
    { Variable: '$.route', StringEquals: BATCH_ROUTE, Next: 'ProcessBatch' },
    { Variable: '$.route', StringEquals: INVALID_ROUTE, Next: 'InvalidEvent' },
  ];
  const process = lambda('process-event', functionArn, { Next: 'Decision' });
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
      ...outcomes(functionArn),
      InvalidEvent: { Type: 'Fail', Error: 'InvalidEvent', CausePath: '$.failure.cause' },
      UnknownEventType: { Type: 'Fail', Error: 'UnknownEventType', CausePath: '$.failure.cause' },
      Contention: failed(
        'Contention',
        'others wrote to this product at every try; nothing was stored, try again',
      ),
      StoreUnavailable: failed(
        'StoreUnavailable',
        'the log can not be reached at the moment; try again with the same event id',
      ),
      ProcessingFailed: failed('ProcessingFailed', 'the event could not be processed'),
    },
  };
}
