import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Application } from './application';

/** Starts applications on data folders of their own, until all are stopped. */
export function applications(subject: string) {
  const folder = mkdtempSync(join(tmpdir(), `hindsight-${subject}-`));
  const started: Application[] = [];
  const start = async (
    name: string,
    env: Record<string, string> = {},
    log?: string,
  ): Promise<Application> => {
    const application = await Application.start({ DATA_DIR: join(folder, name), ...env }, log);
    started.push(application);
    return application;
  };
  return {
    folder,
    start,
    /** On the port and the data of one before. */
    again(port: number, name: string): Application {
      const application = new Application(port, { DATA_DIR: join(folder, name) });
      started.push(application);
      return application;
    },
    startAndWait: async (name: string, env?: Record<string, string>, log?: string) =>
      (await start(name, env, log)).ready(),
    async stopAll() {
      await Promise.all(started.map((application) => application.stop()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export const received = { eventType: 'productReceived', quantity: '5', unitPrice: '$4' };

export async function append(url: string, productId: string, event: object = received): Promise<number> {
  const response = await fetch(`${url}/products/${productId}/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(event),
  });
  await response.arrayBuffer();
  return response.status;
}

export async function quantity(url: string, productId: string): Promise<string> {
  const response = await fetch(`${url}/products/${productId}/state`);
  return ((await response.json()) as { state: { quantity: string } }).state.quantity;
}
