import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT, Failure } from '../exit';

const PROGRAM = join(__dirname, '..', '..', '..', 'replay', 'dist', 'main.js');

/** `replay`: the loader of retail lines, an application of its own; its arguments and exit codes go through. */
export async function replay(args: readonly string[]): Promise<void> {
  if (!existsSync(PROGRAM)) throw new Failure('the replay is not built: run "npm run build"', EXIT.usage);
  const child = spawn(process.execPath, [PROGRAM, ...args], { stdio: 'inherit' });
  // A Ctrl-C reaches both; the loader says what it means.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  const [code] = (await once(child, 'exit')) as [number | null];
  process.exitCode = code ?? EXIT.refused;
}
