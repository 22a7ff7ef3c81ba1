import {
  Agent,
  createServer,
  request,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

/** Stands between the import and the server, so that a test can act at an exact request. */
export class Relay {
  /** Told of each append when the server has answered it; 'lose' hangs up in place of the answer. */
  onAppended: (count: number) => 'pass' | 'lose' = () => 'pass';
  /** Appends wait for it before they are passed on. */
  gate: Promise<void> = Promise.resolve();
  /** Says whether to hide a product's state, as though the log knew nothing of it. */
  hides: (path: string) => boolean = () => false;

  private appends = 0;
  private readonly agent = new Agent({ keepAlive: true });
  private readonly server: Server;

  constructor(private readonly target: string) {
    this.server = createServer((incoming, outgoing) => void this.pass(incoming, outgoing));
  }

  /** Answers the address to send to. */
  async open(): Promise<string> {
    await new Promise<void>((listening) => this.server.listen(0, '127.0.0.1', listening));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.agent.destroy();
    this.server.closeAllConnections();
    await new Promise((closed) => this.server.close(closed));
  }

  private async pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { method = 'GET', url = '/', headers } = incoming;
    if (method === 'POST') await this.gate;
    if (method === 'GET' && this.hides(url)) {
      outgoing.writeHead(404, { 'content-type': 'application/problem+json' }).end('{}');
      return;
    }
    const onward = request(this.target + url, { method, headers, agent: this.agent }, (answer) => {
      if (method === 'POST' && this.onAppended(++this.appends) === 'lose') {
        answer.resume();
        outgoing.destroy();
        return;
      }
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on('error', () => outgoing.destroy());
    incoming.pipe(onward);
  }
}
