import {
  DynamoDBServiceException,
  IdempotentParameterMismatchException,
  ConditionalCheckFailedException,
  ResourceInUseException,
  ResourceNotFoundException,
  TransactionCanceledException,
  type CancellationReason,
} from '@aws-sdk/client-dynamodb';

const $metadata = { httpStatusCode: 400, attempts: 1, totalRetryDelay: 0 };

/** The request is none that the service takes. */
export const invalid = (message: string): DynamoDBServiceException =>
  new DynamoDBServiceException({ name: 'ValidationException', $fault: 'client', message, $metadata });

export const parameterInvalid = (why: string): DynamoDBServiceException =>
  invalid(`One or more parameter values were invalid: ${why}`);

export const notFound = (): ResourceNotFoundException =>
  new ResourceNotFoundException({ message: 'Requested resource not found', $metadata });

export const inUse = (tableName: string): ResourceInUseException =>
  new ResourceInUseException({ message: `Table already exists: ${tableName}`, $metadata });

export const conditionFailed = (): ConditionalCheckFailedException =>
  new ConditionalCheckFailedException({ message: 'The conditional request failed', $metadata });

export const tokenReused = (): IdempotentParameterMismatchException =>
  new IdempotentParameterMismatchException({
    message: 'The client request token was used with other parameters',
    $metadata,
  });

/** @param failed which of the operations failed their condition */
export function cancelled(failed: readonly boolean[]): TransactionCanceledException {
  const CancellationReasons = failed.map((one): CancellationReason =>
    one ? { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed' } : { Code: 'None' },
  );
  const codes = CancellationReasons.map(({ Code }) => Code).join(', ');
  const message = `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`;
  return new TransactionCanceledException({ message, CancellationReasons, $metadata });
}

/** Something that DynamoDB can do and this can not: an error of whoever wrote the request, never an answer. */
export class UnsupportedByMemoryError extends Error {
  override readonly name = 'UnsupportedByMemory';

  constructor(what: string) {
    super(`the DynamoDB in memory does not know ${what}`);
  }
}

/** @throws UnsupportedByMemoryError where a request has a field that is not among those known */
export function onlyKnown(operation: string, input: object, known: ReadonlySet<string>): void {
  for (const [field, value] of Object.entries(input)) {
    if (value !== undefined && !known.has(field))
      throw new UnsupportedByMemoryError(`${field} of ${operation}`);
  }
}
