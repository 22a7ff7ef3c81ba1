import { cancellationCodes, IS_NEW, putErrors, TRIES } from '@hindsight/event-log';
import { failed, type AslState } from './asl';

/**
 * The states that write, and the handling of a failed write.
 *
 * A write of one item fails with an error that has a name for each reason. DynamoDB cancels a transaction because of
 * one item and lists a reason per item in the error message, for
 * example `[ConditionalCheckFailed, None]`. Only a failed condition (or another transaction on the same item)
 * means that another writer was first and that a new plan can succeed. A full item collection stays full, a
 * throttled table needs time, and invalid data requires a fix in the code. Without this distinction all of
 * them would be planned again sixteen times and end in "others wrote to this product", which is not true and
 * invites a retry that can't help.
 *
 * A state that writes does not retry by itself. Its events were stamped before it, and what was recorded at K must be
 * committed soon after K (attempt.ts, `window`). After an error that may pass, the append waits and is planned again, with
 * a new stamp; should the write have been done all the same, the plan finds it by its ids.
 */

/** Errors that pass by themselves; whether the write was done is unknown. */
const TRANSIENT = ['InternalServerErrorException', 'SdkClientException'];

/** Those of a transaction as a whole; reasons of its items come with TransactionCanceledException. */
const TRANSACTION_TRANSIENT = [
  ...['ProvisionedThroughputExceededException', 'RequestLimitExceededException', 'ThrottlingException'],
  ...['TransactionInProgressException', ...TRANSIENT],
];

/** How often the write of one append may fail for a reason that may pass before the append gives up. */
const THROTTLES = 5;

/** How long a write may take: a third of the settling time, like its wait (attempt.ts, `window`). */
const WRITE_SECONDS = 10;

interface Write {
  readonly Comment: string;
  readonly Resource: string;
  readonly Parameters: Readonly<Record<string, unknown>>;
  /** Errors that may pass. */
  readonly passing: readonly string[];
  /** The state that handles each kind of error. */
  readonly caught: readonly (readonly [errors: readonly string[], next: string])[];
}

/** @param integration the prefix of the names of its errors */
const write =
  (integration: 'DynamoDB' | 'DynamoDb', { passing, caught, ...call }: Write) =>
  (next: Readonly<Record<string, unknown>>): AslState => {
    const named = (names: readonly string[]) => names.map((name) => `${integration}.${name}`);
    return {
      Type: 'Task',
      ...call,
      TimeoutSeconds: WRITE_SECONDS,
      ResultPath: null,
      Catch: [
        { ErrorEquals: [...named(passing), 'States.Timeout'], ResultPath: null, Next: 'TryLater' },
        ...caught.map(([names, Next]) => ({ ErrorEquals: named(names), ResultPath: '$.fault', Next })),
        { ErrorEquals: ['States.ALL'], ResultPath: null, Next: 'StoreUnavailable' },
      ],
      ...next,
    };
  };

/** One item. Its attributes are strings and numbers (see `StoredItem`): the service passes no others reliably. */
const put = write('DynamoDB', {
  Comment: 'The event, on the condition that its version is new. No function in between.',
  Resource: 'arn:aws:states:::dynamodb:putItem',
  Parameters: {
    'TableName.$': '$.plan.put.TableName',
    'Item.$': '$.plan.put.Item',
    ConditionExpression: IS_NEW,
  },
  passing: ['InternalServerError', ...TRANSIENT, ...putErrors.throttled],
  caught: [
    [putErrors['lost-race'], 'LostRace'],
    [putErrors['stream-full'], 'ProductFull'],
    // Every other exception of the service has this name.
    [['AmazonDynamoDBException'], 'WhyRefused'],
  ],
});

/** Several items: a batch, or a correction with its tombstone. */
const transact = write('DynamoDb', {
  Comment: 'All or none of the items; each on the condition that it is new. No function in between.',
  Resource: 'arn:aws:states:::aws-sdk:dynamodb:transactWriteItems',
  Parameters: { 'TransactItems.$': '$.plan.transactItems' },
  passing: TRANSACTION_TRANSIENT,
  caught: [
    [['TransactionCanceledException'], 'WhyCancelled'],
    // Every exception that Step Functions has no name for.
    [['DynamoDbException'], 'WhyRefused'],
  ],
});

/** Whether the write begins when it may, by this machine's clock (attempt.ts, `window`). */
export const isInTime = {
  And: [
    { Variable: '$$.State.EnteredTime', TimestampGreaterThanEqualsPath: '$.plan.storeFrom' },
    { Variable: '$$.State.EnteredTime', TimestampLessThanEqualsPath: '$.plan.storeBy' },
  ],
};

const cause = (pattern: string) => ({ Variable: '$.fault.Cause', StringMatches: pattern });
const hasReason = (codes: readonly string[]) => ({ Or: codes.map((code) => cause(`*[*${code}*]*`)) });

/** `cancellationOf` of the log as a Choice: the same order, on the same codes. */
const whyCancelled: AslState = {
  Type: 'Choice',
  Choices: [
    { ...hasReason(cancellationCodes['lost-race']), Next: 'LostRace' },
    { ...hasReason(cancellationCodes['stream-full']), Next: 'ProductFull' },
    {
      And: [hasReason(cancellationCodes.throttled), { Not: cause('*[*ValidationError*]*') }],
      Next: 'TryLater',
    },
    // The message has no list of reasons. A fresh read of the log shows whether another writer was first.
    { Not: cause('*[*]*'), Next: 'LostRace' },
  ],
  Default: 'WriteRejected',
};

/** The input of the next attempt. The contents of the events are in the result that was planned. */
const nextAttempt = (counted: Readonly<Record<string, string>>): AslState => ({
  Type: 'Pass',
  Parameters: {
    'route.$': '$.route',
    'retry.$': '$.retry',
    'planned.$': '$.plan.result',
    'attempt.$': '$.attempt',
    'throttles.$': '$.throttles',
    'trace.$': '$.trace',
    ...counted,
  },
});

/** The states from a plan to the end of its write. */
export const storing: Readonly<Record<string, AslState>> = {
  StoreEvent: put({ OutputPath: '$.plan.result', End: true }),
  StoreEventAndRepair: put({ Next: 'RequestRepair' }),
  StoreEvents: transact({ OutputPath: '$.plan.result', End: true }),
  StoreEventsAndRepair: transact({ Next: 'RequestRepair' }),
  WhyCancelled: whyCancelled,
  WhyRefused: {
    Type: 'Choice',
    Comment: 'Refused for what was sent (4xx), and not stored; otherwise the end of the write is unknown.',
    Choices: [{ ...cause('*Status Code: 4*'), Next: 'WriteRejected' }],
    Default: 'StoreUnavailable',
  },
  LostRace: {
    ...nextAttempt({ 'attempt.$': 'States.MathAdd($.attempt, 1)' }),
    Comment: 'The log has moved on, or has these events already: look again.',
    Next: 'IsTryLeft',
  },
  IsTryLeft: {
    Type: 'Choice',
    Choices: [{ Variable: '$.attempt', NumericLessThan: TRIES, Next: 'EventRouter' }],
    Default: 'Contention',
  },
  OutOfTime: {
    ...nextAttempt({ 'attempt.$': 'States.MathAdd($.attempt, 1)' }),
    Comment: 'Too long since the events were stamped, or by a clock that differs: stamp them again.',
    Next: 'IsStampLeft',
  },
  IsStampLeft: {
    Type: 'Choice',
    Choices: [{ Variable: '$.attempt', NumericLessThan: TRIES, Next: 'EventRouter' }],
    Default: 'StoreUnavailable',
  },
  TryLater: {
    ...nextAttempt({
      'throttles.$': 'States.MathAdd($.throttles, 1)',
      // Each wait is longer than the last, with full jitter: 0 or 1, 0 to 2, 0 to 3, … seconds.
      'waitSeconds.$': 'States.MathRandom(0, States.MathAdd($.throttles, 2))',
    }),
    Comment: 'Throttled, or without an answer: wait, and look again.',
    Next: 'IsWaitLeft',
  },
  IsWaitLeft: {
    Type: 'Choice',
    Choices: [{ Variable: '$.throttles', NumericLessThan: THROTTLES, Next: 'WaitForStore' }],
    Default: 'StoreUnavailable',
  },
  WaitForStore: { Type: 'Wait', SecondsPath: '$.waitSeconds', Next: 'EventRouter' },
  Contention: failed(
    'Contention',
    'others wrote to the same products at every try; nothing was stored, try again',
  ),
  ProductFull: failed(
    'ProductFull',
    'the store keeps 10 GB of one product at most, and this product has reached that; nothing was stored',
  ),
  WriteRejected: failed('WriteRejected', 'the store rejected the write; nothing was stored'),
  StoreUnavailable: failed(
    'StoreUnavailable',
    'the log can not be reached at the moment; try again with the same event id',
  ),
};
