import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const PROGRAM = join(__dirname, '../../apps/cli/bin/hindsight.cjs');

/** The exit code and the output of the command line. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly complaints: string;
}

export interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves when a line of the output or of the complaints has it; rejects when it ends before. */
  says(what: string | RegExp): Promise<void>;
}

/** Starts the built command line, without the settings in the tester's environment. */
export function startHindsight(args: readonly string[], env: Record<string, string> = {}): Started {
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    env: { ...process.env, TABLE_NAME: '', DYNAMODB_ENDPOINT: '', DATA_DIR: '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, complaints] = ['', ''];
  child.stdout.on('data', (chunk) => (out += String(chunk)));
  child.stderr.on('data', (chunk) => (complaints += String(chunk)));
  const ended = (once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>).then(
    ([code, signal]) => ({ code, signal, out, complaints }),
  );
  return {
    child,
    ended,
    says: (what) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (new RegExp(what).test(out + complaints)) resolve();
        };
        for (const stream of [child.stdout, child.stderr]) stream.on('data', look);
        void ended.then(() => reject(new Error(`it ended without saying ${what}: ${out}${complaints}`)));
        look();
      }),
  };
}

export const runHindsight = (args: readonly string[], env: Record<string, string> = {}): Promise<Ended> =>
  startHindsight(args, env).ended;

/** Receives this many crates, by the command line: event `r<quantity>`. */
export async function receive(url: string, quantity: number): Promise<void> {
  const event = { eventId: `r${quantity}`, eventType: 'productReceived', quantity, unitPrice: '$4' };
  const args = ['append', 'crate', JSON.stringify(event), '--url', url];
  expect(await runHindsight(args)).toMatchObject({ code: 0 });
}
