import { cancellationCodes, cancellationOf } from '@hindsight/event-log';
import { createStepFunctions } from '@hindsight/local-aws';
import fc from 'fast-check';
import request from 'supertest';
import { received } from '../support/commands';
import type { Fault } from './faulty-endpoint';
import { startGateway, type StartedGateway } from './gateway';
import { startMachine, type Machine } from './machine';

let machine: Machine;
let gateway: StartedGateway;

beforeAll(async () => {
  machine = await startMachine();
  gateway = await startGateway(machine);
});
afterAll(async () => {
  await gateway.stop();
  await machine.stop();
});
beforeEach(() => {
  jest.spyOn(Math, 'random').mockReturnValue(0);
  machine.heal();
});

interface Expected {
  readonly status: number;
  readonly type: string;
  /** Writes that the table gets. */
  readonly writes: number;
  readonly retryAfter: string | undefined;
}

/** Every put of an append is refused by this; how the client is answered, and how often the table is asked. */
const puts: readonly [string, string, Expected][] = [
  [
    'a full item collection',
    'ItemCollectionSizeLimitExceededException',
    { status: 409, type: 'product-full', writes: 1, retryAfter: undefined },
  ],
  ['throttling', 'ThrottlingException', { status: 503, type: 'unavailable', writes: 5, retryAfter: '2' }],
  [
    'exhausted capacity',
    'ProvisionedThroughputExceededException',
    { status: 503, type: 'unavailable', writes: 5, retryAfter: '2' },
  ],
  [
    'invalid data',
    'ValidationException',
    { status: 500, type: 'internal-error', writes: 1, retryAfter: undefined },
  ],
  [
    'a condition that fails',
    'ConditionalCheckFailedException',
    { status: 503, type: 'contention', writes: 16, retryAfter: '1' },
  ],
  [
    'a transaction on the item',
    'TransactionConflictException',
    { status: 503, type: 'contention', writes: 16, retryAfter: '1' },
  ],
];

/** The same for every transaction of a batch. */
const transactions: readonly [string, Fault, Expected][] = [
  [
    'a full item collection',
    { reasons: ['ItemCollectionSizeLimitExceeded', 'None'] },
    { status: 409, type: 'product-full', writes: 1, retryAfter: undefined },
  ],
  [
    'throttling',
    { reasons: ['None', 'ThrottlingError'] },
    { status: 503, type: 'unavailable', writes: 5, retryAfter: '2' },
  ],
  [
    'exhausted capacity',
    { reasons: ['ProvisionedThroughputExceeded', 'None'] },
    { status: 503, type: 'unavailable', writes: 5, retryAfter: '2' },
  ],
  [
    'invalid data',
    { reasons: ['ValidationError', 'None'] },
    { status: 500, type: 'internal-error', writes: 1, retryAfter: undefined },
  ],
  [
    'invalid data beside throttling',
    { reasons: ['ThrottlingError', 'ValidationError'] },
    { status: 500, type: 'internal-error', writes: 1, retryAfter: undefined },
  ],
  [
    'a condition that fails',
    { reasons: ['ConditionalCheckFailed', 'None'] },
    { status: 503, type: 'contention', writes: 16, retryAfter: '1' },
  ],
  [
    'other transactions on the item',
    { reasons: ['None', 'TransactionConflict'] },
    { status: 503, type: 'contention', writes: 16, retryAfter: '1' },
  ],
  [
    'a cancellation without reasons',
    { error: 'TransactionCanceledException', message: 'Transaction cancelled' },
    { status: 503, type: 'contention', writes: 16, retryAfter: '1' },
  ],
];

async function ended(body: unknown, operation: string, fault: Fault): Promise<Expected> {
  machine.wire.fail(operation, fault, Infinity);
  const {
    status,
    body: answer,
    headers,
  } = await request(gateway.app)
    .post('/products/cancelled/events')
    .send(body as object);
  expect(await machine.log.headVersion('cancelled')).toBe(0);
  return {
    status,
    type: (answer as { type: string }).type.replace('/problems/', ''),
    writes: machine.wire.requests(operation),
    retryAfter: headers['retry-after'],
  };
}

test.each(puts)('a table that always refuses a put for %s', async (_, error, expected) => {
  expect(await ended(received(1), 'PutItem', { error })).toEqual(expected);
});

test.each(transactions)('a table that always cancels for %s', async (_, fault, expected) => {
  expect(await ended([received(1), received(1)], 'TransactWriteItems', fault)).toEqual(expected);
});

const ENDS = {
  'lost-race': 'LostRace',
  throttled: 'TryLater',
  'stream-full': 'ProductFull',
  failed: 'WriteRejected',
};

test('the state machine takes the reasons of a cancellation for what the log takes them', async () => {
  const end = (name: string) => [name, { Type: 'Pass', Result: name, End: true }] as const;
  const { WhyCancelled } = machine.definition.States;
  const alone = createStepFunctions({
    definition: {
      StartAt: 'WhyCancelled',
      States: { WhyCancelled, ...Object.fromEntries(Object.values(ENDS).map(end)) },
    },
    dynamodb: undefined as never,
    invoke: () => Promise.reject(new Error('nothing is invoked')),
  });
  const codes = fc.constantFrom('None', 'ValidationError', ...Object.values(cancellationCodes).flat());
  await fc.assert(
    fc.asyncProperty(fc.array(codes, { minLength: 1, maxLength: 6 }), async (reasons) => {
      fc.pre(reasons.some((code) => code !== 'None'));
      const Cause = `Transaction cancelled, please refer cancellation reasons for specific reasons [${reasons.join(', ')}] (Service: DynamoDb, Status Code: 400, Request ID: R)`;
      const ended = await alone.startSyncExecution({ input: JSON.stringify({ fault: { Cause } }) });
      expect('output' in ended && ended.output).toBe(JSON.stringify(ENDS[cancellationOf(reasons).kind]));
    }),
    { numRuns: 300 },
  );
});
