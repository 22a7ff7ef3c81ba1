import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SFNClient } from '@aws-sdk/client-sfn';
import { withoutLogger } from '@hindsight/event-log';
import { EnvironmentError } from './environment-error';

/** The gateway's AWS resources, all from the environment. */
export interface Environment {
  readonly tableName: string;
  /** The table of the views: VIEWS_TABLE_NAME, by default the name of the log's table and `-views`. */
  readonly viewsTableName: string;
  readonly stateMachineArn: string;
  /** For background appends; absent: not available. */
  readonly asyncStateMachineArn: string | undefined;
  readonly region: string | undefined;
  /** Of local emulators; absent in the cloud. */
  readonly dynamoDbEndpoint: string | undefined;
  readonly sfnEndpoint: string | undefined;
  /** The secret access key for signing requests to them; absent: they accept any. */
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
    viewsTableName: optional('VIEWS_TABLE_NAME') ?? `${needed('TABLE_NAME')}-views`,
    stateMachineArn: needed('STATE_MACHINE_ARN'),
    asyncStateMachineArn: optional('ASYNC_STATE_MACHINE_ARN'),
    region: optional('AWS_REGION'),
    dynamoDbEndpoint: optional('DYNAMODB_ENDPOINT'),
    sfnEndpoint: optional('SFN_ENDPOINT'),
    endpointSecret: optional('ENDPOINT_SECRET'),
    logLevel,
  };
}

/** Concurrent requests of a busy gateway; more wait for a free socket. */
const SOCKETS = { keepAlive: true, maxSockets: 64 };

/** Request timeout: until the response begins, and for any pause in it. Milliseconds. */
const within = (time: number) => ({ requestTimeout: time, throwOnRequestTimeout: true, socketTimeout: time });

/** An emulator has credentials of its own or accepts any; never send it those of a real account. */
const local = (endpoint: string | undefined, secretAccessKey = 'local') =>
  endpoint === undefined ? {} : { endpoint, credentials: { accessKeyId: 'local', secretAccessKey } };

function regionOf({ region, dynamoDbEndpoint, sfnEndpoint }: Environment) {
  const fallback = dynamoDbEndpoint === undefined && sfnEndpoint === undefined ? undefined : 'us-east-1';
  const chosen = region ?? fallback;
  return chosen === undefined ? {} : { region: chosen };
}

/** Slightly longer than the longest time that a client waits for an append (`longestAppend`). */
const LONGEST_EXECUTION = 20_000;

/**
 * The two AWS clients, configured for the gateway.
 * @param timeout how long to wait for an execution, in milliseconds
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
        // Warn about exhausted sockets before requests start to fail for that reason.
        requestHandler: { ...agents, ...within(timeout), socketAcquisitionWarningTimeout: 4_000 },
        // Build the SDK's middleware stack once instead of for each request.
        cacheMiddleware: true,
        // Never retry an append blindly; see AppenderOptions.
        maxAttempts: 1,
        // The SDK prefixes the host of StartSyncExecution with `sync-`. An emulator has no such host name.
        disableHostPrefix: sfnEndpoint !== undefined,
      }),
    ),
  };
}
