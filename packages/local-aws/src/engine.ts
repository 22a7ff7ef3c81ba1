import { setTimeout as delay } from 'node:timers/promises';
import { startGuarded, type GuardedProcess } from './guarded-process';
import { probePort } from './ports';

/** A DynamoDB engine that runs as a child process and ends with this process. */
export interface DynamoDbEngine extends GuardedProcess {
  /** The endpoint, such as `http://127.0.0.1:8000`. */
  readonly endpoint: string;
}

/** The address on which an engine should listen. */
export interface Address {
  /** 127.0.0.1 by default. */
  readonly host?: string;
  /** Defaults to any free port. */
  readonly port?: number;
}

/** The engine did not start, or did not answer in time. The message is one line. */
export class DynamoDbEngineFailed extends Error {
  override readonly name = 'DynamoDbEngineFailed';
}

const POLL = 10;

/** Any HTTP response proves that the engine is listening. */
async function answers(endpoint: string): Promise<boolean> {
  try {
    await (await fetch(endpoint, { signal: AbortSignal.timeout(1_000) })).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}

/** The program and its arguments that run an engine on an address. */
export type EngineCommand = (host: string, port: number) => { command: string; args: string[]; cwd?: string };

/** How many free ports to try. Another process may take a port between our check and the engine's start. */
const TRIES = 3;

async function start(
  host: string,
  port: number,
  run: EngineCommand,
  patience: number,
): Promise<DynamoDbEngine> {
  const { command, args, cwd } = run(host, port);
  const child = startGuarded(command, args, { ...(cwd !== undefined && { cwd }) });
  let end: string | undefined;
  void child.exited.then((how) => (end = how));
  const endpoint = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  const deadline = Date.now() + patience;
  while (!(await answers(endpoint))) {
    if (end !== undefined) throw new DynamoDbEngineFailed(`the DynamoDB engine did not start: it ${end}`);
    if (Date.now() > deadline) {
      await child.stop();
      throw new DynamoDbEngineFailed(
        `the DynamoDB engine did not answer on ${endpoint} within ${patience} ms`,
      );
    }
    await delay(POLL);
  }
  return { ...child, endpoint };
}

/**
 * Runs an engine and waits until it answers.
 * @param patience how long to wait for it, in milliseconds
 * @throws DynamoDbEngineFailed
 */
export async function startEngine(
  { host = '127.0.0.1', port }: Address,
  run: EngineCommand,
  patience: number,
  tries = TRIES,
): Promise<DynamoDbEngine> {
  const free = await probePort(host, port).catch((error: unknown) => {
    const { code } = error as NodeJS.ErrnoException;
    throw new DynamoDbEngineFailed(
      `the DynamoDB engine can not listen on ${host}:${port ?? 'any port'} (${code})`,
    );
  });
  try {
    return await start(host, free, run, patience);
  } catch (error) {
    const taken =
      port === undefined && error instanceof DynamoDbEngineFailed && /in use/i.test(error.message);
    if (taken && tries > 1) return startEngine({ host }, run, patience, tries - 1);
    throw error;
  }
}
