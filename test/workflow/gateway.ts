import { serveStepFunctions } from '@hindsight/local-aws';
import type { Dependencies } from '../../apps/gateway/src/app';
import { createAppender } from '../../apps/gateway/src/appender';
import { createClients } from '../../apps/gateway/src/clients';
import { gatewayWith } from '../../apps/gateway/src/testing/fakes';
import type { Machine } from './machine';

/**
 * The gateway in front of a machine: the whole way of an append, from its request to the wire to DynamoDB.
 * @param rest in place of fakes
 */
export async function startGateway({ stepFunctions }: Machine, rest: Partial<Dependencies> = {}) {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const served = await serveStepFunctions(stepFunctions, { credentials });
  const { stateMachineArn } = stepFunctions;
  const arns = { stateMachineArn, asyncStateMachineArn: stateMachineArn };
  const { sfn: client } = createClients({
    tableName: 'unused',
    viewsTableName: 'unused-views',
    ...arns,
    region: 'eu-central-1',
    dynamoDbEndpoint: undefined,
    sfnEndpoint: served.endpoint,
    logLevel: 'silent',
  });
  const { app } = gatewayWith({ appender: createAppender({ client, ...arns }), ...rest });
  return { app, stop: () => served.close() };
}

export type StartedGateway = Awaited<ReturnType<typeof startGateway>>;
