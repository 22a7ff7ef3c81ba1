import { Agent, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

export interface Course {
  readonly name: string;
  readonly times: number[];
  readonly statuses: Record<string, number>;
}

const EVENT = JSON.stringify({ eventType: 'productReceived', quantity: 1 });
const BETWEEN_MS = 100;
const LONGEST_MS = 30_000;

function send(port: number, agent: Agent, method: 'GET' | 'POST', path: string): Promise<string> {
  return new Promise((resolve) => {
    const headers =
      method === 'POST' ? { 'Content-Type': 'application/json', 'Content-Length': EVENT.length } : {};
    const sent = request(
      { host: '127.0.0.1', port, agent, method, path, headers, timeout: LONGEST_MS },
      (response) => {
        response.resume().on('end', () => resolve(String(response.statusCode)));
      },
    );
    sent.on('timeout', () => sent.destroy());
    sent.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'error'));
    sent.end(method === 'POST' ? EVENT : undefined);
  });
}

/** One connection, which is open before the siege begins: Node takes new ones slowly, one in each turn of its loop. */
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

/** An ordinary client, which reads a state and appends an event in turn, until the signal says otherwise. */
export async function standBy(port: number, end: AbortSignal): Promise<Course[]> {
  const courses: Course[] = ['state', 'append'].map((name) => ({ name, times: [], statuses: {} }));
  while (!end.aborted) {
    for (const { name, times, statuses } of courses) {
      const began = performance.now();
      const status =
        name === 'state'
          ? await send(port, agent, 'GET', '/products/bystander/state')
          : await send(port, agent, 'POST', '/products/bystander/events');
      times.push(performance.now() - began);
      statuses[status] = (statuses[status] ?? 0) + 1;
    }
    await pause(BETWEEN_MS);
  }
  return courses;
}

export function percentile(times: readonly number[], share: number): string {
  const sorted = times.toSorted((a, b) => a - b);
  return `${(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(0)} ms`;
}
