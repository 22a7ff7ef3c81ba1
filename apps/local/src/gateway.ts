import { setTimeout as delay } from 'node:timers/promises';
import { probePort, startGuarded, type GuardedProcess } from '@hindsight/local-aws';
import { StartError } from './settings';

/** The program that the gateway's package exports. */
function programOf(): string {
  try {
    return require.resolve('@hindsight/gateway/server');
  } catch {
    throw new StartError('the gateway is not built: run "npm run build"');
  }
}

/** In MB; far more than it needs, and less than V8's default on a machine with much memory. */
const HEAP = 192;
/** The gateway gives the requests in flight 25 seconds. */
const GRACE = 30_000;
const PATIENCE = 30_000;
const POLL = 20;
/** How long a run that was just killed may take to release its port. */
const LINGER = 1_000;

/** The local URL of a server that listens on a host. */
export function urlOf(host: string, port: number): string {
  const reachable = { '0.0.0.0': '127.0.0.1', '::': '::1' }[host] ?? host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}

/**
 * Checks that the gateway will be able to listen, before anything else is started.
 * @throws StartError
 */
export async function checkPort(host: string, port: number, deadline = Date.now() + LINGER): Promise<void> {
  try {
    await probePort(host, port);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== 'EADDRINUSE')
      throw new StartError(`HOST ${host} and PORT ${port} can not be used: ${message}`);
    if (Date.now() > deadline) throw new StartError(`port ${port} of ${host} is taken; set PORT to another`);
    await delay(POLL);
    await checkPort(host, port, deadline);
  }
}

/** Starts the gateway's process. @throws StartError when it is not built */
export function startGateway(env: NodeJS.ProcessEnv): GuardedProcess {
  return startGuarded(process.execPath, [`--max-old-space-size=${HEAP}`, programOf()], {
    env,
    stdout: 'inherit',
    grace: GRACE,
  });
}

async function isReady(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(5_000) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}

/**
 * Waits until the gateway is connected to its table and its state machine.
 * @param exited the end of its process
 * @throws StartError if the process ends instead, or takes too long
 */
export async function untilReady(url: string, signal: AbortSignal, exited: Promise<string>): Promise<void> {
  const deadline = Date.now() + PATIENCE;
  let end: string | undefined;
  void exited.then((how) => (end = how));
  while (!(await isReady(url))) {
    if (end !== undefined) throw new StartError(`the gateway ${end}`);
    if (Date.now() > deadline)
      throw new StartError(`the gateway is not ready after ${PATIENCE / 1_000} seconds`);
    await delay(POLL, undefined, { signal });
  }
}
