import type { ConflictPolicy } from '@hindsight/bitemporal';
import type { ImportEvent } from './events';

/** An event as the log answers it. */
export interface LoggedEvent extends ImportEvent {
  readonly version: number;
  readonly effectiveAt: string;
  readonly recordedAt: string;
}

/** How the server answered an append. */
export type Answer =
  /** `fresh`: how many of the events the log did not have before. */
  | { readonly stored: true; readonly fresh: number }
  /**
   * The server rejects these events permanently. `problem` is the name of the problem type, `why` is for
   * people.
   */
  | { readonly stored: false; readonly problem: string; readonly why: string };

export interface Client {
  /** Throws ServerUnavailable, without trying again, when nothing healthy answers at the address. */
  greet(): Promise<void>;
  append(productId: string, events: readonly ImportEvent[], onConflict: ConflictPolicy): Promise<Answer>;
  /** The events of a product in the order of recording; none if there is no such product. */
  recorded(productId: string): AsyncIterable<LoggedEvent>;
  /** The events that count, by effective time, from one moment to before another. */
  effective(productId: string, from: string, to: string): AsyncIterable<LoggedEvent>;
}

export interface HttpReply {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly text: string;
}

/** Sends a GET, or a POST of JSON text if there is a body. Connection errors are thrown unchanged. */
export type Exchange = (url: string, body?: string) => Promise<HttpReply>;

export interface ClientOptions {
  /** The server's address, with or without a path. */
  readonly url: string;
  readonly exchange: Exchange;
  /** Ends the pauses between retries. A request in progress always finishes. */
  readonly signal: AbortSignal;
  /** What to do with events in a closed period; absent: they are refused. */
  readonly onLate?: 'reject' | 'carry' | 'reopen' | undefined;
  /** The maximum number of attempts per request. */
  readonly tries?: number;
  /** Replaced in tests. */
  readonly pause?: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly random?: () => number;
}

/** The server did not respond, or stayed overloaded. Nothing is lost: a later run continues. */
export class ServerUnavailable extends Error {
  override readonly name = 'ServerUnavailable';
}

/** The caller may not do this at all, so every further request would be refused as well. */
export class NotAllowed extends Error {
  override readonly name = 'NotAllowed';
}

const TRIES = 12;
const BACKOFF_MS = 100;
const LONGEST_BACKOFF_MS = 5_000;
const LONGEST_RETRY_AFTER_MS = 30_000;
const TRANSIENT: ReadonlySet<number> = new Set([408, 429, 502, 503, 504]);

interface Reply {
  readonly status: number;
  readonly body: unknown;
  /** 1 for the first try. */
  readonly attempt: number;
}

/**
 * Calls a server's HTTP API. Retries after a lost connection and after 408, 429, 502, 503 and 504, with the
 * delay that `Retry-After` requests (at most 30 s) and a limited number of times. Retries are safe because
 * event ids deduplicate them. Methods throw ServerUnavailable when the attempts are used up, and the signal's
 * reason if it ends a pause.
 */
export function createClient(options: ClientOptions): Client {
  const base = options.url.replace(/\/+$/, '');
  const product = (id: string) => `${base}/products/${encodeURIComponent(id)}`;
  const { exchange } = options;
  const late = options.onLate === undefined ? '' : `&onLate=${options.onLate}`;
  const send = (url: string, body?: string) => sendPatiently(() => exchange(url, body), options);
  return {
    async greet() {
      const { status } = await exchange(`${base}/healthz`).catch((error: unknown) => {
        throw new ServerUnavailable(`no server answers at ${base}: ${messageOf(error)}`);
      });
      if (status !== 200) throw new ServerUnavailable(`what answers at ${base} is not healthy: ${status}`);
    },
    async append(productId, events, onConflict) {
      const reply = await send(
        `${product(productId)}/events?onConflict=${onConflict}${late}`,
        JSON.stringify(events),
      );
      if (reply.status === 401 || reply.status === 403) throw new NotAllowed(explain(reply));
      if (reply.status !== 200 && reply.status !== 201) {
        return { stored: false, problem: problemOf(reply.body), why: explain(reply) };
      }
      // After a retry, 200 may well mean that an earlier try got through and only its answer was lost.
      const stored = eventsIn(reply.body);
      return { stored: true, fresh: reply.status === 200 && reply.attempt === 1 ? 0 : freshIn(stored) };
    },
    recorded: (productId) => pages(product(productId), {}),
    effective: (productId, from, to) => pages(product(productId), { order: 'effective', from, to }),
  };

  async function* pages(
    address: string,
    query: Readonly<Record<string, string>>,
  ): AsyncGenerator<LoggedEvent> {
    for (let cursor: string | null = ''; cursor !== null;) {
      const asked = new URLSearchParams({ ...query, limit: '200', ...(cursor === '' ? {} : { cursor }) });
      const reply: Reply = await send(`${address}/events?${asked.toString()}`);
      if (reply.status === 404) return;
      if (reply.status === 401 || reply.status === 403) throw new NotAllowed(explain(reply));
      if (reply.status !== 200) throw new ServerUnavailable(`the events at ${address}: ${explain(reply)}`);
      yield* eventsIn(reply.body);
      cursor = (reply.body as { nextCursor: string | null }).nextCursor;
    }
  }
}

/**
 * How many events of an answer were stored by it. Those of one append have one recorded time; what was in the log
 * before has an earlier one.
 */
export function freshIn(events: readonly Pick<LoggedEvent, 'version' | 'recordedAt'>[]): number {
  const newest = events.reduce((last, event) => (event.version > last.version ? event : last));
  return events.filter(({ recordedAt }) => recordedAt === newest.recordedAt).length;
}

async function sendPatiently(request: () => ReturnType<Exchange>, options: ClientOptions): Promise<Reply> {
  const { url, signal, tries = TRIES, pause = pauseFor, random = Math.random } = options;
  for (let attempt = 1; ; attempt++) {
    let problem: string;
    let delay = random() * Math.min(LONGEST_BACKOFF_MS, BACKOFF_MS * 2 ** attempt);
    try {
      const { status, retryAfter, text } = await request();
      const reply = { status, body: parseJson(text), attempt };
      if (!TRANSIENT.has(status)) return reply;
      problem = explain(reply);
      delay = Math.max(delay, requestedDelay(retryAfter));
    } catch (error) {
      problem = messageOf(error);
    }
    if (attempt >= tries) throw new ServerUnavailable(`${url} was tried ${attempt} times: ${problem}`);
    await pause(delay, signal);
  }
}

/** Milliseconds to wait, parsed from seconds or an HTTP date; 0 if the header is missing or invalid. */
function requestedDelay(header: string | undefined): number {
  if (header === undefined) return 0;
  const ms = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isNaN(ms) ? 0 : Math.min(Math.max(0, ms), LONGEST_RETRY_AFTER_MS);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function eventsIn(body: unknown): readonly LoggedEvent[] {
  const { events } = (body ?? {}) as { events?: readonly LoggedEvent[] };
  if (!Array.isArray(events)) throw new ServerUnavailable('a response came without its events');
  return events as readonly LoggedEvent[];
}

/** The last part of a problem's type: `/problems/event-id-reused` → `event-id-reused`. */
function problemOf(body: unknown): string {
  const { type } = (body ?? {}) as { type?: unknown };
  return typeof type === 'string' ? (type.split('/').at(-1) ?? '') : '';
}

/** Formats a problem document as one line. */
function explain({ status, body }: Reply): string {
  const problem = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  const errors = Array.isArray(problem['errors'])
    ? (problem['errors'] as { path?: string; message?: string }[])
    : [];
  const texts = [problem['title'], problem['detail']].filter((text) => typeof text === 'string');
  const details = errors.slice(0, 3).map(({ path = '', message = '' }) => `${path} ${message}`.trim());
  return [String(status), ...texts, ...details].join('; ');
}

/** If a host name has several addresses and all fail, only the error's code contains the reason. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message || ((error as { code?: string }).code ?? error.name);
}

/** @throws the reason of the signal, if it ends the pause */
function pauseFor(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
}
