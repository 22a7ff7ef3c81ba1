import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A span in OTLP's JSON format, with its attributes as one object. */
export interface CollectedSpan {
  readonly name: string;
  readonly kind: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly status: { readonly code?: number; readonly message?: string };
  readonly attributes: Readonly<Record<string, unknown>>;
}

interface Sent extends Omit<CollectedSpan, 'attributes'> {
  readonly attributes: { key: string; value: Record<string, unknown> }[];
}

interface Sending {
  readonly resourceSpans: { readonly scopeSpans: { readonly spans: Sent[] }[] }[];
}

const readable = ({ attributes, ...span }: Sent): CollectedSpan => ({
  ...span,
  attributes: Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]])),
});

export interface Collector {
  readonly endpoint: string;
  readonly spans: CollectedSpan[];
  /** All payloads as received. */
  readonly bodies: string[];
  close(): Promise<void>;
}

/** Accepts spans over OTLP/HTTP in JSON; or, with `status`, refuses them with it; 0: never responds. */
export async function collector(status = 200): Promise<Collector> {
  const spans: CollectedSpan[] = [];
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      bodies.push(body);
      if (status === 200 && request.url === '/v1/traces') {
        const { resourceSpans } = JSON.parse(body) as Sending;
        const sent = resourceSpans.flatMap(({ scopeSpans }) => scopeSpans).flatMap((scope) => scope.spans);
        spans.push(...sent.map(readable));
      }
      if (status !== 0) response.writeHead(status, { 'Content-Type': 'application/json' }).end('{}');
    });
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    bodies,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
