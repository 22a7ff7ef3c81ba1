import { Agent, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import type { Ask, Mix } from './mix';

/** How one request went. `status` 0: the connection broke, or no answer came within the patience. */
export interface Answered {
  readonly ask: Ask;
  readonly status: number;
  readonly retryAfter: boolean;
  /** Milliseconds from when it was due. */
  readonly took: number;
  /** When it was due, in milliseconds since the process began. */
  readonly at: number;
}

const PATIENCE = 60_000;

/** A client with as many connections as it has requests under way. */
export class Sender {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: Infinity });

  constructor(readonly url: string) {}

  send(ask: Ask, due = performance.now()): Promise<Answered> {
    const { method, path, body } = ask;
    return new Promise((resolve) => {
      const end = (status: number, retryAfter = false) => {
        const now = performance.now();
        resolve({ ask, status, retryAfter, took: now - due, at: due });
      };
      const headers = { 'content-type': 'application/json' };
      const options = { method, agent: this.#agent, headers, signal: AbortSignal.timeout(PATIENCE) };
      const sent = request(`${this.url}${path}`, options, (response) => {
        response
          .resume()
          .on('end', () => end(response.statusCode ?? 0, 'retry-after' in response.headers))
          .on('error', () => end(0));
      });
      sent.on('error', () => end(0)).end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** So many clients, each one request after another. @returns answers a second */
export async function capacityOf(
  sender: Sender,
  mix: Mix,
  seconds: number,
  clients: number,
): Promise<number> {
  const end = performance.now() + seconds * 1000;
  let answered = 0;
  const client = async () => {
    while (performance.now() < end) {
      const { status } = await sender.send(mix.next());
      if (status >= 200 && status < 300) answered += 1;
      else await pause(50);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  return answered / seconds;
}

/** Sends at a rate, whether answers come or not. */
export async function openLoop(
  sender: Sender,
  mix: Mix,
  { rate, seconds }: { readonly rate: number; readonly seconds: number },
  onAnswer: (answered: Answered) => void,
): Promise<void> {
  const underWay = new Set<Promise<void>>();
  const began = performance.now();
  for (let sent = 0; sent < rate * seconds;) {
    const due = Math.min(rate * seconds, ((performance.now() - began) / 1000) * rate);
    for (; sent < due; sent += 1) {
      const work: Promise<void> = sender.send(mix.next(), began + (sent / rate) * 1000).then((answered) => {
        underWay.delete(work);
        onAnswer(answered);
      });
      underWay.add(work);
    }
    await pause(5);
  }
  await Promise.all(underWay);
}
