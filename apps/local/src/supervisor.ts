import { join } from 'node:path';
import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { registry } from '@hindsight/domain';
import { ensureTable, withoutLogger } from '@hindsight/event-log';
import {
  createStepFunctions,
  keepRunning,
  LOCAL_TABLE,
  LOCAL_VIEWS_TABLE,
  newCredentials,
  noteIndexed,
  publishEngine,
  serveStepFunctions,
  startGuardedDynamoDb,
  takeDataDir,
  type Credentials,
  type EngineNews,
  type InProcessHandler,
  type ProtocolServer,
  type StepFunctions,
} from '@hindsight/local-aws';
import type { OutgoingEvent } from '@hindsight/views';
import { stateMachineDefinition } from '@hindsight/workflow';
import { destination, pino, type Logger } from 'pino';
import { createFunctions, functionArn } from './functions';
import { checkPort, startGateway, untilReady, urlOf } from './gateway';
import { Indexing, type IndexingOptions } from './indexing';
import type { Lifecycle } from './lifecycle';
import { StartError, type Settings } from './settings';
import { toWebhook } from './webhook';
import { observed, Writes } from './writes';

/** How long executions may go on after the gateway has stopped, in milliseconds. */
const DRAIN = 30_000;

export interface Running {
  /** The local URL of the gateway. */
  readonly url: string;
}

/** Called, with one line, when a part has crashed too often. */
export type OnFailure = (line: string) => void;

/** The context that all parts of one start share. */
interface Start {
  readonly settings: Settings;
  readonly lifecycle: Lifecycle;
  readonly logger: Logger;
  readonly onFailure: OnFailure;
  /** Only processes that have these credentials can reach the engine and the state machine. */
  readonly credentials: Credentials;
}

/** Writes to the standard output. A full disk behind it costs lines of the log, and not the server. */
function loggerOf(level: string): Logger {
  const output = destination({ fd: 1, sync: true, maxLength: 256 * 1024 });
  output.on('error', () => undefined);
  return pino({ level }, output);
}

/** Logs the engine's health changes and restarts. */
function logNews(logger: Logger, news: EngineNews): void {
  if (news.kind === 'ended') logger.error(`the DynamoDB engine ${news.how}; it is started again`);
  else if (news.kind === 'disk-full')
    logger.error('disk full: there is no room in DATA_DIR, and nothing can be stored');
  else if (news.kind === 'stalled') logger.error('the DynamoDB engine has stalled: it answers nothing');
  // As loud as the fault that it ends.
  else logger.warn('the DynamoDB engine is well again');
}

/** Where the table is; for this process, the embedded engine needs no connection. */
interface StoreAddress {
  readonly endpoint: string;
  readonly requestHandler?: InProcessHandler;
}

async function startStore(
  { settings, lifecycle, logger, onFailure, credentials }: Start,
  writes: Writes,
): Promise<StoreAddress> {
  const { dynamoDbEndpoint, dataDir } = settings;
  if (dynamoDbEndpoint !== undefined) return { endpoint: dynamoDbEndpoint };
  const engine = await startGuardedDynamoDb({
    file: join(dataDir, 'hindsight.db'),
    credentials,
    onWrite: (request) => writes.begin(request),
    onNews: (news) => logNews(logger, news),
    onGivenUp: (line) => onFailure(`the DynamoDB engine ${line}`),
  });
  const { endpoint, requestHandler } = await lifecycle.add(engine, ({ stop }) => stop());
  publishEngine(dataDir, { endpoint, table: LOCAL_TABLE, secret: credentials.secretAccessKey });
  return { endpoint, requestHandler };
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

/** The views follow the log from here on. When everything is stopped, and indexed, the data folder says so. */
async function startIndexing(
  { settings, lifecycle, logger }: Start,
  parts: Pick<IndexingOptions, 'client' | 'writes' | 'wasIndexed'>,
): Promise<void> {
  const names = { tableName: LOCAL_TABLE, viewsTableName: LOCAL_VIEWS_TABLE };
  const settleMs = Number(process.env['SETTLE_SECONDS']) * 1_000;
  const { webhook } = settings;
  const indexing = await Indexing.start({ ...parts, ...names, logger, settleMs, webhook });
  await lifecycle.add(indexing, async () => {
    const isComplete = await indexing.stop();
    if (isComplete && settings.dynamoDbEndpoint === undefined) noteIndexed(settings.dataDir);
  });
}

/** Waits for running executions and for asynchronously invoked functions. */
async function drained(stepFunctions: StepFunctions, served: ProtocolServer): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const line = `executions still ran ${DRAIN / 1_000} seconds after the gateway had stopped`;
    timer = setTimeout(() => reject(new StartError(line)), DRAIN);
  });
  const done = served.close().then(() => stepFunctions.drain());
  await Promise.race([done, late]).finally(() => clearTimeout(timer));
}

/**
 * Sets the environment of the functions and the gateway. They share one set of made-up credentials: a local
 * DynamoDB separates tables by credentials, and a real account's credentials must not be used here.
 */
function setEnvironment({ settings, credentials }: Start, endpoint: string): void {
  delete process.env['AWS_PROFILE'];
  delete process.env['AWS_SESSION_TOKEN'];
  Object.assign(process.env, {
    TABLE_NAME: LOCAL_TABLE,
    VIEWS_TABLE_NAME: LOCAL_VIEWS_TABLE,
    SETTLE_SECONDS: process.env['SETTLE_SECONDS'] || '5',
    DYNAMODB_ENDPOINT: endpoint,
    AWS_REGION: settings.region,
    LOG_LEVEL: settings.logLevel,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  });
}

const TIME_LIMITS = {
  connectionTimeout: 2_000,
  requestTimeout: 5_000,
  throwOnRequestTimeout: true,
  socketTimeout: 5_000,
};

/** A client with the functions' timeouts. */
const clientOf = (
  { endpoint, requestHandler }: StoreAddress,
  options: Pick<DynamoDBClientConfig, 'maxAttempts' | 'cacheMiddleware'>,
): DynamoDBClient =>
  withoutLogger(new DynamoDBClient({ endpoint, requestHandler: requestHandler ?? TIME_LIMITS, ...options }));

/** The state machine's client: a write that fails is stamped again, and never just repeated. */
const WRITING = { maxAttempts: 1, cacheMiddleware: true };
/** The indexer's. The cache of middleware does nothing for a document client. */
const INDEXING = { maxAttempts: 2, cacheMiddleware: false };

/** What the state machine puts on a bus goes to the webhook. */
function reporting(webhook: string) {
  const deliver = toWebhook(webhook);
  return async (details: readonly unknown[]): Promise<void> => {
    const failed = await deliver(details as readonly OutgoingEvent[]);
    if (failed.length > 0) throw new Error('the webhook does not take it');
  };
}

/**
 * Creates the state machine and its endpoint. `run` loads the functions, and resumes the executions that a
 * kill interrupted.
 */
async function startWorkflow({ settings, lifecycle, logger, credentials }: Start, dynamodb: DynamoDBClient) {
  const functions = createFunctions();
  const stepFunctions = createStepFunctions({
    definition: stateMachineDefinition(registry, functionArn),
    invoke: functions.invoke,
    dynamodb,
    ...(settings.webhook !== undefined && { putEvents: reporting(settings.webhook) }),
    // The data folder belongs to this process only if the engine does.
    ...(settings.dynamoDbEndpoint === undefined && {
      executionsFile: join(settings.dataDir, 'executions.ndjson'),
    }),
    onBackgroundFailure: (name, error) => logger.error({ function: name, err: error }, 'a function failed'),
  });
  const server = await serveStepFunctions(stepFunctions, { credentials });
  const { endpoint } = await lifecycle.add(server, (served) => drained(stepFunctions, served));
  const run = (): void => {
    functions.load();
    void stepFunctions.resume();
  };
  return { endpoint, stateMachineArn: stepFunctions.stateMachineArn, run };
}

type Workflow = Awaited<ReturnType<typeof startWorkflow>>;

/** The gateway's process. Once it was ready, it is started again when it ends. */
async function startKeptGateway(
  { settings, lifecycle, logger, onFailure, credentials }: Start,
  workflow: Workflow,
): Promise<string> {
  const { host, port, logLevel } = settings;
  const start = () =>
    startGateway({
      ...process.env,
      HOST: host,
      PORT: String(port),
      SFN_ENDPOINT: workflow.endpoint,
      ENDPOINT_SECRET: credentials.secretAccessKey,
      STATE_MACHINE_ARN: workflow.stateMachineArn,
      ASYNC_STATE_MACHINE_ARN: workflow.stateMachineArn,
      LOG_LEVEL: logLevel,
    });
  const first = await lifecycle.add(start(), ({ stop }) => stop());
  // While the gateway loads in its own process.
  workflow.run();
  const url = urlOf(host, port);
  await untilReady(url, lifecycle.stopping, first.exited);
  const gateway = keepRunning(first, {
    start,
    onEnd: (how) => logger.error(`the gateway ${how}; it is started again`),
    onGivenUp: (line) => onFailure(`the gateway ${line}`),
  });
  await lifecycle.add(gateway, ({ stop }) => stop());
  return url;
}

/**
 * Starts everything in this order: the engine and its table, Step Functions with the functions, the gateway.
 * Parts that were started are in the lifecycle, and are still running when this returns or throws.
 * @throws StartError, DataDirError, DynamoDbEngineMissing and DynamoDbEngineFailed; each message is one line
 */
export async function start(
  settings: Settings,
  lifecycle: Lifecycle,
  onFailure: OnFailure,
): Promise<Running> {
  const { host, port, logLevel: level, dataDir, dynamoDbEndpoint } = settings;
  const wasIndexed = dynamoDbEndpoint === undefined && takeDataDir(dataDir);
  await checkPort(host, port);
  const credentials = newCredentials();
  const common: Start = { settings, lifecycle, logger: loggerOf(level), onFailure, credentials };
  const writes = new Writes(LOCAL_TABLE);
  const address = await startStore(common, writes);
  setEnvironment(common, address.endpoint);
  const dynamodb = clientOf(address, WRITING);
  const table = prepareTable(dynamodb, address.endpoint).then(() =>
    startIndexing(common, { client: clientOf(address, INDEXING), writes, wasIndexed }),
  );
  // The embedded engine reports every write itself.
  if (dynamoDbEndpoint !== undefined) observed(dynamodb, writes);
  const workflow = await startWorkflow(common, dynamodb);
  await table;
  return { url: await startKeptGateway(common, workflow) };
}
