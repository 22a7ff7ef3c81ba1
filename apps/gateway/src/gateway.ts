import { ClosingRegister, createDynamoDbStore } from '@hindsight/event-log';
import { createDynamoDbViewStore, Views } from '@hindsight/views';
import { createProductLog } from '@hindsight/workflow';
import type { Express } from 'express';
import type { Logger } from 'pino';
import { createApp, type Dependencies } from './app';
import { createAppender, repairRequester } from './appender';
import { corsOriginsOf } from './cross-origin';
import { createClients, environmentOf } from './clients';
import { createLogger } from './logging/logger';
import { signInOf } from './sign-in';
import { numberIn, timeZoneIn } from './variables';

/** The differences between a server and a Lambda. */
export type GatewayOptions = Pick<
  Dependencies,
  'authenticate' | 'closing' | 'guards' | 'metrics' | 'settings' | 'tracing' | 'trustedProxies'
> & {
  /** Timeout of an append, in milliseconds. */
  readonly timeout?: number;
};

/**
 * Builds the gateway of a process from its environment variables.
 * @throws EnvironmentError
 */
export function gatewayFrom(
  env: NodeJS.ProcessEnv,
  { timeout, settings, ...options }: GatewayOptions,
): { app: Express; logger: Logger; views: Views } {
  const environment = environmentOf(env);
  const { tableName, viewsTableName, stateMachineArn, asyncStateMachineArn, logLevel: level } = environment;
  const { dynamoDb, sfn } = createClients(environment, timeout);
  const logger = createLogger({ level, innerNames: [tableName, viewsTableName] });
  const machines = {
    client: sfn,
    stateMachineArn,
    ...(asyncStateMachineArn !== undefined && { asyncStateMachineArn }),
  };
  const appender = createAppender(machines);
  const store = createDynamoDbStore(dynamoDb, tableName);
  const log = createProductLog({
    store,
    requestRepair: repairRequester(machines),
  });
  const settledAfter = numberIn(env, 'SETTLE_SECONDS', { least: 3, most: 86_400 }) * 1_000;
  const views = new Views({
    store: createDynamoDbViewStore(dynamoDb, viewsTableName),
    log,
    settleMs: settledAfter,
    slots: numberIn(env, 'VIEW_SLOTS', { least: 1, most: 999 }),
  });
  const given = { ...settings, settledAfter, corsOrigins: corsOriginsOf(env), timeZone: timeZoneIn(env) };
  const closings = new ClosingRegister(store);
  const app = createApp({
    ...{ log, views, closings, appender, logger, signIn: signInOf(env) },
    ...{ ...options, settings: given },
  });
  return { app, logger, views };
}
