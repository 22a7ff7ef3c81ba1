import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text as readAll } from 'node:stream/consumers';
import { EXIT, Failure } from './exit';

// Apps don't import apps: the program that knows data folders is run as it is built.
const PROGRAM = join(__dirname, '..', '..', 'local', 'dist', 'open.js');

/** The table in a data folder, as long as it is open. */
export interface OpenTable {
  readonly table: string;
  readonly endpoint: string;
  close(): Promise<void>;
}

const HELP = 'start the server in the folder of its data, or give --data-dir, or --table';

/**
 * The table of the server that runs on a data folder; where none runs, an engine is started on it until `close`.
 * @throws Failure where there is no log, or it can't be opened now
 */
export async function openDataDir(folder: string): Promise<OpenTable> {
  if (!existsSync(PROGRAM)) throw new Failure('the server is not built: run "npm run build"', EXIT.usage);
  const child = spawn(process.execPath, [PROGRAM, folder], { stdio: ['pipe', 'pipe', 'pipe'] });
  const ended = once(child, 'close') as Promise<[number | null]>;
  const complaints = readAll(child.stderr);
  const line = await Promise.race([
    once(createInterface(child.stdout), 'line') as Promise<[string]>,
    ended.then(() => [undefined] as const),
  ]);
  if (line[0] === undefined) {
    const [code] = await ended;
    const why = (await complaints).trim();
    throw code === EXIT.usage
      ? new Failure(`${why}: ${HELP}`, EXIT.usage)
      : new Failure(why || `the data folder ${folder} can't be opened`, EXIT.unreachable);
  }
  return {
    ...(JSON.parse(line[0]) as Pick<OpenTable, 'table' | 'endpoint'>),
    async close() {
      child.stdin.end();
      await ended;
    },
  };
}
