import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { ConnectionLimits } from './limits';

type Limits = Pick<ConnectionLimits, 'connections' | 'unanswered' | 'unreadTimeout'>;

export interface Connections {
  /** Notes a request that has come. False: its connection has too many unanswered ones, and ends. */
  take(request: IncomingMessage, response: ServerResponse): boolean;
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
export function boundConnections(server: Server, limits: Limits): Connections {
  /** What each connection waits for an answer to, in the order in which the connections were last heard of. */
  const unanswered = new Map<Socket, Set<IncomingMessage>>();
  /** Connections that end with their last answer. */
  const spent = new WeakSet<Socket>();

  const forget = (socket: Socket): void => {
    unanswered.delete(socket);
    socket.destroy();
  };
  /** It is the client's turn: to send the rest, or to read what it is sent. */
  const isWaiting = (socket: Socket, requests: Set<IncomingMessage>): boolean =>
    socket.writableLength > 0 || ![...requests].some(({ complete }) => complete);
  const makeRoom = (newcomer: Socket): void => {
    for (const [socket, requests] of unanswered) {
      if (isWaiting(socket, requests)) return forget(socket);
    }
    forget(newcomer);
  };
  const heardOf = (socket: Socket, requests: Set<IncomingMessage>): void => {
    unanswered.delete(socket);
    unanswered.set(socket, requests);
  };
  const spend = (socket: Socket): void => {
    spent.add(socket);
    if (unanswered.get(socket)?.size === 0) socket.destroySoon();
  };

  const sweep = endUnread(unanswered, limits.unreadTimeout);
  server.once('close', () => clearInterval(sweep));
  server.on('connection', (socket: Socket) => {
    unanswered.set(socket, new Set());
    socket.once('close', () => unanswered.delete(socket));
    if (unanswered.size > limits.connections) makeRoom(socket);
  });
  // A request after the last one that a connection may carry. Node answers that, and forgets to end the connection
  // where the requests came in one go.
  server.on('dropRequest', ({ socket }: IncomingMessage) => spend(socket));
  return {
    take(request, response) {
      const { socket } = request;
      const requests = unanswered.get(socket) ?? new Set();
      if (spent.has(socket) || requests.size >= limits.unanswered) {
        spend(socket);
        return false;
      }
      heardOf(socket, requests.add(request));
      response.once('close', () => {
        requests.delete(request);
        if (unanswered.has(socket)) heardOf(socket, requests);
        if (spent.has(socket)) spend(socket);
      });
      return true;
    },
    closeIdle() {
      for (const [socket, requests] of unanswered) if (requests.size === 0) forget(socket);
    },
  };
}
