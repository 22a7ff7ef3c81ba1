import { serveStepFunctions, type StepFunctionsEndpoint } from '@hindsight/local-aws';
import request from 'supertest';
import { createAppender } from '../../apps/gateway/src/appender';
import { createClients } from '../../apps/gateway/src/clients';
import { gatewayWith } from '../../apps/gateway/src/testing/fakes';
import { received } from '../support/commands';
import { startMachine, type Machine } from './machine';

const APPENDS = 60;

let machine: Machine;
let served: StepFunctionsEndpoint;

beforeAll(async () => {
  machine = await startMachine();
  served = await serveStepFunctions(machine.stepFunctions);
});
afterAll(async () => {
  await served.close();
  await machine.stop();
});

/** The gateway on the machine, with appends in the background. */
function gateway() {
  const { stateMachineArn } = machine.stepFunctions;
  const { sfn: client } = createClients({
    tableName: 'unused',
    stateMachineArn,
    asyncStateMachineArn: stateMachineArn,
    region: 'eu-central-1',
    dynamoDbEndpoint: undefined,
    sfnEndpoint: served.endpoint,
    logLevel: 'silent',
  });
  const appender = createAppender({ client, stateMachineArn, asyncStateMachineArn: stateMachineArn });
  return request.agent(gatewayWith({ appender }).app);
}

type Agent = ReturnType<typeof gateway>;

/** Starts all at once. @returns how each ended, once it has */
async function endsOf(agent: Agent, productId: string): Promise<Record<string, number>> {
  const start = async (): Promise<string> => {
    const { status, body, headers } = await agent
      .post(`/products/${productId}/events`)
      .set('Prefer', 'respond-async')
      .send(received(1));
    expect([status, body]).toEqual([202, expect.objectContaining({ status: 'running' })]);
    return String(headers['location']);
  };
  const locations = await Promise.all(Array.from({ length: APPENDS }, start));
  await machine.drain();
  const ends: Record<string, number> = {};
  for (const location of locations) {
    const { body } = await agent.get(location);
    const { status, problem } = body as { status: string; problem?: { type: string } };
    const end = problem?.type ?? status;
    ends[end] = (ends[end] ?? 0) + 1;
  }
  return ends;
}

test(`of ${APPENDS} appends in the background to one product, sent at once, all are stored, each at its first try`, async () => {
  expect(await endsOf(gateway(), 'in-turn')).toEqual({ succeeded: APPENDS });
  expect(await machine.log.headVersion('in-turn')).toBe(APPENDS);
  expect([...machine.seen].filter((transition) => transition.includes('LostRace'))).toEqual([]);
});
