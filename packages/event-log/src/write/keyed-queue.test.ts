import { KeyedQueue } from './keyed-queue';

/** Work that ends when it is told to. */
function held() {
  let end: (error?: Error) => void = () => undefined;
  const ended = new Promise<void>(
    (resolve, reject) => (end = (error) => (error ? reject(error) : resolve())),
  );
  return { ended, end: (error?: Error) => end(error) };
}

describe('a queue', () => {
  it('has one at work, and those who come later wait, also when the first have gone', async () => {
    const queue = new KeyedQueue();
    const began: string[] = [];
    const work = { a: held(), b: held(), c: held() };
    const run = (name: keyof typeof work) =>
      queue.run('anvil', () => {
        began.push(name);
        return work[name].ended;
      });
    const [a, b] = [run('a'), run('b')];
    work.a.end();
    await a;
    const c = run('c');
    await Promise.resolve();
    await queue.run('hammer', () => Promise.resolve());
    expect(began).toEqual(['a', 'b']);
    work.b.end(new Error('b failed'));
    await expect(b).rejects.toThrow('b failed');
    work.c.end();
    await c;
    expect(began).toEqual(['a', 'b', 'c']);
  });

  it('hands on what the one before has left, while somebody is there', async () => {
    const queue = new KeyedQueue();
    const head = { version: 1 } as never;
    const first = queue.run('anvil', (turn) => Promise.resolve((turn.head = head)));
    const second = queue.run('anvil', (turn) => Promise.resolve(turn.head));
    await first;
    expect(await second).toBe(head);
    expect(await queue.run('anvil', (turn) => Promise.resolve(turn.head))).toBeUndefined();
  });

  it('refuses at once what would wait behind too many, of one stream or of all', async () => {
    const queue = new KeyedQueue({ ofOne: 2, ofAll: 3 });
    const [a, b] = [held(), held()];
    const running = [queue.run('anvil', () => a.ended), queue.run('anvil', () => a.ended)];
    const never = jest.fn();
    await expect(queue.run('anvil', never)).rejects.toMatchObject({
      name: 'QueueFull',
      message: '2 appends to anvil wait already; try again later',
    });
    running.push(queue.run('hammer', () => b.ended));
    await expect(queue.run('tongs', never)).rejects.toMatchObject({
      name: 'QueueFull',
      message: '3 appends wait already; try again later',
    });
    expect(never).not.toHaveBeenCalled();
    a.end();
    b.end();
    await Promise.all(running);
    expect(await queue.run('anvil', () => Promise.resolve('room again'))).toBe('room again');
  });
});

describe('several queues', () => {
  it('are entered in one order: tasks that name the same streams in another order do not block each other', async () => {
    const queue = new KeyedQueue();
    const began: string[] = [];
    const first = held();
    const run = (names: string[], work: Promise<void>) =>
      queue.runAll(names, (turns) => (began.push([...turns.keys()].join()), work));
    const all = [
      run(['b', 'a'], first.ended),
      run(['a', 'b'], Promise.resolve()),
      run(['c', 'b'], Promise.resolve()),
    ];
    first.end();
    await Promise.all(all);
    expect(began.sort()).toEqual(['a,b', 'a,b', 'b,c']);
  });

  it('give back their places when a task fails', async () => {
    const queue = new KeyedQueue();
    await expect(queue.runAll(['a', 'b'], () => Promise.reject(new Error('failed')))).rejects.toThrow(
      'failed',
    );
    expect(await queue.runAll(['b', 'a'], () => Promise.resolve('done'))).toBe('done');
  });
});
