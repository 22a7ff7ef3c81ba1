import { Lanes } from './keyed-queue';

/** Work that ends when it is told to. */
function held() {
  let end: (error?: Error) => void = () => undefined;
  const ended = new Promise<void>(
    (resolve, reject) => (end = (error) => (error ? reject(error) : resolve())),
  );
  return { ended, end: (error?: Error) => end(error) };
}

describe('a lane', () => {
  it('has one at work, and those who come later wait, also when the first have gone', async () => {
    const lanes = new Lanes();
    const began: string[] = [];
    const work = { a: held(), b: held(), c: held() };
    const run = (name: keyof typeof work) =>
      lanes.run('anvil', () => {
        began.push(name);
        return work[name].ended;
      });
    const [a, b] = [run('a'), run('b')];
    work.a.end();
    await a;
    const c = run('c');
    await Promise.resolve();
    await lanes.run('hammer', () => Promise.resolve());
    expect(began).toEqual(['a', 'b']);
    work.b.end(new Error('b failed'));
    await expect(b).rejects.toThrow('b failed');
    work.c.end();
    await c;
    expect(began).toEqual(['a', 'b', 'c']);
  });

  it('hands on what the one before has left, while somebody is there', async () => {
    const lanes = new Lanes();
    const head = { version: 1 } as never;
    const first = lanes.run('anvil', (lane) => Promise.resolve((lane.head = head)));
    const second = lanes.run('anvil', (lane) => Promise.resolve(lane.head));
    await first;
    expect(await second).toBe(head);
    expect(await lanes.run('anvil', (lane) => Promise.resolve(lane.head))).toBeUndefined();
  });
});
