import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { registry } from '@hindsight/domain';
import { ensureTable, withoutLogger } from '@hindsight/event-log';
import {
  createStepFunctions,
  LOCAL_TABLE,
  publishEngine,
  serveStepFunctions,
  startDynamoDb,
  takeDataDir,
  type StepFunctions,
  type StepFunctionsEndpoint,
} from '@hindsight/local-aws';
import { stateMachineDefinition } from '@hindsight/workflow';
import { pino } from 'pino';
import { createFunctions, functionArn } from './functions';
import { checkPort, startGateway, untilReady, urlOf } from './gateway';
import type { Lifecycle } from './lifecycle';
import { StartError, type Settings } from './settings';

/** How long executions may go on after the gateway has stopped, in milliseconds. */
const DRAIN = 30_000;

export interface Running {
  /** Where the gateway is reached from this machine. */
  readonly url: string;
}

/** Told, in one line, when a part ends that nobody stopped. */
export type OnFailure = (line: string) => void;

async function startStore(settings: Settings, lifecycle: Lifecycle, onFailure: OnFailure): Promise<string> {
  if (settings.dynamoDbEndpoint !== undefined) return settings.dynamoDbEndpoint;
  const file = join(settings.dataDir, 'hindsight.db');
  const engine = await lifecycle.add(await startDynamoDb({ file }), ({ stop }) => stop());
  void engine.exited.then((how) => onFailure(`the DynamoDB engine ${how}`));
  publishEngine(settings.dataDir, { endpoint: engine.endpoint, table: LOCAL_TABLE });
  return engine.endpoint;
}

async function prepareTable(client: DynamoDBClient, endpoint: string): Promise<void> {
  try {
    await ensureTable(client, LOCAL_TABLE);
  } catch (error) {
    const { message, name, code } = error as Error & { code?: string };
    const [reason] = (message || code || name).split('\n');
    throw new StartError(`the table ${LOCAL_TABLE} can not be had from ${endpoint}: ${reason}`);
  }
}

/** Waits for what runs, and for the functions that nobody waits for. */
async function drained(stepFunctions: StepFunctions, served: StepFunctionsEndpoint): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const line = `executions still ran ${DRAIN / 1_000} seconds after the gateway had stopped`;
    timer = setTimeout(() => reject(new StartError(line)), DRAIN);
  });
  const done = served.close().then(() => stepFunctions.drain());
  await Promise.race([done, late]).finally(() => clearTimeout(timer));
}

/**
 * Sets what the functions and the gateway read from the environment. All of them take the same made-up
 * credentials: a DynamoDB on this machine keeps the tables of each set apart, and a real account's have no
 * business there.
 */
function setEnvironment(settings: Settings, endpoint: string): void {
  delete process.env['AWS_PROFILE'];
  delete process.env['AWS_SESSION_TOKEN'];
  Object.assign(process.env, {
    TABLE_NAME: LOCAL_TABLE,
    DYNAMODB_ENDPOINT: endpoint,
    AWS_REGION: settings.region,
    LOG_LEVEL: settings.logLevel,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  });
}

/**
 * Starts everything in this order: the engine and its table, Step Functions with the functions, the gateway.
 * What was started is in the lifecycle, and runs when this returns or throws.
 * @throws StartError, DataDirError, DynamoDbEngineMissing and DynamoDbEngineFailed; each says what is wrong in one line
 */
export async function start(
  settings: Settings,
  lifecycle: Lifecycle,
  onFailure: OnFailure,
): Promise<Running> {
  const { host, port, logLevel } = settings;
  if (settings.dynamoDbEndpoint === undefined) takeDataDir(settings.dataDir);
  await checkPort(host, port);
  const endpoint = await startStore(settings, lifecycle, onFailure);
  setEnvironment(settings, endpoint);

  const dynamodb = withoutLogger(new DynamoDBClient({ endpoint, maxAttempts: 2, cacheMiddleware: true }));
  const table = prepareTable(dynamodb, endpoint);
  const functions = createFunctions();
  const logger = pino({ level: logLevel });
  const stepFunctions = createStepFunctions({
    definition: stateMachineDefinition(registry, functionArn),
    invoke: functions.invoke,
    dynamodb,
    onBackgroundFailure: (name, error) => logger.error({ function: name, err: error }, 'a function failed'),
  });
  const served = await lifecycle.add(await serveStepFunctions(stepFunctions), (endpoint) =>
    drained(stepFunctions, endpoint),
  );
  await table;

  const gateway = await lifecycle.add(
    startGateway({
      ...process.env,
      HOST: host,
      PORT: String(port),
      SFN_ENDPOINT: served.endpoint,
      STATE_MACHINE_ARN: stepFunctions.stateMachineArn,
      ASYNC_STATE_MACHINE_ARN: stepFunctions.stateMachineArn,
      LOG_LEVEL: logLevel,
    }),
    ({ stop }) => stop(),
  );
  void gateway.exited.then((how) => onFailure(`the gateway ${how}`));
  // While the gateway loads in its own process.
  functions.load();
  const url = urlOf(host, port);
  await untilReady(url, lifecycle.stopping);
  return { url };
}
