import { cancellationCodes, TRIES } from '@hindsight/event-log';
import { backoff, failed, type AslState } from './asl';

/**
 * The states that write, and the handling of a failed write.
 *
 * DynamoDB cancels a transaction because of one item and lists a reason per item in the error message, for
 * example `[ConditionalCheckFailed, None]`. Only a failed condition (or another transaction on the same item)
 * means that another writer was first and that a new plan can succeed. A full item collection stays full, a
 * throttled table needs time, and invalid data requires a fix in the code. Without this distinction all of
 * them would be planned again sixteen times and end in "others wrote to this product", which is not true and
 * invites a retry that can't help.
 */

const DYNAMODB_TRANSIENT = [
  'DynamoDb.ProvisionedThroughputExceededException',
  'DynamoDb.RequestLimitExceededException',
  'DynamoDb.ThrottlingException',
  'DynamoDb.InternalServerErrorException',
  'DynamoDb.TransactionInProgressException',
  'DynamoDb.SdkClientException',
];

/** How often the table may throttle the write of one append before the append gives up. */
const THROTTLES = 5;

const store = (next: Readonly<Record<string, unknown>>): AslState => ({
  Type: 'Task',
  Comment: 'All or none of the items; each on the condition that it is new. No function in between.',
  Resource: 'arn:aws:states:::aws-sdk:dynamodb:transactWriteItems',
  Parameters: { 'TransactItems.$': '$.plan.transactItems', 'ClientRequestToken.$': '$.plan.token' },
  ResultPath: null,
  Retry: [{ ErrorEquals: DYNAMODB_TRANSIENT, ...backoff }],
  Catch: [
    { ErrorEquals: ['DynamoDb.TransactionCanceledException'], ResultPath: '$.fault', Next: 'WhyCancelled' },
    // Every exception that Step Functions has no name for.
    { ErrorEquals: ['DynamoDb.DynamoDbException'], ResultPath: '$.fault', Next: 'WhyRefused' },
    { ErrorEquals: ['States.ALL'], ResultPath: null, Next: 'StoreUnavailable' },
  ],
  ...next,
});

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
      Next: 'Throttled',
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
  StoreEvent: store({ OutputPath: '$.plan.result', End: true }),
  StoreEventAndRepair: store({ Next: 'RequestRepair' }),
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
  Throttled: {
    ...nextAttempt({
      'throttles.$': 'States.MathAdd($.throttles, 1)',
      // Each wait is longer than the last, with full jitter: 0 or 1, 0 to 2, 0 to 3, … seconds.
      'waitSeconds.$': 'States.MathRandom(0, States.MathAdd($.throttles, 2))',
    }),
    Next: 'IsWaitLeft',
  },
  IsWaitLeft: {
    Type: 'Choice',
    Choices: [{ Variable: '$.throttles', NumericLessThan: THROTTLES, Next: 'WaitForCapacity' }],
    Default: 'StoreUnavailable',
  },
  WaitForCapacity: { Type: 'Wait', SecondsPath: '$.waitSeconds', Next: 'EventRouter' },
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
