import type { RunningServer } from '../support/processes';

/** In the place of a server of one's own: the deployed one. It can't be restarted, and goes on. */
export function startServer(): Promise<RunningServer> {
  const url = process.env['DEPLOYED_URL'];
  if (url === undefined) throw new Error('DEPLOYED_URL is not set');
  const ended = new Promise<never>(() => undefined);
  return Promise.resolve({ url, pid: 0, ended, stop: () => Promise.resolve() });
}
