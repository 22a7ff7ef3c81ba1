import { eventually } from './application';
import { append, applications, quantity } from './applications';

// Each start takes a second or two on a free machine, and many times that on a busy one.
jest.setTimeout(90_000);

const { startAndWait, stopAll } = applications('restart');
afterAll(stopAll);

/** Waits until an append is stored again; how long that took, in milliseconds. */
async function untilStored(url: string, productId: string): Promise<number> {
  const began = performance.now();
  await eventually(
    () =>
      append(url, productId).then(
        (status) => status === 201,
        () => false,
      ),
    20_000,
  );
  return performance.now() - began;
}

describe.each([
  ['gateway', 'gateway/dist/main.js', 'the gateway was ended by SIGKILL; it is started again'],
  ['engine', 'dynoxide', 'the DynamoDB engine was ended by SIGKILL; it is started again'],
])('when the %s is killed', (name, command, line) => {
  test('it is started again within seconds, and the log says so', async () => {
    const application = await startAndWait(name);
    expect(await append(application.url, 'thing')).toBe(201);
    process.kill(application.part(command), 'SIGKILL');
    expect(await untilStored(application.url, 'thing')).toBeLessThan(15_000);
    expect(await quantity(application.url, 'thing')).toBe('10');
    await eventually(() => application.output.includes(line));
    application.remember();
    expect(await application.stop()).toMatchObject({ code: 0, stderr: '' });
    expect(application.remains()).toEqual([]);
  });
});

test('a gateway that ends again and again ends everything, with one line', async () => {
  const application = await startAndWait('hopeless');
  const state = { ended: false };
  void application.ended.then(() => (state.ended = true));
  const gateway = () => application.seek('gateway/dist/main.js');
  // Each wait ends with the application: one that went on would keep the worker alive.
  for (;;) {
    await eventually(() => state.ended || gateway() !== undefined);
    if (state.ended) break;
    const pid = gateway();
    if (pid !== undefined) process.kill(pid, 'SIGKILL');
    await eventually(() => state.ended || pid === undefined || gateway() !== pid);
  }
  const { code, stderr } = await application.ended;
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: 'hindsight: the gateway ended 6 times within 60 seconds; at last it was ended by SIGKILL\n',
  });
});
