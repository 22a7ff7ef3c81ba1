import { KeyedQueues } from './keyed-queues';

const limits = { waitingPerProduct: 2, longestWait: 60_000 };

/** A task that ends when the test decides, and records its start. */
function task(name: string, began: string[]) {
  let end!: () => void;
  const ended = new Promise<void>((resolve) => (end = resolve));
  const run = async (): Promise<string> => {
    began.push(name);
    await ended;
    return name;
  };
  return { run, end };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test('tasks of one key run one after the other, in the order in which they came', async () => {
  const queues = new KeyedQueues(limits);
  const began: string[] = [];
  const tasks = ['a', 'b', 'c'].map((name) => task(name, began));
  const results = tasks.map(({ run }) => queues.run('key', run));
  await settled();
  expect(began).toEqual(['a']);
  tasks[0]?.end();
  expect(await results[0]).toBe('a');
  await settled();
  expect(began).toEqual(['a', 'b']);
  tasks[1]?.end();
  tasks[2]?.end();
  expect(await Promise.all(results)).toEqual(['a', 'b', 'c']);
});

test('keys do not wait for each other', async () => {
  const queues = new KeyedQueues(limits);
  const began: string[] = [];
  const [first, second] = [task('a', began), task('b', began)];
  const results = [queues.run('one', first.run), queues.run('two', second.run)];
  await settled();
  expect(began).toEqual(['a', 'b']);
  first.end();
  second.end();
  await Promise.all(results);
});

test('a failed task makes way', async () => {
  const queues = new KeyedQueues(limits);
  const failing = queues.run('key', () => Promise.reject(new Error('no')));
  const next = queues.run('key', () => Promise.resolve('next'));
  await expect(failing).rejects.toThrow('no');
  expect(await next).toBe('next');
});

test('a full lane refuses at once, and takes more when it has moved', async () => {
  const queues = new KeyedQueues(limits);
  const first = task('a', []);
  const running = [
    queues.run('key', first.run),
    queues.run('key', () => Promise.resolve('b')),
    queues.run('key', () => Promise.resolve('c')),
  ];
  await expect(queues.run('key', () => Promise.resolve('d'))).rejects.toMatchObject({
    status: 503,
    headers: { 'Retry-After': '1' },
  });
  first.end();
  await Promise.all(running);
  expect(await queues.run('key', () => Promise.resolve('e'))).toBe('e');
});

test('who waits too long is told so, and its task never runs', async () => {
  const queues = new KeyedQueues({ ...limits, longestWait: 1 });
  const began: string[] = [];
  const first = task('a', began);
  const running = queues.run('key', first.run);
  await expect(queues.run('key', task('b', began).run)).rejects.toMatchObject({
    type: '/problems/contention',
  });
  first.end();
  await running;
  expect(began).toEqual(['a']);
});

test('who has gone before its turn is passed over', async () => {
  const queues = new KeyedQueues(limits);
  const began: string[] = [];
  const first = task('a', began);
  const gone = new AbortController();
  const results = Promise.allSettled([
    queues.run('key', first.run),
    queues.run('key', task('b', began).run, gone.signal),
    queues.run('key', () => Promise.resolve(began.push('c'))),
  ]);
  gone.abort();
  first.end();
  expect((await results).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(began).toEqual(['a', 'c']);
});

test('a task of several keys waits for all of them, and no two wait for each other', async () => {
  const queues = new KeyedQueues({ ...limits, waitingPerProduct: 10 });
  const began: string[] = [];
  const held = task('b', began);
  const only = queues.run('b', held.run);
  const noted = (name: string) => () => Promise.resolve(began.push(name));
  const both = [
    queues.runAll(['a', 'b'], noted('a, b')),
    queues.runAll(['b', 'a', 'b'], noted('b, a')),
    queues.runAll(['c'], noted('c')),
  ];
  await settled();
  expect(began).toEqual(['b', 'c']);
  held.end();
  await Promise.all([only, ...both]);
  expect(began).toEqual(['b', 'c', 'a, b', 'b, a']);
});
