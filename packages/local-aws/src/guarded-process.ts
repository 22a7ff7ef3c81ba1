import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Duplex, Readable, Writable } from 'node:stream';

/**
 * Starts "$@" and a watchdog beside it. The watchdog waits on a pipe (fd 3) whose other end only this process
 * holds: a line on it means that all is well and over, its end without a line that this process is gone, however
 * it went, SIGKILL included. `exec` keeps the pid, so that the child of this process is the program itself.
 * A pipe and a shell work alike on Linux and macOS, want no native module, and cost 1 MB where a guard in
 * JavaScript would cost 40. KILL and not TERM: nobody is left to wait for a graceful end, and both programs
 * that run under it are safe against it. Files that the program creates are readable by this user alone.
 */
const GUARD = 'umask 077; { read -r _ || kill -KILL $$; } <&3 >/dev/null & exec 3<&-; exec "$@"';

/** The last characters of stderr that are kept. */
const TAIL = 8_000;

export interface GuardedProcessOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** By default it reads nothing. */
  readonly stdin?: 'ignore' | 'pipe';
  /** Where its stdout goes, by default nowhere. Its stderr is kept to explain its end. */
  readonly stdout?: 'inherit' | 'ignore' | 'pipe';
  /** How long `stop` waits between SIGTERM and SIGKILL, in milliseconds. */
  readonly grace?: number;
}

/** A program that can't outlive this process. */
export interface GuardedProcess {
  readonly pid: number;
  /** Null unless piped. */
  readonly stdin: Writable | null;
  readonly stdout: Readable | null;
  /** Resolves when the program has ended, by `stop` or by itself, with one line such as `exited with code 1: Error: x`. */
  readonly exited: Promise<string>;
  /** SIGTERM, and SIGKILL where that does not end it in time. Resolves when nothing of it is left. */
  stop(): Promise<void>;
}

function explain(code: number | null, signal: NodeJS.Signals | null, tail: string): string {
  const lines = tail.split('\n').filter((line) => /^\S/.test(line));
  const telling = lines.findLast((line) => /error|exception/i.test(line));
  const how = signal === null ? `exited with code ${code}` : `was ended by ${signal}`;
  const why = telling ?? (signal === null ? lines.at(-1) : undefined);
  return why === undefined ? how : `${how}: ${why}`;
}

/** The watchdog waits for as long as the program lives, and is let go afterwards. Resolves when both are gone. */
function watch(child: ChildProcess): Promise<void> {
  const pipe = child.stdio[3] as Duplex;
  pipe.on('error', () => undefined).resume();
  child.once('exit', () => pipe.end('\n'));
  return once(child, 'close').then(() => undefined);
}

/**
 * Starts a program that ends with this process, whichever way this process ends, and that a Ctrl-C in the
 * terminal does not reach: it has a session of its own, so that it is this process that stops it, in order.
 * @throws when the shell can't be started
 */
export function startGuarded(
  command: string,
  args: readonly string[],
  { env = process.env, cwd, stdin = 'ignore', stdout = 'ignore', grace = 10_000 }: GuardedProcessOptions = {},
): GuardedProcess {
  const child = spawn('/bin/sh', ['-c', GUARD, 'guard', command, ...args], {
    detached: true,
    env,
    stdio: [stdin, stdout, 'pipe', 'pipe'],
    ...(cwd !== undefined && { cwd }),
  });
  if (child.pid === undefined) throw new Error(`/bin/sh can not be started for ${command}`);
  let tail = '';
  child.stderr?.on('data', (chunk: Buffer) => (tail = (tail + chunk.toString()).slice(-TAIL)));
  const closed = watch(child);
  const exited = once(child, 'exit').then(async ([code, signal]) => {
    await closed;
    return explain(code as number | null, signal as NodeJS.Signals | null, tail);
  });
  return {
    pid: child.pid,
    stdin: child.stdin,
    stdout: child.stdout,
    exited,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
      const force = setTimeout(() => child.kill('SIGKILL'), grace);
      await exited;
      clearTimeout(force);
    },
  };
}
