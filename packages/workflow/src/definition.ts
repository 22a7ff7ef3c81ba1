import type { Registry } from '@hindsight/domain';
import { TRIES } from '@hindsight/event-log';
import { BATCH, processTask, REPAIR, VALIDATE, type Task } from './tasks';
import { BATCH_ROUTE, INVALID_ROUTE, routeOf } from './validate';

/** A state of the Amazon States Language, as JSON. */
export type AslState = Readonly<Record<string, unknown>> & { readonly Type: string };

export interface StateMachineDefinition {
  readonly Comment: string;
  readonly StartAt: string;
  readonly TimeoutSeconds: number;
  readonly States: Readonly<Record<string, AslState>>;
}

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

function lambda(
  { name }: Task,
  functionArn: (name: string) => string,
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
function outcomes(functionArn: (name: string) => string): Record<string, AslState> {
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
    StoreEventAndRepair: store({ Next: REPAIR.state }),
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
    [REPAIR.state]: {
      Type: 'Task',
      Comment: 'Started, not waited for; should it fail, answers take longer until the next one.',
      Resource: 'arn:aws:states:::lambda:invoke',
      Parameters: {
        FunctionName: functionArn(REPAIR.name),
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

/**
 * The workflow as an Amazon States Language document (JSONPath), the same in the cloud and locally.
 * @param functionArn the ARN of the function of a task, by the task's name
 */
export function stateMachineDefinition(
  registry: Registry,
  functionArn: (name: string) => string,
): StateMachineDefinition {
  const processing = [...registry.types.map(processTask), BATCH];
  // In the order in which they are looked at: changes come most often.
  const types = [...registry.types].sort((a, b) => Number(b.kind === 'change') - Number(a.kind === 'change'));
  const routes = [
    ...types.map((type) => ({
      Variable: '$.route',
      StringEquals: routeOf(type.name),
      Next: processTask(type).state,
    })),
    { Variable: '$.route', StringEquals: BATCH_ROUTE, Next: BATCH.state },
    { Variable: '$.route', StringEquals: INVALID_ROUTE, Next: 'InvalidEvent' },
  ];
  return {
    Comment:
      'Validates an event, routes it to the reducer of its type, and stores it together with the new state.',
    StartAt: VALIDATE.state,
    TimeoutSeconds: 120,
    States: {
      [VALIDATE.state]: lambda(VALIDATE, functionArn, { Next: 'EventRouter' }),
      EventRouter: { Type: 'Choice', Choices: routes, Default: 'UnknownEventType' },
      ...Object.fromEntries(
        processing.map((task) => [task.state, lambda(task, functionArn, { Next: 'Decision' })]),
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
