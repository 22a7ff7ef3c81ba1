import { describeExecutions } from './executions';
import { transitionsOf } from './transitions';

const machine = describeExecutions();

// The last: it looks at what all of the executions above did.
test('every state, and every way from one to the next, was taken by some execution above', () => {
  const { definition, seen } = machine();
  const known = transitionsOf(definition);
  expect([...seen].filter((taken) => !known.includes(taken))).toEqual([]);
  expect(known.filter((transition) => !seen.has(transition))).toEqual([]);
});
