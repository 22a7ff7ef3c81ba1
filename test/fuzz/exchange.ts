import { Agent, request as send, type IncomingMessage } from 'node:http';
import type { Seen } from '../../apps/gateway/src/testing/contract';
import { wellFormed, type FuzzRequest } from './request';

/** An answer, and the request as it was sent. */
export interface Exchange {
  readonly sent: FuzzRequest;
  readonly seen: Seen;
}

/** What a client of HTTP refuses to send at all. */
const sendable = (text: string): string =>
  text.replace(/[^\x21-\x7e]/g, (one) => encodeURIComponent(wellFormed(one)));
const headerText = (text: string): string => text.replace(/[^\t\x20-\x7e\x80-\xff]/g, '?');

async function bodyOf(response: IncomingMessage): Promise<unknown> {
  // It ends when its reader goes.
  if (response.headers['content-type']?.startsWith('text/event-stream')) {
    response.destroy();
    return '';
  }
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  const isJson = /[/+]json\b/.test(response.headers['content-type'] ?? '');
  return isJson && text !== '' ? (JSON.parse(text) as unknown) : text;
}

/** Sends requests as they are: no address is tidied up, and no answer is unpacked. */
export class Sender {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 16 });
  readonly #remembered = new Map<string, string>();

  constructor(readonly url: string) {}

  close(): void {
    this.#agent.destroy();
  }

  /** @throws the error of a connection that broke */
  async exchange(sent: FuzzRequest): Promise<Exchange> {
    const { method, query } = sent;
    const product = sent.path.split('/')[2];
    const own = (name: string): string | undefined => this.#remembered.get(`${name} of ${product}`);
    const body = sent.body?.replaceAll('{event}', () => own('event') ?? 'delivery-1');
    const path = sendable(this.#filled(sent.path));
    const target = query === '' ? path : `${path}?${sendable(this.#filled(query))}`;
    const headers = Object.entries(sent.headers).map(([name, value]) => [
      name,
      headerText(
        this.#filled(
          value
            .replace('{head}', () => own('head') ?? '"1"')
            .replace('{tag}', () => this.#remembered.get('tag') ?? '"1"'),
        ),
      ),
    ]);
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      // Said of every body: without it, one beside GET would be taken for the start of the next request.
      const length = body === undefined ? {} : { 'Content-Length': Buffer.byteLength(body) };
      const options = {
        method,
        path: target,
        agent: this.#agent,
        headers: { ...Object.fromEntries(headers), ...length } as Record<string, string>,
      };
      send(this.url, options, resolve).on('error', reject).end(body);
    });
    const seen: Seen = {
      method,
      path,
      status: response.statusCode ?? 0,
      headers: response.headers as Seen['headers'],
      body: await bodyOf(response),
    };
    this.#remember(seen, product);
    return { sent: { ...sent, path, query: target.slice(path.length + 1) }, seen };
  }

  #filled(text: string): string {
    return text.replace(/\{(\w+)\}/g, (whole, name: string) => this.#remembered.get(name) ?? whole);
  }

  #remember({ headers, body }: Seen, product: string | undefined): void {
    const said = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
    // What a dry run answers is not there afterwards.
    if (said['dryRun'] === true) return;
    const { nextCursor, execution, events, version } = said;
    const [event] = (Array.isArray(events) ? events : []) as { eventId?: string; targetEventId?: string }[];
    const target = event?.targetEventId === undefined ? event?.eventId : undefined;
    const worth = {
      cursor: nextCursor,
      execution,
      tag: headers['etag'],
      [`head of ${product}`]: typeof version === 'number' ? `"${version}"` : undefined,
      // As it stands between the quotes of a JSON text.
      [`event of ${product}`]: target === undefined ? undefined : JSON.stringify(target).slice(1, -1),
    };
    for (const [name, value] of Object.entries(worth))
      if (typeof value === 'string') this.#remembered.set(name, value);
  }
}
