import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { ConnectionLimits } from './limits';

type Limits = Pick<ConnectionLimits, 'connections' | 'requestsPerSocket' | 'unanswered' | 'unreadTimeout'>;
type Unanswered = ReadonlyMap<IncomingMessage, ServerResponse>;

export interface Connections {
  /**
   * Records a new request. False: its connection accepts no more requests and closes after the pending
   * responses.
   */
  take(request: IncomingMessage, response: ServerResponse): boolean;
  /**
   * Stops accepting requests from a connection.
   * @returns the pending responses, in order
   */
  takeNoMore(socket: Socket): Unanswered;
  /** Runs a callback when every request of a connection has been answered. */
  whenAnswered(socket: Socket, call: () => void): void;
  /** Closes connections without a request in progress. */
  closeIdle(): void;
}

/** Closes connections whose client has not read any of a response for a while. */
function endUnread(connections: ReadonlyMap<Socket, unknown>, timeout: number): NodeJS.Timeout {
  const unread = new WeakMap<Socket, { readonly bytes: number; readonly since: number }>();
  const look = (socket: Socket, now: number): void => {
    const bytes = socket.writableLength;
    const before = unread.get(socket);
    if (bytes === 0) unread.delete(socket);
    else if (before === undefined || bytes !== before.bytes) unread.set(socket, { bytes, since: now });
    else if (now - before.since >= timeout) socket.destroy();
  };
  const sweep = (): void => {
    for (const socket of connections.keys()) look(socket, performance.now());
  };
  return setInterval(sweep, Math.min(1_000, timeout / 2)).unref();
}

/**
 * Limits the connections of a server. Node's own limit refuses new connections, so a client with enough idle
 * connections could lock out everyone else. Here, the connection that has kept the server waiting longest is
 * closed: one without a request, with an incomplete request, or with a response that its client does not
 * read. If the server is working on requests of all connections, the new one is refused.
 */
class BoundedConnections implements Connections {
  /** The pending responses of each connection. Connections are ordered by their last activity. */
  readonly #unanswered = new Map<Socket, Map<IncomingMessage, ServerResponse>>();
  readonly #requests = new WeakMap<Socket, number>();
  /** Connections that accept no more requests, with the callback to run after the last response. */
  readonly #spent = new WeakMap<Socket, () => void>();

  constructor(
    server: Server,
    readonly limits: Limits,
  ) {
    const sweep = endUnread(this.#unanswered, limits.unreadTimeout);
    server.once('close', () => clearInterval(sweep));
    server.on('connection', (socket: Socket) => {
      this.#unanswered.set(socket, new Map());
      socket.once('close', () => this.#closed(socket));
      if (this.#unanswered.size > limits.connections) this.#makeRoom(socket);
    });
  }

  take(request: IncomingMessage, response: ServerResponse): boolean {
    const { socket } = request;
    const requests = this.#unanswered.get(socket) ?? new Map<IncomingMessage, ServerResponse>();
    if (this.#spent.has(socket)) return false;
    if (requests.size >= this.limits.unanswered) {
      this.whenAnswered(socket, () => socket.destroySoon());
      return false;
    }
    const count = (this.#requests.get(socket) ?? 0) + 1;
    this.#requests.set(socket, count);
    if (count >= this.limits.requestsPerSocket) {
      response.setHeader('Connection', 'close');
      this.takeNoMore(socket);
    }
    this.#heardOf(socket, requests.set(request, response));
    response.once('close', () => {
      requests.delete(request);
      if (this.#unanswered.has(socket)) this.#heardOf(socket, requests);
      if (requests.size === 0) this.#spent.get(socket)?.();
    });
    return true;
  }

  takeNoMore(socket: Socket): Unanswered {
    if (!this.#spent.has(socket)) this.#spent.set(socket, () => socket.destroySoon());
    return this.#unanswered.get(socket) ?? new Map<IncomingMessage, ServerResponse>();
  }

  whenAnswered(socket: Socket, call: () => void): void {
    this.#spent.set(socket, call);
    if (this.#unanswered.get(socket)?.size === 0) call();
  }

  closeIdle(): void {
    for (const [socket, requests] of this.#unanswered) if (requests.size === 0) socket.destroy();
  }

  /**
   * When a connection closes, Node notifies only the response being sent, not the ones queued after it. Those
   * would wait forever and never release their resources: a few dozen clients that pipeline requests and
   * disconnect would exhaust all slots.
   */
  #closed(socket: Socket): void {
    const requests = this.#unanswered.get(socket);
    this.#unanswered.delete(socket);
    // Wait until Node has closed the first response and removed it from the list.
    process.nextTick(() => {
      for (const response of [...(requests?.values() ?? [])]) {
        response.destroy();
        response.emit('close');
      }
    });
  }

  #heardOf(socket: Socket, requests: Map<IncomingMessage, ServerResponse>): void {
    this.#unanswered.delete(socket);
    this.#unanswered.set(socket, requests);
  }

  #makeRoom(newcomer: Socket): void {
    for (const [socket, requests] of this.#unanswered) {
      // The client has to act: to send the rest of its request, or to read the response.
      const isWaiting = socket.writableLength > 0 || ![...requests.keys()].some(({ complete }) => complete);
      if (isWaiting) return void socket.destroy();
    }
    newcomer.destroy();
  }
}

export const boundConnections = (server: Server, limits: Limits): Connections =>
  new BoundedConnections(server, limits);
