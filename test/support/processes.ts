import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const root = join(__dirname, '../..');
/** Far longer than it takes: machines are loaded. */
const READY_WITHIN_MS = 90_000;

/** The output of a process, and its exit status. */
export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** A server as `npm start` runs it. */
export interface RunningServer {
  readonly url: string;
  /** Of the process that the others descend from. */
  readonly pid: number;
  readonly ended: Promise<Ended>;
  stop(): Promise<void>;
}

/** A server that is starting, and may or may not become ready. */
export interface StartedServer extends RunningServer {
  /** True when it answers; false if it ended or takes too long. */
  readonly ready: Promise<boolean>;
}

/**
 * Starts the built server on a free port with its data in a folder.
 * @param settings environment variables besides
 */
export async function launchServer(
  dataDir: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<StartedServer> {
  const port = await freePort();
  const env = {
    ...process.env,
    PORT: String(port),
    HOST: '127.0.0.1',
    DATA_DIR: dataDir,
    // A database of the developer's own is no place for this.
    DYNAMODB_ENDPOINT: '',
    LOG_LEVEL: 'warn',
    ...settings,
  };
  const child = spawn(process.execPath, [join(root, 'apps/local/dist/main.js')], { cwd: root, env });
  const ended = endOf(child);
  const url = `http://127.0.0.1:${env.PORT}`;
  return {
    url,
    pid: child.pid ?? 0,
    ended,
    ready: Promise.race([isReady(url), ended.then(() => false)]),
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** Starts the built server; throws its output if it does not become ready. */
export async function startServer(
  dataDir: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<RunningServer> {
  const server = await launchServer(dataDir, settings);
  if (await server.ready) return server;
  await server.stop();
  throw new Error(`the server did not get ready: ${(await server.ended).output}`);
}

/** A process of a server. */
export interface Part {
  readonly pid: number;
  readonly role: 'supervisor' | 'gateway' | 'engine' | 'guard' | 'worker';
  /** Resident, in KB. */
  readonly memory: number;
}

function roleOf(args: string): Part['role'] {
  // A watchdog's command line contains that of its program.
  if (args.startsWith('/bin/sh')) return 'guard';
  if (args.includes('apps/local/dist/main.js')) return 'supervisor';
  if (args.includes('gateway/dist/main.js')) return 'gateway';
  return args.includes('dynoxide') ? 'engine' : 'worker';
}

/** A process and all that descend from it, as the system lists them. */
export function partsOf(root: number): Part[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,rss=,args='], { encoding: 'utf8' }).split('\n');
  const all = lines.flatMap((line) => {
    const [, pid, parent, memory, args = ''] = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S.*)$/.exec(line) ?? [];
    const part = { pid: Number(pid), role: roleOf(args), memory: Number(memory) };
    return args === '' || args.includes('<defunct>') ? [] : [{ ...part, parent: Number(parent) }];
  });
  const found = all.filter(({ pid }) => pid === root);
  for (const { pid } of found) found.push(...all.filter(({ parent }) => parent === pid));
  return found;
}

/** Starts the built command line's import of a file. */
export function startImport(file: string, url: string, ...options: readonly string[]) {
  const program = join(root, 'apps/cli/bin/hindsight.cjs');
  const args = [program, 'import', file, '--url', url, ...options];
  const child = spawn(process.execPath, args, { cwd: root });
  return { interrupt: () => void child.kill('SIGINT'), ended: endOf(child) };
}

async function endOf(child: ChildProcess): Promise<Ended> {
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output };
}

async function isReady(url: string): Promise<boolean> {
  const until = Date.now() + READY_WITHIN_MS;
  while (Date.now() < until) {
    const status = await fetch(`${url}/readyz`).then(
      (response) => response.status,
      () => 0,
    );
    if (status === 200) return true;
    await pause(50);
  }
  return false;
}

export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
