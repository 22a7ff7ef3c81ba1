import { connect, type Socket } from 'node:net';

/** Connections that misbehave, all in the same way. */
export interface Abusers {
  /** How many of them were cut off so far. */
  readonly cutOff: () => number;
  /** When the server has ended every one of them. */
  readonly ended: Promise<void>;
  /** All that was answered to them. */
  readonly answers: () => string;
  stop(): void;
}

export interface Abuse {
  /** Sent at once. */
  readonly opening: string;
  /** Sent again and again until the connection ends. */
  readonly drip?: string;
  /** Leaves answers unread, so that the server cannot send them. */
  readonly deaf?: boolean;
}

const DRIP_EVERY_MS = 50;

function abuser(port: number, { opening, drip, deaf = false }: Abuse, hear: (text: string) => void): Socket {
  const socket = connect({ port, host: '127.0.0.1' }, () => void socket.write(opening));
  // A connection that is cut off while it sends ends with an error; that is the point here.
  socket.on('error', () => undefined);
  if (!deaf) socket.on('data', (chunk: Buffer) => hear(chunk.toString('latin1')));
  if (drip === undefined) return socket;
  const more = setInterval(() => {
    // What the server does not take is not piled up here.
    if (socket.writable && !socket.writableNeedDrain) socket.write(drip);
  }, DRIP_EVERY_MS);
  return socket.once('close', () => clearInterval(more));
}

export function startAbusers(port: number, count: number, abuse: Abuse): Abusers {
  let cutOff = 0;
  let answers = '';
  const sockets = Array.from({ length: count }, () => abuser(port, abuse, (text) => (answers += text)));
  const ended = sockets.map(
    (socket) =>
      new Promise<void>((resolve) =>
        socket.once('close', () => {
          cutOff += 1;
          resolve();
        }),
      ),
  );
  return {
    cutOff: () => cutOff,
    answers: () => answers,
    ended: Promise.all(ended).then(() => undefined),
    stop: () => sockets.forEach((socket) => socket.destroy()),
  };
}
