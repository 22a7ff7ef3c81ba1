import { execFileSync } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';

/** Waits until a condition holds; fails after some seconds. For tests. */
export async function eventually(holds: () => boolean | Promise<boolean>, patience = 10_000): Promise<void> {
  const deadline = Date.now() + patience;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`not so after ${patience} ms: ${holds.toString()}`);
    await delay(10);
  }
}

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly state: string;
}

const processes = (): Process[] =>
  execFileSync('ps', ['-A', '-o', 'pid=,ppid=,stat='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .map(([pid, parent, state = '']) => ({ pid: Number(pid), parent: Number(parent), state }));

/** Whether a process runs; one that has ended and was not collected by its parent yet does not. */
export const isAlive = (pid: number): boolean =>
  processes().some((each) => each.pid === pid && !each.state.startsWith('Z'));

/** The watchdog of a guarded process. */
export const watchdogOf = (pid: number): number | undefined =>
  processes().find(({ parent }) => parent === pid)?.pid;
