import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What goes wrong with a request to DynamoDB. */
export type Fault =
  /** It is refused with this error. */
  | { readonly error: string; readonly status?: number; readonly message?: string }
  /** A transaction is cancelled, for a reason for each of its items. */
  | { readonly reasons: readonly string[] }
  /** The connection breaks before the request arrives. */
  | 'unreachable'
  /** The request is carried out, and the connection breaks before the answer arrives. */
  | 'answer lost';

/** DynamoDB behind a wire that can be broken. */
export interface FaultyEndpoint {
  readonly endpoint: string;
  /** Lets the next `times` requests of an operation go wrong. @param onFault called with each of them */
  fail(operation: string, fault: Fault, times: number, onFault?: (body: string) => void): void;
  /** How many requests of an operation have come since the last time that it was healed. */
  requests(operation: string): number;
  /** Nothing goes wrong any more. */
  heal(): void;
  close(): Promise<void>;
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

const TYPE = { 'content-type': 'application/x-amz-json-1.0' };

function refuse(response: ServerResponse, fault: Exclude<Fault, string>): void {
  const send = (error: string, body: object, status = 400): void => {
    response.writeHead(status, TYPE);
    response.end(JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${error}`, ...body }));
  };
  if ('error' in fault) return send(fault.error, { message: fault.message ?? 'injected' }, fault.status);
  const { reasons } = fault;
  const message = `Transaction cancelled, please refer cancellation reasons for specific reasons [${reasons.join(', ')}]`;
  send('TransactionCanceledException', { message, CancellationReasons: reasons.map((Code) => ({ Code })) });
}

export async function startFaultyEndpoint(upstream: string): Promise<FaultyEndpoint> {
  const faults = new Map<string, { fault: Fault; left: number; onFault: (body: string) => void }>();
  const requests = new Map<string, number>();

  function faultOf(operation: string, body: Buffer): Fault | undefined {
    const planned = faults.get(operation);
    if (planned === undefined || planned.left === 0) return undefined;
    planned.left -= 1;
    planned.onFault(body.toString());
    return planned.fault;
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request);
    const target = String(request.headers['x-amz-target']);
    const operation = target.slice(target.indexOf('.') + 1);
    requests.set(operation, (requests.get(operation) ?? 0) + 1);
    const fault = faultOf(operation, body);
    if (fault === 'unreachable') return void request.socket.destroy();
    if (typeof fault === 'object') return refuse(response, fault);
    const {
      host,
      connection,
      'content-length': length,
      ...headers
    } = request.headers as Record<string, string>;
    const answered = await fetch(upstream, { method: 'POST', headers, body });
    const text = await answered.text();
    if (fault === 'answer lost') return void request.socket.destroy();
    response.writeHead(answered.status, TYPE).end(text);
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => request.socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    fail: (operation, fault, times, onFault = () => undefined) =>
      void faults.set(operation, { fault, left: times, onFault }),
    requests: (operation) => requests.get(operation) ?? 0,
    heal() {
      faults.clear();
      requests.clear();
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
