import { connect, type Socket } from 'node:net';

/** What one connection does, again and again: when the server ends it, another one does the same. */
export interface Habit {
  readonly name: string;
  readonly opening: string;
  /** Sent after the opening, every so often. */
  readonly drip?: { readonly text: string; readonly everyMs: number };
  /** Reads one chunk every so often; 0: never. Absent: reads everything. */
  readonly readsEveryMs?: number;
}

export interface Tally {
  opened: number;
  bytes: number;
  readonly statuses: Record<string, number>;
}

const AGAIN_MS = 500;

const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`;
const post =
  'POST /products/besieged/events HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n';
const chunk = `4000\r\n${'x'.repeat(0x4000)}\r\n`;

const stream = (product: number): string => get(`/products/fat-${product}/events/stream?after=0`);

/** @param products with large events, named `fat-0`, `fat-1` … */
export const tailHabits = (products: number): Habit[] =>
  Array.from({ length: products }, (_, product) => [
    { name: 'tails', opening: stream(product) },
    { name: 'tails that read now and then', opening: stream(product), readsEveryMs: 4_000 },
    { name: 'tails that read nothing', opening: stream(product), readsEveryMs: 0 },
  ]).flat();

export const otherHabits: readonly Habit[] = [
  { name: 'idle', opening: '' },
  {
    name: 'slow headers',
    opening: 'GET /products/fat-0/state HTTP/1.1\r\nHost: localhost\r\nX: ',
    drip: { text: 'x', everyMs: 1_000 },
  },
  {
    name: 'slow bodies',
    opening: `${post}Content-Length: 60000\r\n\r\n{`,
    drip: { text: ' ', everyMs: 500 },
  },
  {
    name: 'endless bodies',
    opening: `${post}Transfer-Encoding: chunked\r\n\r\n`,
    drip: { text: chunk, everyMs: 200 },
  },
  { name: 'unread pages', opening: get('/products/fat-1/events?limit=200').repeat(8), readsEveryMs: 0 },
  { name: 'unread documents', opening: get('/openapi.json').repeat(8), readsEveryMs: 0 },
  {
    name: 'a rare type',
    opening: get('/products/fat-2/events?type=stockCounted').repeat(4),
    drip: { text: get('/products/fat-2/events?type=stockCounted'), everyMs: 1_000 },
  },
  { name: 'feeds that read now and then', opening: get('/events/stream?cursor=1.0'), readsEveryMs: 4_000 },
  { name: 'feeds that read nothing', opening: get('/events/stream?cursor=1.0'), readsEveryMs: 0 },
  { name: 'exports that read now and then', opening: get('/stock?format=csv'), readsEveryMs: 4_000 },
  {
    name: 'waits for the views',
    opening: get('/products?atLeast=besieged:999999'),
    drip: { text: get('/products?atLeast=besieged:999999'), everyMs: 2_500 },
  },
  { name: 'garbage behind a tail', opening: stream(0), drip: { text: 'GARBAGE\r\n\r\n', everyMs: 2_000 } },
  {
    name: 'requests sent ahead, and left',
    opening: stream(1) + get('/products/fat-1/state').repeat(7),
    drip: { text: 'GARBAGE', everyMs: 3_000 },
  },
];

/** Keeps connections of a habit open until the signal says otherwise. */
export function besiege(port: number, habit: Habit, tally: Tally, end: AbortSignal): void {
  if (end.aborted) return;
  const socket = connect({ port, host: '127.0.0.1' }, () => void socket.write(habit.opening));
  tally.opened += 1;
  const timers = [...dripping(socket, habit), ...reading(socket, habit)];
  socket.on('data', (bytes: Buffer) => {
    tally.bytes += bytes.length;
    const status = /^HTTP\/1\.1 (\d+)/.exec(bytes.toString('latin1', 0, 12))?.[1];
    if (status !== undefined) tally.statuses[status] = (tally.statuses[status] ?? 0) + 1;
  });
  const stop = (): void => void socket.destroy();
  end.addEventListener('abort', stop);
  socket
    .on('error', () => undefined)
    .once('close', () => {
      for (const timer of timers) clearInterval(timer);
      end.removeEventListener('abort', stop);
      setTimeout(() => besiege(port, habit, tally, end), AGAIN_MS * (0.5 + Math.random()));
    });
}

function dripping(socket: Socket, { drip }: Habit): NodeJS.Timeout[] {
  if (drip === undefined) return [];
  const send = (): void => {
    if (socket.writable && !socket.writableNeedDrain) socket.write(drip.text);
  };
  return [setInterval(send, drip.everyMs)];
}

function reading(socket: Socket, { readsEveryMs }: Habit): NodeJS.Timeout[] {
  if (readsEveryMs === undefined) return [];
  socket.pause();
  if (readsEveryMs === 0) return [];
  const sip = (): void => {
    socket.resume();
    setTimeout(() => socket.pause(), 20);
  };
  return [setInterval(sip, readsEveryMs)];
}
