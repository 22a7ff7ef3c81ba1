import { Executions, type Execution } from './executions';

const execution = (name: string, over: Partial<Execution> = {}): Execution => ({
  executionArn: `arn:${name}`,
  name,
  input: '{}',
  status: 'RUNNING',
  startDate: new Date(0),
  ...over,
});

function run(executions: Executions, name: string, output = ''): void {
  executions.start(execution(name));
  executions.end(execution(name, { status: 'SUCCEEDED', output }));
}

const known = (executions: Executions, ...names: string[]) => names.filter((name) => executions.get(name));

test('the oldest that have ended are forgotten above the number', () => {
  const executions = new Executions(2);
  for (const name of ['a', 'b', 'c']) run(executions, name);
  expect(known(executions, 'a', 'b', 'c')).toEqual(['b', 'c']);
});

test('and above the size of their texts', () => {
  const executions = new Executions(100, 20);
  run(executions, 'a', 'x'.repeat(10));
  run(executions, 'b', 'x'.repeat(10));
  expect(known(executions, 'a', 'b')).toEqual(['b']);
});

test('those that run are never forgotten', () => {
  const executions = new Executions(1);
  executions.start(execution('running'));
  for (const name of ['a', 'b', 'c']) run(executions, name);
  expect(known(executions, 'running', 'a', 'b', 'c')).toEqual(['running', 'c']);
  expect(executions.running).toBe(1);
});
