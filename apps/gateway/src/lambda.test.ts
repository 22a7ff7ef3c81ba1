import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { result } from './testing/fakes';
import { listenToOutput } from './testing/output';
import { standIn, type StandIn } from './testing/stand-in';

let aws: StandIn;
let handler: (event: APIGatewayProxyEventV2, context: Context) => Promise<unknown>;

beforeAll(async () => {
  aws = await standIn(() => ({ body: { status: 'SUCCEEDED', output: JSON.stringify(result) } }));
  Object.assign(process.env, {
    ...{
      TABLE_NAME: 'hindsight',
      STATE_MACHINE_ARN: 'arn:aws:states:us-east-1:0:stateMachine:x',
      LOG_LEVEL: 'silent',
    },
    ...{ SFN_ENDPOINT: aws.endpoint, DYNAMODB_ENDPOINT: aws.endpoint },
  });
  // Imported late, because it reads the environment when it is loaded.
  ({ handler } = jest.requireActual<{ handler: typeof handler }>('./lambda'));
});
afterAll(() => aws.close());

/** A request as an HTTP API passes it to a function. */
function event(
  method: string,
  path: string,
  rest: Partial<APIGatewayProxyEventV2> = {},
): APIGatewayProxyEventV2 {
  const http = { method, path, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'x' };
  return {
    ...{
      version: '2.0',
      routeKey: '$default',
      rawPath: path,
      rawQueryString: '',
      headers: {},
      isBase64Encoded: false,
    },
    requestContext: {
      http,
      requestId: 'abc-1',
      authorizer: { iam: { userArn: 'arn:aws:iam::1:user/shop' } },
    } as never,
    ...rest,
  };
}

/** Lines from which CloudWatch extracts metrics. */
let lines: string[];
beforeEach(() => {
  lines = listenToOutput();
});

const call = async (given: APIGatewayProxyEventV2) =>
  (await handler(given, {} as Context)) as {
    statusCode: number;
    headers: Record<string, string>;
    body: string;
  };

test('appends, with a plain body and with an encoded one', async () => {
  const body = JSON.stringify({ eventType: 'productReceived', quantity: 0.5 });
  const headers = { 'content-type': 'application/json' };
  const encoded = { body: Buffer.from(body).toString('base64'), isBase64Encoded: true };
  for (const rest of [
    { headers, body },
    { headers, ...encoded },
  ]) {
    const {
      statusCode,
      headers: answered,
      body: text,
    } = await call(event('POST', '/products/100/events', rest));
    expect(statusCode).toBe(201);
    expect(answered).toMatchObject({ etag: '"3"', 'x-request-id': 'abc-1' });
    expect(JSON.parse(text)).toMatchObject({ productId: '100', version: 3 });
  }
  expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
    ...[
      { Requests: 1, Appends: 1, EventsStored: 1 },
      { Requests: 1, Appends: 1, EventsStored: 1 },
    ],
  ]);
  expect(JSON.parse(aws.calls[0]?.input['input'] ?? '')).toEqual({
    productId: '100',
    body: { eventType: 'productReceived', quantity: '0.5' },
    recordedBy: 'shop',
    answerRefusals: true,
    trace: { requestId: 'abc-1', execution: aws.calls[0]?.input['name'] },
  });
});

// An HTTP API decodes the path.
test.each(['A/B', 'ÖL 5', 'A+B', '100%', 'a#b', 'x/state', 'a/events'])(
  'accepts an event of %s',
  async (productId) => {
    const body = JSON.stringify({ eventType: 'productReceived', quantity: 1 });
    const headers = { 'content-type': 'application/json' };
    const path = `/products/${productId}/events`;
    expect(await call(event('POST', path, { headers, body }))).toMatchObject({ statusCode: 201 });
    expect(JSON.parse(aws.calls.at(-1)?.input['input'] ?? '')).toMatchObject({ productId });
  },
);

test('allows what the authorizer of the API allows, and nothing without one', async () => {
  const read = (authorizer: unknown) =>
    call(
      event('GET', '/products/100/events', {
        requestContext: { ...event('GET', '/').requestContext, authorizer } as never,
      }),
    );
  expect(await read(undefined)).toMatchObject({ statusCode: 401 });
  expect(await read({ jwt: { claims: { sub: 'shop', scope: 'events:write' } } })).toMatchObject({
    statusCode: 403,
  });
});

test('answers problems', async () => {
  expect(await call(event('POST', '/products/100/events'))).toMatchObject({ statusCode: 400 });
  expect(await call(event('GET', '/products/100/state', { rawQueryString: 'asOf=x' }))).toMatchObject({
    statusCode: 400,
  });
  expect(await call(event('GET', '/nowhere'))).toMatchObject({ statusCode: 404 });
});
