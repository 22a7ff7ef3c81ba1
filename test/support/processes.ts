import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const root = join(__dirname, '../..');
const READY_WITHIN_MS = 20_000;

/** What a process said, and how it ended. */
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

/**
 * Starts the built server on a free port with its data in a folder; throws what it said when it does not get ready.
 * @param settings environment variables besides
 */
export async function startServer(
  dataDir: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<RunningServer> {
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
  const url = `http://127.0.0.1:${port}`;
  const ready = await Promise.race([isReady(url), ended.then(() => false)]);
  if (!ready) {
    child.kill('SIGTERM');
    throw new Error(`the server did not get ready: ${(await ended).output}`);
  }
  return {
    url,
    pid: child.pid ?? 0,
    ended,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** Starts the built replay of a file. */
export function startReplay(file: string, url: string, ...options: readonly string[]) {
  const main = join(root, 'apps/replay/dist/main.js');
  const child = spawn(process.execPath, [main, file, '--url', url, ...options], { cwd: root });
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

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
