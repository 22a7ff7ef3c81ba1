import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Account } from './account';

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

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) body += String(chunk);
  return body;
}

/** What an HTTP API hands to a function (payload format 2.0). */
async function eventOf(request: IncomingMessage) {
  const { method = '', url = '/', headers } = request;
  const [path = '/', query = ''] = url.split('?');
  const body = await bodyOf(request);
  const entries = [...new URLSearchParams(query)];
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: query,
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, [value].flat().join(',')]),
    ),
    ...(entries.length > 0 && { queryStringParameters: Object.fromEntries(entries) }),
    requestContext: {
      accountId: '123456789012',
      apiId: 'api',
      // The authoriser of the default settings has let everybody through.
      authorizer: { iam: { accountId: '123456789012', userArn: 'arn:aws:iam::123456789012:user/tester' } },
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

/** The way that API Gateway goes: HTTP in, an event to the deployed function, its answer out. Nobody is turned away. */
export async function serveFunction(account: Account, functionName: string): Promise<HttpFront> {
  const server = createServer((request, response) => {
    void eventOf(request)
      .then((event) => account.invoke(functionName, event))
      .then((answer) => {
        const { statusCode, headers, body, isBase64Encoded } = answer as Answer;
        response.writeHead(statusCode, headers).end(Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'));
      })
      .catch((error: unknown) => response.writeHead(502).end(String(error)));
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
