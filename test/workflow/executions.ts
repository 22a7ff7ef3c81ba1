import { describeActs } from './acts';
import { describeFaults } from './faults';
import { describeLateRight } from './late-right';
import { startMachine, type Machine } from './machine';
import { describeAppends } from './outcomes';
import { describeRaces } from './races';
import { describeStamps } from './stamps';

/** Every kind of execution, on a machine that runs while the tests do. @returns the machine, once it runs */
export function describeExecutions(): () => Machine {
  let machine: Machine;
  const running = () => machine;

  beforeAll(async () => {
    machine = await startMachine();
  });
  afterAll(() => machine.stop());

  beforeEach(() => {
    // Waits with full jitter, of the document and of the functions, take the shortest they may: none.
    jest.spyOn(Math, 'random').mockReturnValue(0);
    machine.heal();
  });

  describe('an append through the workflow', () => describeAppends(running));
  describe('an append whose caller may not change the past', () => describeLateRight(running));
  test('a request for a repair starts it, and nothing else', async () => {
    const ended = await machine.run({ productId: 'slow', repair: true });
    expect(ended).toMatchObject({ status: 'SUCCEEDED' });
    expect(ended.path).toEqual(['ValidateEvent', 'EventRouter', 'RequestRepair', 'Done']);
    await machine.drain();
    expect(machine.failedInBackground).toEqual([]);
    expect(await machine.log.headVersion('slow')).toBe(0);
  });
  describe('an act', () => describeActs(running));
  describe('a race with another writer', () => describeRaces(running));
  describe('a recorded time', () => describeStamps(running));
  describe('a fault on the way', () => describeFaults(running));
  return running;
}
