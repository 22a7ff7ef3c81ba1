import { createEventLog } from '@hindsight/event-log';
import type { Express } from 'express';
import { pino, type Logger } from 'pino';
import { createApp, type Dependencies } from './app';
import { createAppender } from './appender';
import { corsOriginsOf } from './cross-origin';
import { createClients, environmentOf } from './clients';

interface Options extends Pick<Dependencies, 'authenticate' | 'closing' | 'settings'> {
  /** How long an append may take, in milliseconds. */
  readonly timeout?: number;
}

/**
 * The gateway of a process, put together from its environment variables.
 * @throws EnvironmentError
 */
export function gatewayFrom(
  env: NodeJS.ProcessEnv,
  { timeout, settings, ...options }: Options,
): { app: Express; logger: Logger } {
  const environment = environmentOf(env);
  const { tableName, stateMachineArn, asyncStateMachineArn, logLevel: level } = environment;
  const { dynamoDb, sfn } = createClients(environment);
  const logger = pino({ level });
  const log = createEventLog({ client: dynamoDb, tableName });
  const appender = createAppender({
    client: sfn,
    stateMachineArn,
    ...(asyncStateMachineArn !== undefined && { asyncStateMachineArn }),
    ...(timeout !== undefined && { timeout }),
  });
  const given = { ...settings, corsOrigins: corsOriginsOf(env) };
  return { app: createApp({ log, appender, logger, ...options, settings: given }), logger };
}
