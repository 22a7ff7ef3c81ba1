import { createEventLog } from '@hindsight/event-log';
import type { Express } from 'express';
import { pino, type Logger } from 'pino';
import { createApp } from './app';
import { createAppender } from './appender';
import { createClients, environmentOf } from './clients';

/**
 * The gateway of a process, put together from its environment variables.
 * @param timeout how long an append may take, in milliseconds
 * @throws EnvironmentError
 */
export function gatewayFrom(env: NodeJS.ProcessEnv, timeout?: number): { app: Express; logger: Logger } {
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
  return { app: createApp({ log, appender, logger }), logger };
}
