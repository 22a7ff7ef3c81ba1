import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

export interface Tampered {
  readonly status: number;
  readonly body: string;
}

/** A stream of events has no end to wait for. */
async function textOf(answer: Response): Promise<string> {
  if (!answer.headers.get('content-type')?.startsWith('text/event-stream')) return answer.text();
  await answer.body?.cancel();
  return '';
}

/** A server in front of another that changes some of its answers, as a mistake in the code would. */
export async function tamperingWith(
  url: string,
  change: (path: string, method: string, answer: Tampered) => Tampered,
): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const server = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const { method = 'GET', url: target = '/' } = request;
      const headers = Object.entries(request.headers).flatMap(([name, value]) =>
        ['connection', 'host', 'content-length', 'expect', 'transfer-encoding'].includes(name)
          ? []
          : [[name, String(value)] as [string, string]],
      );
      const body = chunks.length > 0 && !['GET', 'HEAD'].includes(method) ? Buffer.concat(chunks) : null;
      const answer = await fetch(url + target, { method, headers, body });
      const { status, body: text } = change(target, method, {
        status: answer.status,
        body: await textOf(answer),
      });
      const kept = [...answer.headers].filter(
        ([name]) =>
          !['content-length', 'content-encoding', 'transfer-encoding', 'connection', 'keep-alive'].includes(
            name,
          ),
      );
      response.writeHead(status, Object.fromEntries(kept)).end(text);
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
