/** The API of a running server, as a client sees it. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // Answers are checked by the tests that read them.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly body: any;
}

async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text();
  const isJson = /json/.test(response.headers.get('content-type') ?? '');
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
}

export class Api {
  constructor(readonly url: string) {}

  async get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return answerOf(await fetch(`${this.url}${path}`, { headers }));
  }

  /** Sends a body as JSON, or a text as it is. */
  async post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const sent = { 'content-type': 'application/json', ...headers };
    return answerOf(await fetch(`${this.url}${path}`, { method: 'POST', headers: sent, body: text }));
  }

  append(productId: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    return this.post(`/products/${productId}/events`, body, headers);
  }

  state(productId: string, query = ''): Promise<Answer> {
    return this.get(`/products/${productId}/state${query}`);
  }

  /** Every event of the log, page by page. */
  async events(productId: string): Promise<Answer['body'][]> {
    const events: Answer['body'][] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const { body } = await this.get(
        `/products/${productId}/events?limit=200${cursor && `&cursor=${cursor}`}`,
      );
      events.push(...(body.events ?? []));
      cursor = body.nextCursor ?? null;
    }
    return events;
  }
}
