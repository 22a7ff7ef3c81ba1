import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { ConnectionLimits } from './limits';

type Limits = Pick<ConnectionLimits, 'connections' | 'requestsPerSocket' | 'unanswered' | 'unreadTimeout'>;
type Unanswered = ReadonlyMap<IncomingMessage, ServerResponse>;

export interface Connections {
  /** Notes a request that has come. False: its connection takes no more of them, and ends with the answers due. */
  take(request: IncomingMessage, response: ServerResponse): boolean;
  /** No further request is taken from a connection. @returns the ones that wait for an answer, in their order */
  takeNoMore(socket: Socket): Unanswered;
  /** Calls once every request of a connection is answered. */
  whenAnswered(socket: Socket, call: () => void): void;
  /** Closes those on which no request is being answered or received. */
  closeIdle(): void;
}

/** Ends connections whose client has read nothing of an answer for a while. */
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
 * Bounds the connections of a server. Node's own bound turns newcomers away, so that whoever holds enough idle
 * connections shuts everybody else out. Here the connection makes room that has kept the server waiting for the
 * longest: one without a request, with one that has not come whole, or with an answer that nobody reads. Where all
 * of them are being answered, the newcomer is turned away.
 */
class BoundedConnections implements Connections {
  /** What each connection waits for an answer to, in the order in which the connections were last heard of. */
  readonly #unanswered = new Map<Socket, Map<IncomingMessage, ServerResponse>>();
  readonly #requests = new WeakMap<Socket, number>();
  /** Connections that take no more requests, and what happens after their last answer. */
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
   * Node reports the end of a connection to the answer that is being sent, and to none of those behind it. They would
   * wait for their turn for ever, and keep all that is released when an answer closes: without this, some dozens of
   * clients that send requests ahead and leave take every place that there is.
   */
  #closed(socket: Socket): void {
    const requests = this.#unanswered.get(socket);
    this.#unanswered.delete(socket);
    // After Node has closed the first one, which then is among them no more.
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
      // It is the client's turn: to send the rest, or to read what it is sent.
      const isWaiting = socket.writableLength > 0 || ![...requests.keys()].some(({ complete }) => complete);
      if (isWaiting) return void socket.destroy();
    }
    newcomer.destroy();
  }
}

export const boundConnections = (server: Server, limits: Limits): Connections =>
  new BoundedConnections(server, limits);
