import request from 'supertest';
import { received } from '../support/commands';
import { startGateway, type StartedGateway } from './gateway';
import { startMachine, type Machine } from './machine';

const APPENDS = 60;

let machine: Machine;
let gateway: StartedGateway;

beforeAll(async () => {
  machine = await startMachine();
  gateway = await startGateway(machine);
});
afterAll(async () => {
  await gateway.stop();
  await machine.stop();
});

test(`of ${APPENDS} appends in the background to one product, sent at once, all are stored, each at its first try`, async () => {
  const start = async (): Promise<string> => {
    const post = request(gateway.app).post('/products/in-turn/events').set('Prefer', 'respond-async');
    const { status, headers } = await post.send(received(1));
    expect(status).toBe(202);
    return String(headers['location']);
  };
  const locations = await Promise.all(Array.from({ length: APPENDS }, start));
  await machine.drain();
  for (const location of locations)
    expect((await request(gateway.app).get(location)).body).toMatchObject({
      status: 'succeeded',
      result: {},
    });
  expect(await machine.log.headVersion('in-turn')).toBe(APPENDS);
  expect([...machine.seen].filter((transition) => transition.includes('LostRace'))).toEqual([]);
});
