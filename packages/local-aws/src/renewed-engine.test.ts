import { setTimeout as delay } from 'node:timers/promises';
import { startRenewedEngine } from './renewed-engine';
import type { StdioEngine } from './stdio-engine';

const tool = { name: 'get_item', arguments: {} } as unknown as Parameters<StdioEngine['call']>[0];

/** Processes that note what they do, one after the other. Each takes a while to answer and to end. */
function processes() {
  const notes: string[] = [];
  const ends: ((how: string) => void)[] = [];
  let running = 0;
  const start = (): Promise<StdioEngine> => {
    const pid = ends.length + 1;
    running += 1;
    notes.push(`${pid} started, ${running} running`);
    let pending = 0;
    const exited = new Promise<string>((resolve) => ends.push(resolve));
    return Promise.resolve({
      ...{ pid, stdin: null, stdout: null, exited, silentMs: () => 0, ping: () => undefined },
      async call() {
        pending += 1;
        await delay(pid === 1 ? 5 : 1);
        pending -= 1;
        return { content: [{ text: String(pid) }] };
      },
      async stop() {
        await delay(1);
        notes.push(`${pid} stopped, ${pending} pending`);
        running -= 1;
        ends[pid - 1]?.('exited with code 0');
      },
    } as unknown as StdioEngine);
  };
  return { notes, ends, start };
}

const answeredBy = async (engine: StdioEngine) => (await engine.call(tool)).content?.[0]?.text;

test('each process takes its number of requests, answers them, and ends before the next one starts', async () => {
  const { notes, start } = processes();
  const engine = await startRenewedEngine(start, 3);
  const answers = await Promise.all(Array.from({ length: 7 }, () => answeredBy(engine)));
  expect(answers).toEqual(['1', '1', '1', '2', '2', '2', '3']);
  expect(engine.pid).toBe(3);
  await engine.stop();
  expect(notes).toEqual([
    '1 started, 1 running',
    '1 stopped, 0 pending',
    '2 started, 1 running',
    '2 stopped, 0 pending',
    '3 started, 1 running',
    '3 stopped, 0 pending',
  ]);
});

test('pings count, because the engine keeps them as well', async () => {
  const { start } = processes();
  const engine = await startRenewedEngine(start, 3);
  for (let i = 0; i < 3; i += 1) engine.ping();
  expect(await answeredBy(engine)).toBe('2');
});

test('has ended when a process ends by itself, and not when one is replaced', async () => {
  const { ends, start } = processes();
  const engine = await startRenewedEngine(start, 2);
  const ended = jest.fn();
  void engine.exited.then(ended);
  expect(await Promise.all([1, 2, 3].map(() => answeredBy(engine)))).toEqual(['1', '1', '2']);
  expect(ended).not.toHaveBeenCalled();
  ends[1]?.('was ended by SIGKILL');
  expect(await engine.exited).toBe('was ended by SIGKILL');
});

test('has ended when the next process can not be started', async () => {
  const { start } = processes();
  let starts = 0;
  const engine = await startRenewedEngine(
    () => ((starts += 1) === 1 ? start() : Promise.reject(new Error('no memory'))),
    1,
  );
  expect(await answeredBy(engine)).toBe('1');
  expect(await engine.exited).toBe('could not be started: no memory');
});

test('stopping while a process is replaced leaves none', async () => {
  const { notes, start } = processes();
  const engine = await startRenewedEngine(start, 1);
  await engine.call(tool);
  await engine.stop();
  expect(notes.filter((note) => note.includes('stopped'))).toHaveLength(2);
});
