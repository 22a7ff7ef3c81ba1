import { gzipSync } from 'node:zlib';
import request from 'supertest';
import { UnavailableError } from '../appender';
import { failed, fakeAppender, fakeLog, gatewayWith } from '../testing/fakes';

const ARN = 'arn:aws:dynamodb:eu-central-1:123456789012:table/stock-table';
/** An error like those of the SDK: message, fields and causes contain internal names. */
const fromSdk = (name: string) =>
  Object.assign(
    new Error(`${name}: user arn:aws:sts::123456789012:assumed-role/gateway is not authorized on ${ARN}`, {
      cause: new Error('Requested resource not found: Table: stock-table not found'),
    }),
    { name, $metadata: { requestId: 'inner' }, $response: { body: 'top-secret' }, resource: ARN },
  );

const PAYLOAD = {
  eventType: 'productReceived',
  quantity: '31337',
  reason: 'top-secret',
  metadata: { key: 'top-secret' },
};
const SENT = {
  Authorization: 'Bearer top-secret',
  Cookie: 'session=top-secret',
  'Idempotency-Key': 'top-secret',
  'User-Agent': 'top-secret',
  Referer: 'https://example.com/top-secret',
};
const INSIDE = /top-secret|31337|arn:aws|123456789012|stock-table|assumed-role|\$metadata/;

const faults = [
  [
    'a table that refuses',
    { log: fakeLog({ headVersion: () => Promise.reject(fromSdk('AccessDeniedException')) }) },
  ],
  [
    'a table that is not there',
    { log: fakeLog({ headVersion: () => Promise.reject(fromSdk('ResourceNotFoundException')) }) },
  ],
  [
    'a request of ours that is wrong',
    { log: fakeLog({ headVersion: () => Promise.reject(fromSdk('ValidationException')) }) },
  ],
  [
    'a fault of ours',
    { log: fakeLog({ headVersion: () => Promise.reject(new TypeError(`undefined is not ${ARN}`)) }) },
  ],
  [
    'a machine that does not answer',
    {
      appender: fakeAppender(() =>
        Promise.reject(new UnavailableError('no answer', { cause: fromSdk('StateMachineDoesNotExist') })),
      ),
    },
  ],
  [
    'an execution that failed',
    { appender: fakeAppender(() => failed('States.TaskFailed', `${ARN} top-secret`)) },
  ],
  [
    'an execution that failed by a name of AWS',
    { appender: fakeAppender(() => failed('Lambda.Unknown', { errorMessage: ARN })) },
  ],
  [
    'an end that nobody knows',
    { appender: fakeAppender(() => failed('NobodyKnows', { stock: 'stock-table' })) },
  ],
] as const;

test.each(faults)('internal names in %s reach neither the client nor the log', async (_, parts) => {
  const { app, lines } = gatewayWith(parts);
  const answer = await request(app)
    .post('/products/100/events?onConflict=flag')
    .set({ ...SENT, 'If-Match': '*' })
    .send(PAYLOAD);
  expect(answer.status).toBeGreaterThanOrEqual(500);
  expect(JSON.stringify([answer.body, answer.headers])).not.toMatch(INSIDE);
  expect(lines).toHaveLength(1);
  expect(lines.join()).not.toMatch(INSIDE);
  expect(lines.join()).toMatch(/"level":[45]0/);
});

test('invalid input of a client does not get into the log', async () => {
  const { app, lines } = gatewayWith();
  const post = () => request(app).post('/products/100/events').set(SENT);
  await post().type('json').send('{"top-secret').expect(400);
  await post().type('text/top-secret').send('top-secret').expect(415);
  await post().type('json').set('Content-Encoding', 'gzip').send(gzipSync('top-secret')).expect(415);
  await request(app).get('/products/100/state?token=top-secret').set(SENT).expect(400);
  expect(lines).toHaveLength(4);
  expect(lines.join()).not.toMatch(INSIDE);
});
