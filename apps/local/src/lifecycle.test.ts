import { Lifecycle } from './lifecycle';

test('what was started last is stopped first, once', async () => {
  const lifecycle = new Lifecycle();
  const stopped: string[] = [];
  for (const name of ['engine', 'workflow', 'gateway']) {
    await lifecycle.add(name, (part) => {
      stopped.push(part);
      return Promise.resolve();
    });
  }
  await Promise.all([lifecycle.stop(), lifecycle.stop()]);
  expect(stopped).toEqual(['gateway', 'workflow', 'engine']);
});

test('a part that fails to stop does not keep the others running', async () => {
  const lifecycle = new Lifecycle();
  const stop = jest.fn(() => Promise.resolve());
  await lifecycle.add('first', stop);
  await lifecycle.add('second', () => Promise.reject(new Error('stuck')));
  await expect(lifecycle.stop()).rejects.toThrow('stuck');
  expect(stop).toHaveBeenCalledTimes(1);
});

test('a part that is ready only after stopping has begun is stopped at once, and nothing follows', async () => {
  const lifecycle = new Lifecycle();
  await lifecycle.stop();
  const stop = jest.fn(() => Promise.resolve());
  await expect(lifecycle.add('late', stop)).rejects.toMatchObject({ name: 'AbortError' });
  expect(stop).toHaveBeenCalledWith('late');
});
