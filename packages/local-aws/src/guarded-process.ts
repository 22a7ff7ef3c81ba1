import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Duplex, Readable, Writable } from 'node:stream';

/**
 * Starts "$@" and a watchdog. The watchdog reads a pipe (fd 3); only this process has the other end. A line
 * means a normal stop. End of file without a line means that this process died, possibly by SIGKILL, and the
 * watchdog kills the program. `exec` keeps the pid, so the program itself is our child. A pipe and a shell
 * work alike on Linux and macOS, require no native module, and cost 1 MB; a watchdog in JavaScript would cost
 * 40. The signal is KILL, not TERM: no process is left to wait for a graceful shutdown, and both programs
 * that run under it survive a SIGKILL. Only this user can read files that the program creates.
 */
const GUARD = 'umask 077; { read -r _ || kill -KILL $$; } <&3 >/dev/null & exec 3<&-; exec "$@"';

/** The last characters of stderr that are kept. */
const TAIL = 8_000;

export interface GuardedProcessOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** By default it reads nothing. */
  readonly stdin?: 'ignore' | 'pipe';
  /** The destination of its stdout; discarded by default. Its stderr is kept to explain why it ended. */
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
  /**
   * Resolves when the program has ended, by `stop` or by itself, with one line such as `exited with code 1:
   * Error: x`.
   */
  readonly exited: Promise<string>;
  /**
   * Sends SIGTERM, then SIGKILL if the program does not end in time. Resolves when all its processes have
   * ended.
   */
  stop(): Promise<void>;
}

function explain(code: number | null, signal: NodeJS.Signals | null, tail: string): string {
  const lines = tail.split('\n').filter((line) => /^\S/.test(line));
  const telling = lines.findLast((line) => /error|exception/i.test(line));
  const how = signal === null ? `exited with code ${code}` : `was ended by ${signal}`;
  const why = telling ?? (signal === null ? lines.at(-1) : undefined);
  return why === undefined ? how : `${how}: ${why}`;
}

/** The watchdog runs as long as the program and is then released. Resolves when both have ended. */
function watch(child: ChildProcess): Promise<void> {
  const pipe = child.stdio[3] as Duplex;
  pipe.on('error', () => undefined).resume();
  child.once('exit', () => pipe.end('\n'));
  return once(child, 'close').then(() => undefined);
}

/**
 * Starts a program that ends with this process, in whatever way this process ends. The program has a session
 * of its own, so a Ctrl-C in the terminal does not reach it; this process stops it in order.
 * @throws if the shell can't be started
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
