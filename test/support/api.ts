import { setTimeout as pause } from 'node:timers/promises';
import { createClient, type HindsightClient, type paths, type Schemas } from '@hindsight/client';

type Append = paths['/products/{productId}/events']['post'];
type AppendQuery = NonNullable<Append['parameters']['query']>;
type StateQuery = NonNullable<paths['/products/{productId}/state']['get']['parameters']['query']>;

const ENDS_WITHIN_MS = 60_000;

/** The API of a running server, as a client sees it. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // Answers are checked by the tests that read them.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly body: any;
}

interface Result {
  readonly data?: unknown;
  readonly error?: unknown;
  readonly response: Response;
}

const answerOf = ({ data, error, response }: Result): Answer => ({
  status: response.status,
  headers: response.headers,
  body: data ?? error,
});

/** The client that is generated from the document, with the status and the body of either kind side by side. */
export class Api {
  readonly client: HindsightClient;

  /** @param headers sent with every request */
  constructor(
    readonly url: string,
    headers: Readonly<Record<string, string>> = {},
  ) {
    this.client = createClient({ baseUrl: url, headers });
  }

  async get(path: '/healthz' | '/readyz'): Promise<Answer> {
    return answerOf(await this.client.GET(path));
  }

  /** @param body an event or several, right or wrong */
  async append(productId: string, body: unknown, query: AppendQuery = {}): Promise<Answer> {
    const params = { path: { productId }, query };
    return answerOf(
      await this.client.POST('/products/{productId}/events', { params, body: body as Schemas['Event'] }),
    );
  }

  /** @param body events of several products, right or wrong */
  async appendAct(body: unknown, query: AppendQuery = {}): Promise<Answer> {
    const params = { query };
    return answerOf(await this.client.POST('/events', { params, body: body as Schemas['EventOfProduct'] }));
  }

  /** Requests an append in the background. */
  async appendLater(productId: string, body: unknown): Promise<Answer> {
    const params = { path: { productId }, header: { Prefer: 'respond-async' } };
    return answerOf(
      await this.client.POST('/products/{productId}/events', { params, body: body as Schemas['Event'] }),
    );
  }

  /** How an append in the background ended. */
  async execution(location: string): Promise<Answer['body']> {
    const params = { path: { name: location.replace('/executions/', '') } };
    const until = Date.now() + ENDS_WITHIN_MS;
    while (Date.now() < until) {
      const { status, body } = answerOf(await this.client.GET('/executions/{name}', { params }));
      if (status !== 200 || body.status !== 'running') return body;
      await pause(50);
    }
    throw new Error(`${location} is still running`);
  }

  async state(productId: string, query: StateQuery = {}): Promise<Answer> {
    return answerOf(
      await this.client.GET('/products/{productId}/state', { params: { path: { productId }, query } }),
    );
  }

  /** Every event of the log, page by page. */
  async events(productId: string): Promise<Schemas['RecordedEvent'][]> {
    const events: Schemas['RecordedEvent'][] = [];
    for (let cursor: string | undefined; ;) {
      const query = { limit: 200, ...(cursor !== undefined && { cursor }) };
      const { data } = await this.client.GET('/products/{productId}/events', {
        params: { path: { productId }, query },
      });
      events.push(...(data?.events ?? []));
      if (typeof data?.nextCursor !== 'string') return events;
      cursor = data.nextCursor;
    }
  }
}
