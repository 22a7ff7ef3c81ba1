import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { probePort } from '@hindsight/local-aws';

const root = join(__dirname, '../..');

/** Waits until a condition holds. */
export async function eventually(holds: () => boolean | Promise<boolean>, patience = 30_000): Promise<void> {
  const deadline = Date.now() + patience;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`not so after ${patience} ms: ${holds.toString()}`);
    await delay(20);
  }
}

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly state: string;
  readonly command: string;
}

function processes(): Process[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,stat=,args='], { encoding: 'utf8' }).split('\n');
  return lines.flatMap((line) => {
    const [, pid, parent, state = '', command = ''] = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(\S.*)$/.exec(line) ?? [];
    return state === '' || state.startsWith('Z')
      ? []
      : [{ pid: Number(pid), parent: Number(parent), state, command }];
  });
}

/** All that descends from a process, and itself. */
function treeOf(pid: number): Process[] {
  const all = processes();
  const tree = all.filter((each) => each.pid === pid);
  for (const { pid: parent } of tree) tree.push(...all.filter((each) => each.parent === parent));
  return tree;
}

/** How a process ended, and what it said until then. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The application as `npm start` runs it, in a process group of its own, as a terminal would have it. */
export class Application {
  readonly ended: Promise<Ended>;
  private readonly child;
  private stdout = '';
  private stderr = '';
  private tree: Process[] = [];

  constructor(
    readonly port: number,
    env: Record<string, string>,
    /** A file for its standard output. */
    private readonly log?: string,
  ) {
    this.child = spawn(process.execPath, [join(root, 'apps/local/dist/main.js')], {
      cwd: root,
      detached: true,
      env: { ...process.env, HOST: '', DYNAMODB_ENDPOINT: '', LOG_LEVEL: 'warn', PORT: String(port), ...env },
      stdio: ['ignore', log === undefined ? 'pipe' : openSync(log, 'a'), 'pipe'],
    });
    this.child.stdout?.on('data', (chunk: Buffer) => (this.stdout += chunk.toString()));
    this.child.stderr?.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()));
    this.ended = once(this.child, 'close').then(([code, signal]) => ({
      code: code as number | null,
      signal: signal as NodeJS.Signals | null,
      stdout: this.stdout,
      stderr: this.stderr,
    }));
  }

  /** On a free port. */
  static async start(env: Record<string, string>, log?: string): Promise<Application> {
    return new Application(await probePort('127.0.0.1'), env, log);
  }

  get pid(): number {
    return this.child.pid as number;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** What it printed so far. */
  get output(): string {
    return this.log === undefined ? this.stdout : readFileSync(this.log, 'utf8');
  }

  /** Waits until it says where it listens. @throws what it said where it ended instead */
  async ready(): Promise<this> {
    const ended = this.ended.then(({ stderr }) => {
      throw new Error(`it did not get ready: ${stderr}`);
    });
    await Promise.race([eventually(() => this.output.includes('listens on')), ended]);
    this.remember();
    return this;
  }

  /** Looks who belongs to it now, so that it can be told later whether they are gone. */
  remember(): void {
    this.tree = treeOf(this.pid);
  }

  /** All of its processes now. */
  pids(): number[] {
    return treeOf(this.pid).map(({ pid }) => pid);
  }

  /** The process of a part that runs now. */
  seek(text: string): number | undefined {
    const tree = treeOf(this.pid);
    return tree.find(({ command, parent }) => parent === this.pid && command.includes(text))?.pid;
  }

  /** The process of a part, by what its command line holds. */
  part(text: string): number {
    const found = this.tree.find(({ command, parent }) => parent === this.pid && command.includes(text));
    if (found === undefined) throw new Error(`no ${text} among ${JSON.stringify(this.tree)}`);
    return found.pid;
  }

  /** Commands of those that were seen to belong to it and still run. */
  remains(): string[] {
    const running = processes();
    return this.tree
      .filter(({ pid, command }) => running.some((each) => each.pid === pid && each.command === command))
      .map(({ command }) => command);
  }

  signal(signal: NodeJS.Signals): void {
    process.kill(this.pid, signal);
  }

  /** As Ctrl-C does: to the whole process group. */
  interrupt(): void {
    process.kill(-this.pid, 'SIGINT');
  }

  async stop(): Promise<Ended> {
    this.child.kill('SIGTERM');
    return this.ended;
  }
}
