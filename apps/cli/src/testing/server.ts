import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ImportEvent } from '../import/events';
import type { MemoryLog } from './log';

/** Serves a log in memory over as much of the HTTP API as the import uses; answers its address and how to end it. */
export async function serveLog(log: MemoryLog): Promise<{ url: string; close: () => Promise<void> }> {
  const server = createServer((request, response) => {
    const [, , productId = ''] = (request.url ?? '').split('/');
    const answer = (status: number, body: unknown) => response.writeHead(status).end(JSON.stringify(body));
    let body = '';
    request.setEncoding('utf8').on('data', (part: string) => (body += part));
    request.on('end', () => {
      if (request.url === '/healthz') answer(200, {});
      else if (request.method === 'GET')
        void stateOf(log, productId).then((found) => answer(found ? 200 : 404, found ?? {}));
      else
        void append(log, productId, JSON.parse(body) as ImportEvent[]).then((reply) =>
          answer(reply.status, reply.body),
        );
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

async function stateOf(log: MemoryLog, productId: string) {
  const head = await log.head(productId);
  if (head === undefined) return undefined;
  const { version, quantity, lastEventId: eventId, lastEventVersion } = head;
  return { version, state: { quantity }, lastEvent: { eventId, version: lastEventVersion } };
}

async function append(log: MemoryLog, productId: string, events: readonly ImportEvent[]) {
  const answer = await log.append(productId, events);
  if (!answer.stored)
    return { status: 409, body: { type: `/problems/${answer.problem}`, title: answer.why } };
  return {
    status: answer.known ? 200 : 201,
    body: { events: answer.versions.map((version) => ({ version })) },
  };
}
