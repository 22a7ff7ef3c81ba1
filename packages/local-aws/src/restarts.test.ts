import { startGuarded } from './guarded-process';
import { keepRunning, Restarts } from './restarts';
import { eventually, isAlive } from './testing/processes';

const limits = { most: 4, withinMs: 1_000, firstWaitMs: 100 };

test('waits twice as long after each end, and gives up after too many within the time', () => {
  const restarts = new Restarts(limits, () => 0);
  expect([1, 2, 3, 4].map(() => restarts.wait())).toEqual([100, 200, 400, undefined]);
});

test('ends of long ago do not count', () => {
  let now = 0;
  const restarts = new Restarts(limits, () => now);
  restarts.wait();
  restarts.wait();
  now = 1_000;
  expect(restarts.wait()).toBe(100);
});

const sleeper = () => startGuarded('sleep', ['60']);

test('a part that is killed is started again, until it is stopped', async () => {
  const started = [sleeper()];
  const ends: string[] = [];
  const kept = keepRunning(started[0] as ReturnType<typeof sleeper>, {
    start: () => {
      const part = sleeper();
      started.push(part);
      return part;
    },
    onEnd: (how) => ends.push(how),
    onGivenUp: (line) => ends.push(`given up: ${line}`),
    limits: { ...limits, firstWaitMs: 1 },
  });
  process.kill(started[0]?.pid ?? 0, 'SIGKILL');
  await eventually(() => started.length === 2);
  await kept.stop();
  expect(ends).toEqual(['was ended by SIGKILL']);
  expect(started.map(({ pid }) => isAlive(pid))).toEqual([false, false]);
});

test('one that keeps ending, or can not be started, is given up, and says how often it ended', async () => {
  const given = new Promise<string>((resolve) => {
    const start = jest
      .fn()
      .mockRejectedValueOnce(new Error('no memory'))
      .mockImplementation(() => startGuarded('sh', ['-c', 'exit 3']));
    keepRunning(startGuarded('sh', ['-c', 'exit 3']), {
      start: start as () => ReturnType<typeof sleeper>,
      onEnd: () => undefined,
      onGivenUp: resolve,
      limits: { ...limits, firstWaitMs: 1, withinMs: 60_000 },
    });
  });
  expect(await given).toBe('ended 4 times within 60 seconds; at last it exited with code 3');
});

test('stopping while it waits to start again starts nothing', async () => {
  const first = sleeper();
  const start = jest.fn(sleeper);
  const ended = jest.fn();
  const kept = keepRunning(first, {
    start,
    onEnd: ended,
    onGivenUp: ended,
    limits: { ...limits, firstWaitMs: 60_000 },
  });
  process.kill(first.pid, 'SIGKILL');
  await eventually(() => ended.mock.calls.length === 1);
  await kept.stop();
  expect(start).not.toHaveBeenCalled();
});
