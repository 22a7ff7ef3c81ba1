import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SFNClient } from '@aws-sdk/client-sfn';
import { withoutLogger } from '@hindsight/event-log';
import { EnvironmentError } from './environment-error';

/** Where the gateway finds what it needs; all of it from the environment. */
export interface Environment {
  readonly tableName: string;
  readonly stateMachineArn: string;
  /** Of appends in the background; absent: there are none. */
  readonly asyncStateMachineArn: string | undefined;
  readonly region: string | undefined;
  /** Of local stand-ins; absent in the cloud. */
  readonly dynamoDbEndpoint: string | undefined;
  readonly sfnEndpoint: string | undefined;
  /** The secret access key that signs requests to them; absent: they take any. */
  readonly endpointSecret?: string | undefined;
  readonly logLevel: string;
}

/** @throws EnvironmentError */
export function environmentOf(env: NodeJS.ProcessEnv): Environment {
  const needed = (name: string): string => {
    const value = env[name];
    if (value === undefined || value === '')
      throw new EnvironmentError(`the environment variable ${name} is not set`);
    return value;
  };
  const optional = (name: string): string | undefined => env[name] || undefined;
  const logLevel = env['LOG_LEVEL'] || 'info';
  if (!['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'].includes(logLevel)) {
    throw new EnvironmentError(
      `the environment variable LOG_LEVEL is ${logLevel}; it must be a level of pino, such as info`,
    );
  }
  return {
    tableName: needed('TABLE_NAME'),
    stateMachineArn: needed('STATE_MACHINE_ARN'),
    asyncStateMachineArn: optional('ASYNC_STATE_MACHINE_ARN'),
    region: optional('AWS_REGION'),
    dynamoDbEndpoint: optional('DYNAMODB_ENDPOINT'),
    sfnEndpoint: optional('SFN_ENDPOINT'),
    endpointSecret: optional('ENDPOINT_SECRET'),
    logLevel,
  };
}

/** As many requests at once as a busy gateway makes; each waits for a free socket otherwise. */
const SOCKETS = { keepAlive: true, maxSockets: 64 };

/** For the whole of a request: until its answer begins, and for any silence within it. Milliseconds. */
const within = (time: number) => ({ requestTimeout: time, throwOnRequestTimeout: true, socketTimeout: time });

/** A stand-in has credentials of its own, or takes any; a real account's never go there. */
const local = (endpoint: string | undefined, secretAccessKey = 'local') =>
  endpoint === undefined ? {} : { endpoint, credentials: { accessKeyId: 'local', secretAccessKey } };

function regionOf({ region, dynamoDbEndpoint, sfnEndpoint }: Environment) {
  const fallback = dynamoDbEndpoint === undefined && sfnEndpoint === undefined ? undefined : 'us-east-1';
  const chosen = region ?? fallback;
  return chosen === undefined ? {} : { region: chosen };
}

/** A little longer than the client of an append is kept waiting (`longestAppend`). */
const LONGEST_EXECUTION = 20_000;

/**
 * The two clients of AWS, as the gateway wants them.
 * @param timeout how long an execution is waited for, in milliseconds
 */
export function createClients(
  environment: Environment,
  timeout = LONGEST_EXECUTION,
): { dynamoDb: DynamoDBClient; sfn: SFNClient } {
  const { dynamoDbEndpoint, sfnEndpoint, endpointSecret } = environment;
  const region = regionOf(environment);
  const agents = { httpAgent: SOCKETS, httpsAgent: SOCKETS, connectionTimeout: 2_000 };
  return {
    dynamoDb: withoutLogger(
      new DynamoDBClient({
        ...region,
        ...local(dynamoDbEndpoint, endpointSecret),
        requestHandler: { ...agents, ...within(3_000) },
      }),
    ),
    sfn: withoutLogger(
      new SFNClient({
        ...region,
        ...local(sfnEndpoint, endpointSecret),
        // That all sockets are taken is worth a warning before the request has failed for want of one.
        requestHandler: { ...agents, ...within(timeout), socketAcquisitionWarningTimeout: 4_000 },
        // What the SDK does with a request is put together once, not for each.
        cacheMiddleware: true,
        // An append is never repeated blindly; see AppenderOptions.
        maxAttempts: 1,
        // The SDK puts `sync-` before the host of StartSyncExecution, which a stand-in has no name for.
        disableHostPrefix: sfnEndpoint !== undefined,
      }),
    ),
  };
}
