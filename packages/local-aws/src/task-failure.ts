/** A task failed: Retry and Catch match on the name, and the message becomes the Cause. */
export class TaskFailure extends Error {
  /** Read by the interpreter: whether wildcards in Retry and Catch apply. */
  readonly isRetryable: boolean;
  readonly isCatchable: boolean;

  constructor(
    error: string,
    cause: string,
    matched: { retry: boolean; catch: boolean } = { retry: true, catch: true },
  ) {
    super(cause);
    this.name = error;
    this.isRetryable = matched.retry;
    this.isCatchable = matched.catch;
  }
}

/** The error payload of a failed function, in the format of Lambda's runtime. */
export function lambdaFailure(thrown: unknown): TaskFailure {
  if (typeof thrown !== 'object' || thrown === null || !('message' in thrown)) {
    const failure = { errorType: typeof thrown, errorMessage: String(thrown), trace: [] };
    return new TaskFailure(failure.errorType, JSON.stringify(failure));
  }
  const { name = 'Error', message, stack = '' } = thrown as Partial<Error>;
  const failure = { errorType: name, errorMessage: message, trace: stack.split('\n') };
  return new TaskFailure(name, JSON.stringify(failure));
}

/** DynamoDB's exceptions that Step Functions calls by their own names; it calls all others DynamoDbException. */
const MODELLED = [
  'TransactionCanceledException',
  'TransactionInProgressException',
  'TransactionConflictException',
  'IdempotentParameterMismatchException',
  'ConditionalCheckFailedException',
  'ItemCollectionSizeLimitExceededException',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ThrottlingException',
  'InternalServerError',
  'ResourceNotFoundException',
];

/** The two ways in which Step Functions calls DynamoDB: its own integration, and the one of all SDK calls. */
export type DynamoDbIntegration = 'dynamodb' | 'aws-sdk:dynamodb';

/**
 * The error of a failed DynamoDB call. The `aws-sdk:dynamodb` integration calls it `DynamoDb.` and the exception's
 * name, which always ends in Exception; Step Functions' own integration calls it `DynamoDB.` and the name as it is. As
 * in AWS, the cause ends with the status of the response. A call without a response is an SdkClientException.
 */
export function dynamoDbFailure(thrown: unknown, integration: DynamoDbIntegration): TaskFailure {
  const { name, message, $metadata } = thrown as Error & {
    $metadata?: { httpStatusCode?: number; requestId?: string };
  };
  const isOwn = integration === 'dynamodb';
  const prefix = isOwn ? 'DynamoDB' : 'DynamoDb';
  const status = $metadata?.httpStatusCode;
  if (status === undefined) return new TaskFailure(`${prefix}.SdkClientException`, message);
  const cause = `${message} (Service: DynamoDb, Status Code: ${status}, Request ID: ${$metadata?.requestId ?? 'none'})`;
  const isKnown = MODELLED.includes(name);
  if (isOwn) return new TaskFailure(`${prefix}.${isKnown ? name : 'AmazonDynamoDBException'}`, cause);
  const known = isKnown ? name : 'DynamoDb';
  return new TaskFailure(`${prefix}.${known.endsWith('Exception') ? known : `${known}Exception`}`, cause);
}
