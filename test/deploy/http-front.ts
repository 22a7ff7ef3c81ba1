import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Account, Json } from './account';
import type { Verdict } from './authorization';
import type { Received } from './signature';

interface Answer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly isBase64Encoded: boolean;
}

export interface HttpFront {
  readonly url: string;
  close(): Promise<void>;
}

async function receive(request: IncomingMessage): Promise<Received> {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) body += String(chunk);
  const { method = '', url = '/' } = request;
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, [value].flat().join(',')]),
  );
  return { method, url, headers, body };
}

/** An HTTP API decodes the path before it hands it on. */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** What an HTTP API hands to a function (payload format 2.0). */
function eventOf({ method, url, headers, body }: Received, authorizer: Json | undefined) {
  const [sent = '/', query = ''] = url.split('?');
  const path = decoded(sent);
  const entries = [...new URLSearchParams(query)];
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: query,
    headers,
    ...(entries.length > 0 && { queryStringParameters: Object.fromEntries(entries) }),
    requestContext: {
      accountId: '123456789012',
      apiId: 'api',
      ...(authorizer && { authorizer }),
      domainName: 'api.example.com',
      domainPrefix: 'api',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'test' },
      requestId: `request-${Date.now()}`,
      routeKey: '$default',
      stage: '$default',
      time: new Date().toUTCString(),
      timeEpoch: Date.now(),
    },
    ...(body !== '' && { body }),
    isBase64Encoded: false,
  };
}

export const everybody = (): Verdict => {
  const iam = { accountId: '123456789012', userArn: 'arn:aws:iam::123456789012:user/tester' };
  return { ok: true, authorizer: { iam } };
};

/**
 * The way that API Gateway goes: HTTP in, an event to the deployed function, its answer out.
 * @param judge who may; without it everybody, as if IAM had let them through
 */
export async function serveFunction(
  account: Account,
  functionName: string,
  judge: (received: Received) => Verdict = everybody,
): Promise<HttpFront> {
  const server = createServer((request, response) => {
    void receive(request)
      .then(async (received) => {
        const verdict = judge(received);
        if (!verdict.ok) {
          const message = { 401: 'Unauthorized', 403: 'Forbidden', 429: 'Too Many Requests' }[verdict.status];
          response.writeHead(verdict.status).end(JSON.stringify({ message }));
          return;
        }
        const answer = (await account.invoke(functionName, eventOf(received, verdict.authorizer))) as Answer;
        const { statusCode, headers, body, isBase64Encoded } = answer;
        response.writeHead(statusCode, headers).end(Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'));
      })
      .catch((error: unknown) => {
        // A function that is throttled is unavailable; anything else is a fault of the stand-in.
        const status = String(error).includes('TooManyRequestsException') ? 503 : 502;
        response.writeHead(status).end(JSON.stringify({ message: String(error) }));
      });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
