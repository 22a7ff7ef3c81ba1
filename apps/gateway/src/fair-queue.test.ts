import fc from 'fast-check';
import { FairQueue, type FairQueueLimits } from './fair-queue';

const limits: FairQueueLimits = {
  atOnce: 3,
  perClient: 2,
  waiting: 100,
  waitingPerClient: 100,
  longestWaitMs: Infinity,
};

/** Tasks that end when the test decides, and the order in which they started. */
function tasksIn(queue: FairQueue) {
  const begun: string[] = [];
  const ends = new Map<string, (() => void)[]>();
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return {
    begun,
    start(client: string): Promise<void> {
      return queue.run(client, () => {
        begun.push(client);
        return new Promise((resolve) => ends.set(client, [...(ends.get(client) ?? []), resolve]));
      });
    },
    async end(client: string): Promise<void> {
      ends.get(client)?.shift()?.();
      await settle();
    },
    running: () => [...ends].flatMap(([client, open]) => open.map(() => client)),
    settle,
  };
}

test('a client has its share and no more, and clients take turns', async () => {
  const tasks = tasksIn(new FairQueue(limits));
  for (let i = 0; i < 5; i += 1) void tasks.start('many');
  void tasks.start('few');
  void tasks.start('other');
  await tasks.settle();
  expect(tasks.begun).toEqual(['many', 'many', 'few']);
  await tasks.end('many');
  expect(tasks.begun.slice(3)).toEqual(['other']);
  await tasks.end('few');
  expect(tasks.begun.slice(4)).toEqual(['many']);
  await tasks.end('other');
  // Two tasks of this client are running. That is its share, although a third would fit.
  expect(tasks.begun.slice(5)).toEqual([]);
  await tasks.end('many');
  expect(tasks.begun.slice(5)).toEqual(['many']);
});

test('a failed task releases its slot like any other', async () => {
  const queue = new FairQueue({ ...limits, atOnce: 1 });
  await expect(queue.run('a', () => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
  expect(await queue.run('a', () => Promise.resolve(1))).toBe(1);
});

test('tasks beyond the queue limit are refused at once, and no task waits too long', async () => {
  const queue = new FairQueue({
    atOnce: 1,
    perClient: 1,
    waiting: 1,
    waitingPerClient: 1,
    longestWaitMs: 10,
  });
  const tasks = tasksIn(queue);
  const running = tasks.start('a');
  const waiting = tasks.start('a');
  const refusal = { type: '/problems/overloaded', headers: { 'Retry-After': '1' } };
  await expect(tasks.start('b')).rejects.toMatchObject(refusal);
  await expect(waiting).rejects.toMatchObject(refusal);
  await tasks.end('a');
  await running;
  expect(tasks.begun).toEqual(['a']);
  void tasks.start('b');
  await tasks.settle();
  expect(tasks.running()).toEqual(['b']);
  await tasks.end('b');
});

test('a client that fills its share of the queue leaves room for others', async () => {
  const tasks = tasksIn(new FairQueue({ ...limits, atOnce: 1, waiting: 4, waitingPerClient: 2 }));
  void tasks.start('many');
  void tasks.start('many');
  void tasks.start('many');
  await expect(tasks.start('many')).rejects.toMatchObject({ type: '/problems/overloaded' });
  void tasks.start('few');
  await tasks.end('many');
  await tasks.end('many');
  expect(tasks.begun).toEqual(['many', 'many', 'few']);
});

test('in any sequence of events, the limits apply and no task waits while it could run', async () => {
  const step = fc.record({ client: fc.constantFrom('a', 'b', 'c'), ends: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const tasks = tasksIn(new FairQueue(limits));
      const started: Record<string, number> = { a: 0, b: 0, c: 0 };
      for (const { client, ends } of steps) {
        if (ends) await tasks.end(client);
        else {
          void tasks.start(client);
          started[client] = (started[client] ?? 0) + 1;
        }
        await tasks.settle();
        const running = tasks.running();
        expect(running.length).toBeLessThanOrEqual(limits.atOnce);
        for (const one of ['a', 'b', 'c']) {
          const own = running.filter((other) => other === one).length;
          expect(own).toBeLessThanOrEqual(limits.perClient);
          const begun = tasks.begun.filter((other) => other === one).length;
          const isWaiting = begun < (started[one] ?? 0);
          if (isWaiting) expect(running.length === limits.atOnce || own === limits.perClient).toBe(true);
        }
      }
    }),
    { numRuns: 200 },
  );
});
