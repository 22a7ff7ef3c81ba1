import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '../..');
const program = join(root, 'apps/cli/bin/hindsight.cjs');
const SAMPLED_EVERY_MS = 100;

export interface Ran {
  readonly code: number | null;
  readonly output: string;
  readonly seconds: number;
  /** The most memory that the command itself had, in MB; 0 where Linux does not say it. */
  readonly megabytes: number;
}

/** The most memory that a process has had so far, in MB. */
function peakOf(pid: number): number {
  try {
    const [, kilobytes = '0'] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Math.round(Number(kilobytes) / 1024);
  } catch {
    return 0;
  }
}

/** Runs the built command line. @param killAfterMs kill it without warning */
export async function hindsight(args: readonly string[], killAfterMs?: number): Promise<Ran> {
  const begun = performance.now();
  const child = spawn(process.execPath, [program, ...args], {
    cwd: root,
    env: { ...process.env, DYNAMODB_ENDPOINT: '', SETTLE_SECONDS: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [output, megabytes] = ['', 0];
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output = (output + text).slice(-100_000)));
  const sampling = setInterval(() => {
    megabytes = Math.max(megabytes, peakOf(child.pid ?? 0));
  }, SAMPLED_EVERY_MS);
  const killing =
    killAfterMs === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfterMs);
  const [code] = (await once(child, 'close')) as [number | null];
  clearInterval(sampling);
  clearTimeout(killing);
  return { code, output, megabytes, seconds: (performance.now() - begun) / 1000 };
}

/** Runs the command line, and throws if it does not succeed. */
export async function succeed(args: readonly string[]): Promise<Ran> {
  const ran = await hindsight(args);
  if (ran.code !== 0) throw new Error(`hindsight ${args.join(' ')} ended with ${ran.code}:\n${ran.output}`);
  return ran;
}

/** A figure of an import's summary. */
export function figure(output: string, name: string): number {
  const found = new RegExp(`^${name} +([\\d,]+)`, 'm').exec(output);
  if (found === null) throw new Error(`the summary has no ${name}:\n${output}`);
  return Number(found[1]?.replaceAll(',', ''));
}
