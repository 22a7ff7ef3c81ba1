import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { transformFileSync } from '@swc/core';
import { startGuarded } from './guarded-process';
import { eventually, isAlive, watchdogOf } from './testing/processes';

/** Runs until it is told to stop. */
const polite = `setInterval(() => {}, 1e6);`;
/** Does not listen, as a program that hangs; makes a file once it is deaf. */
const deaf = (file: string) =>
  `process.on('SIGTERM', () => {}); setInterval(() => {}, 1e6); require('fs').writeFileSync(${JSON.stringify(file)}, '');`;

/** The module as a program of its own can load it, without a build. */
const source = () =>
  transformFileSync(join(__dirname, 'guarded-process.ts'), {
    jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
    module: { type: 'commonjs' },
  }).code;

describe('a guarded process', () => {
  const folder = mkdtempSync(join(tmpdir(), 'guarded-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  test('is the program itself, and ends by SIGTERM', async () => {
    const child = startGuarded(process.execPath, ['-e', polite]);
    expect(isAlive(child.pid)).toBe(true);
    await child.stop();
    expect(isAlive(child.pid)).toBe(false);
  });

  test('leaves no watchdog behind, neither after stop nor after an end of its own', async () => {
    const stopped = startGuarded(process.execPath, ['-e', polite]);
    await eventually(() => watchdogOf(stopped.pid) !== undefined);
    const watchdog = watchdogOf(stopped.pid) as number;
    await stopped.stop();
    expect(isAlive(watchdog)).toBe(false);
    const ended = startGuarded(process.execPath, ['-e', '']);
    await ended.exited;
    expect(watchdogOf(ended.pid)).toBeUndefined();
  });

  test('is killed when SIGTERM does not end it', async () => {
    const file = join(folder, 'hangs');
    const child = startGuarded(process.execPath, ['-e', deaf(file)], { grace: 50 });
    await eventually(() => existsSync(file));
    await child.stop();
    expect(await child.exited).toBe('was ended by SIGKILL');
  });

  test.each([
    [
      'with the last line of its stderr',
      `console.error('first'); console.error('no luck'); process.exit(3)`,
      '3: no luck',
    ],
    [
      'with its error, and not the end of a stack trace',
      `throw new TypeError('no luck')`,
      '1: TypeError: no luck',
    ],
    ['in few words where it said nothing', `process.exit(4)`, '4'],
  ])('says how it ended, %s', async (_, program, how) => {
    expect(await startGuarded(process.execPath, ['-e', program]).exited).toBe(`exited with code ${how}`);
  });

  test('stops without complaint when it has ended already, and twice', async () => {
    const child = startGuarded(process.execPath, ['-e', '']);
    await child.exited;
    await Promise.all([child.stop(), child.stop()]);
  });

  test.each(['SIGKILL', 'SIGTERM'] as const)('does not outlive a parent that ends by %s', async (signal) => {
    const file = join(folder, signal);
    const start = `console.log(startGuarded(process.execPath, ['-e', ${JSON.stringify(deaf(file))}]).pid);`;
    const parent = spawn(process.execPath, ['-e', `${source()};${start}`], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(createInterface(parent.stdout), 'line')) as [string];
    const pid = Number(line);
    await eventually(() => existsSync(file));
    const watchdog = watchdogOf(pid) as number;
    expect(isAlive(pid) && isAlive(watchdog)).toBe(true);
    parent.kill(signal);
    await eventually(() => !isAlive(pid) && !isAlive(watchdog));
  });
});
