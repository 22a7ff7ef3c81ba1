import { describeFaults } from './faults';
import { describeLateRight } from './late-right';
import { startMachine, type Machine } from './machine';
import { describeAppends } from './outcomes';
import { transitionsOf } from './transitions';

let machine: Machine;

beforeAll(async () => {
  machine = await startMachine();
});
afterAll(() => machine.stop());

beforeEach(() => {
  // Waits with full jitter, of the document and of the functions, take the shortest they may: none.
  jest.spyOn(Math, 'random').mockReturnValue(0);
  machine.heal();
});

describe('an append through the workflow', () => describeAppends(() => machine));

describe('an append whose caller may not change the past', () => describeLateRight(() => machine));

describe('a fault on the way', () => describeFaults(() => machine));

// The last: it looks at what all of the executions above did.
test('every state, and every way from one to the next, was taken by some execution above', () => {
  const known = transitionsOf(machine.definition);
  expect([...machine.seen].filter((taken) => !known.includes(taken))).toEqual([]);
  expect(known.filter((transition) => !machine.seen.has(transition))).toEqual([]);
});
