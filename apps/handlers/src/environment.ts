import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createDynamoDbStore, withoutLogger, type Store } from '@hindsight/event-log';
import { defaultCurrency, lateToleranceMs } from './settings';
import { createProductLog, type ProductLog } from '@hindsight/workflow';

function required(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`the environment variable ${name} is not set`);
  return value;
}

/** The table of the log. */
export const tableName = (): string => required('TABLE_NAME');

/**
 * Like the gateway's: an unresponsive table must not block an execution. Milliseconds; applies from the start
 * of a request to its first byte of response, and to any pause after that.
 */
const TIME_LIMITS = {
  connectionTimeout: 2_000,
  requestTimeout: 5_000,
  throwOnRequestTimeout: true,
  socketTimeout: 5_000,
};

/** The store of the table that TABLE_NAME names; DYNAMODB_ENDPOINT if it is not AWS's own. */
export function eventStore(): Store {
  const endpoint = process.env['DYNAMODB_ENDPOINT'];
  // The workflow retries with backoff of its own: the client need not add much.
  const client = new DynamoDBClient({
    maxAttempts: 2,
    requestHandler: TIME_LIMITS,
    ...(endpoint !== undefined && { endpoint }),
  });
  return createDynamoDbStore(withoutLogger(client), tableName());
}

/** The log in a store. */
export const eventLog = (store = eventStore()): ProductLog =>
  createProductLog({ store, lateToleranceMs: lateToleranceMs(), defaultCurrency: defaultCurrency() });
