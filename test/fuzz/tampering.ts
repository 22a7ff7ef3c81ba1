import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer, text } from 'node:stream/consumers';

export interface Tampered {
  readonly status: number;
  readonly body: string;
}

/** Sends a request on as it came; `fetch` refuses some methods. A stream of events has no end to wait for. */
async function forward(
  url: string,
  request: IncomingMessage,
  body: Buffer,
): Promise<[IncomingMessage, string]> {
  const { method, headers } = request;
  const sent = httpRequest(url, { method, headers: { ...headers, 'accept-encoding': 'identity' } }).end(body);
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  if (!answer.headers['content-type']?.startsWith('text/event-stream')) return [answer, await text(answer)];
  answer.destroy();
  return [answer, ''];
}

const CONNECTION = ['content-length', 'transfer-encoding', 'connection', 'keep-alive'];

/** A server in front of another that changes some of its answers, as a mistake in the code would. */
export async function tamperingWith(
  url: string,
  change: (path: string, method: string, answer: Tampered) => Tampered,
): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const server = createServer((request, response) => {
    void (async () => {
      const { method = 'GET', url: target = '/' } = request;
      const [answer, body] = await forward(url + target, request, await buffer(request));
      const changed = change(target, method, { status: answer.statusCode ?? 0, body });
      const kept = Object.entries(answer.headers).filter(([name]) => !CONNECTION.includes(name));
      response.writeHead(changed.status, Object.fromEntries(kept)).end(changed.body);
    })().catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
