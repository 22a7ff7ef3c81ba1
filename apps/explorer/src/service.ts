import { createClient, type Schemas } from '@hindsight/client';
import type { RecordedEvent } from '@hindsight/domain';
import { curlOf, type Call } from './model/curl';
import type { ApiDocument } from './model/form';

/** What every problem has (RFC 9457), and what the page reads of some. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
  readonly adjustment?: Schemas['Adjustment'];
  readonly remedies?: Schemas['Remedies'];
  readonly firstEffectiveAt?: string | null;
}

export type Appended = Omit<Schemas['Appended'], 'events'> & { readonly events: readonly RecordedEvent[] };

export interface EventPage {
  readonly events: readonly RecordedEvent[];
  readonly nextCursor: string | null;
}

export type Answer<T> = { readonly data: T } | { readonly problem: Problem };

/** Events of one request: the most that the API gives. */
const PAGE = 200;
/** Where a token is kept: in this tab, until it is closed. */
const KEY = 'hindsight-token';

const UNREACHABLE: Problem = {
  ...{ type: 'unreachable', title: 'No answer', status: 0 },
  detail: 'The server does not answer. Is it running?',
};

export interface Service {
  readonly isProtected: boolean;
  /** Any address of the server, as JSON; for what the client has no types for. */
  get<T>(path: string): Promise<Answer<T>>;
  /** A page of a product's log, in the order of recording. */
  events(productId: string, cursor?: string): Promise<Answer<EventPage>>;
  append(productId: string, body: unknown, options?: AppendOptions): Promise<Answer<Appended>>;
  post<T>(path: string, body: unknown): Promise<Answer<T>>;
  remove<T>(path: string): Promise<Answer<T>>;
  /** Saves what an address answers as a file; returns the problem if there is one. */
  download(path: string, name: string): Promise<Problem | undefined>;
  /** A stream of server-sent events. */
  stream(path: string, signal: AbortSignal): Promise<Response>;
  curl(call: Call): string;
  /** The addresses of this server's API. */
  addresses(): Promise<readonly string[]>;
  document(): Promise<ApiDocument>;
}

export interface AppendOptions {
  readonly dryRun?: boolean;
  readonly onConflict?: 'reject' | 'flag';
  readonly onLate?: OnLate;
}

/** What is done with an event of a closed period, instead of refusing it. */
export type OnLate = 'carry' | 'reopen';

export const keptToken = (): string | undefined => sessionStorage.getItem(KEY) ?? undefined;

export function keepToken(token: string | undefined): void {
  if (token === undefined) sessionStorage.removeItem(KEY);
  else sessionStorage.setItem(KEY, token);
}

async function problemIn(response: Response): Promise<Problem> {
  const fallback: Problem = { type: 'about:blank', title: response.statusText, status: response.status };
  return response.json().then(
    (body: Partial<Problem>) => ({ ...fallback, ...body }),
    () => fallback,
  );
}

export function saveAs(content: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

interface Result {
  readonly data?: unknown;
  readonly error?: unknown;
  readonly response: Response;
}

/** What the typed client answers; the page reads an event by the type of the domain. */
async function answerOf<T>(result: Promise<Result>): Promise<Answer<T>> {
  try {
    const { data, error, response } = await result;
    if (data !== undefined) return { data: data as T };
    const { status, statusText: title } = response;
    return { problem: { type: 'about:blank', title, status, ...(error as Partial<Problem>) } };
  } catch {
    return { problem: UNREACHABLE };
  }
}

const asJson = (body: unknown): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

/** @param onRefused a request had no token, or a wrong one */
export function createService(token: string | undefined, onRefused: () => void): Service {
  const authorization: Record<string, string> =
    token === undefined ? {} : { authorization: `Bearer ${token}` };
  const request = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const headers = { accept: 'application/json', ...authorization, ...(init.headers as object) };
    const response = await fetch(path, { ...init, headers });
    if (response.status === 401) onRefused();
    return response;
  };
  const send = async <T>(path: string, init?: RequestInit): Promise<Answer<T>> => {
    try {
      const response = await request(path, init);
      if (!response.ok) return { problem: await problemIn(response) };
      return { data: (await response.json()) as T };
    } catch {
      return { problem: UNREACHABLE };
    }
  };
  const client = createClient({
    baseUrl: location.origin,
    ...(token !== undefined && { token }),
    fetch: async (input) => {
      const response = await fetch(input);
      if (response.status === 401) onRefused();
      return response;
    },
  });
  let document: Promise<ApiDocument> | undefined;
  return {
    isProtected: token !== undefined,
    get: (path) => send(path),
    post: (path, body) => send(path, asJson(body)),
    remove: (path) => send(path, { method: 'DELETE' }),
    events: (productId, cursor) => {
      const query = { limit: PAGE, ...(cursor !== undefined && { cursor }) };
      const page = client.GET('/products/{productId}/events', { params: { path: { productId }, query } });
      return answerOf<EventPage>(page);
    },
    append: (productId, body, query = {}) => {
      const params = { path: { productId }, query };
      return answerOf(
        client.POST('/products/{productId}/events', { params, body: body as Schemas['Event'] }),
      );
    },
    download: async (path, name) => {
      try {
        const response = await request(path, { headers: { accept: '*/*' } });
        if (!response.ok) return await problemIn(response);
        saveAs(await response.blob(), name);
        return undefined;
      } catch {
        return UNREACHABLE;
      }
    },
    stream: (path, signal) => request(path, { signal, headers: { accept: 'text/event-stream' } }),
    curl: (call) => curlOf(location.origin, call, token !== undefined),
    addresses: async () => {
      const answer = await send<{ addresses: Record<string, unknown> }>('/');
      return 'data' in answer ? Object.keys(answer.data.addresses) : [];
    },
    document: () =>
      (document ??= send<ApiDocument>('/openapi.json').then((answer) =>
        'data' in answer ? answer.data : {},
      )),
  };
}

export type { Call };
