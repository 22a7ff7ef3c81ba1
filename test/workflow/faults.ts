import { registry } from '@hindsight/domain';
import { processStateOf, type FunctionName } from '@hindsight/workflow';
import { received } from '../support/commands';
import { appending, fresh, LONG_AGO } from './appends';
import type { Fault } from './faulty-endpoint';
import type { Machine } from './machine';

interface Rule {
  readonly ErrorEquals: string[];
  readonly Next?: string;
}

/** The errors after which the document tries a function again, by the name of the state. */
const retriedErrors = ({ definition }: Machine, state: string): string[] => {
  const [retry] = definition.States[state]?.['Retry'] as Rule[];
  return retry?.ErrorEquals ?? [];
};

/** The errors after which the document waits, and plans a write anew. */
const passingErrors = ({ definition }: Machine, state: string): string[] =>
  (definition.States[state]?.['Catch'] as Rule[])
    .filter(({ Next }) => Next === 'TryLater')
    .flatMap(({ ErrorEquals }) => ErrorEquals);

/** What DynamoDB calls what Step Functions calls `DynamoDB.…` in a put. */
const PUT_FAULTS: Readonly<Record<string, Fault>> = {
  'DynamoDB.InternalServerError': { error: 'InternalServerError', status: 500 },
  'DynamoDB.SdkClientException': 'unreachable',
  'DynamoDB.ProvisionedThroughputExceededException': { error: 'ProvisionedThroughputExceededException' },
  'DynamoDB.RequestLimitExceeded': { error: 'RequestLimitExceeded' },
  'DynamoDB.ThrottlingException': { error: 'ThrottlingException' },
};

/** What DynamoDB calls what Step Functions calls `DynamoDb.…Exception` in a transaction. */
const TRANSACTION_FAULTS: Readonly<Record<string, Fault>> = {
  'DynamoDb.ProvisionedThroughputExceededException': { error: 'ProvisionedThroughputExceededException' },
  'DynamoDb.RequestLimitExceededException': { error: 'RequestLimitExceeded' },
  'DynamoDb.ThrottlingException': { error: 'ThrottlingException' },
  'DynamoDb.InternalServerErrorException': { error: 'InternalServerError', status: 500 },
  'DynamoDb.TransactionInProgressException': { error: 'TransactionInProgressException' },
  'DynamoDb.SdkClientException': 'unreachable',
};

const LAMBDA_ERRORS = [
  'StoreUnavailable',
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.TooManyRequestsException',
];

/** The first try and four more. */
const ATTEMPTS = 5;

export function describeFaults(machine: () => Machine): void {
  const { run } = appending(machine);
  const again = (state: string, transitions: readonly string[]) =>
    transitions.filter((transition) => transition === `${state} again`).length;

  test('the faults below are all that the document tries again', () => {
    // The service may write the name of an internal error either way.
    const put = ['DynamoDB.InternalServerErrorException', ...Object.keys(PUT_FAULTS), 'States.Timeout'];
    const transaction = [...Object.keys(TRANSACTION_FAULTS), 'States.Timeout'];
    for (const state of ['StoreEvent', 'StoreEventAndRepair'])
      expect(passingErrors(machine(), state).sort()).toEqual(put.sort());
    for (const state of ['StoreEvents', 'StoreEventsAndRepair'])
      expect(passingErrors(machine(), state).sort()).toEqual(transaction.sort());
    expect(retriedErrors(machine(), 'ProcessBatch').sort()).toEqual([...LAMBDA_ERRORS].sort());
  });

  describe('a task', () => {
    /** The states that wait for a function, with a body that goes through them, for a product with one delivery. */
    const waiting: readonly (readonly [string, FunctionName, unknown])[] = [
      ['ValidateEvent', 'validate-event', received(1)],
      ...registry.types.map(
        (type) => [processStateOf(type), 'process-event', type.examples[0]?.event] as const,
      ),
      ['ProcessBatch', 'process-event', [received(1), received(1)]],
    ];

    describe.each(waiting)('%s', (state, name, body) => {
      const productId = fresh();
      const start = () => run(productId, body);
      beforeAll(() => run(productId, received(200, { eventId: 'delivery-1', effectiveAt: LONG_AGO })));

      test('is tried again after a passing fault', async () => {
        machine().failFunction(name, 'Lambda.TooManyRequestsException', 2);
        const { status, transitions } = await start();
        expect([status, again(state, transitions)]).toEqual(['SUCCEEDED', 2]);
      });

      test('ends in StoreUnavailable where the fault does not pass', async () => {
        machine().failFunction(name, 'StoreUnavailable', ATTEMPTS);
        const { error, cause, path, transitions } = await start();
        expect([error, path.at(-1), again(state, transitions)]).toEqual([
          'StoreUnavailable',
          'StoreUnavailable',
          4,
        ]);
        expect(cause?.detail).toMatch(/try again with the same event id/);
      });

      test('ends in CodeTooOld, at once, if newer code wrote what it reads', async () => {
        machine().failFunction(name, 'CodeTooOld', 1);
        const { error, transitions } = await start();
        expect([error, again(state, transitions)]).toEqual(['CodeTooOld', 0]);
      });

      test('ends in ProcessingFailed, at once, where this software is at fault', async () => {
        machine().failFunction(name, 'TypeError', 1);
        const { error, path, transitions } = await start();
        expect([error, path.at(-1), again(state, transitions)]).toEqual([
          'ProcessingFailed',
          'ProcessingFailed',
          0,
        ]);
      });
    });

    test.each(LAMBDA_ERRORS)('is tried again after %s', async (error) => {
      machine().failFunction('process-event', error, ATTEMPTS - 1);
      expect(await run(fresh(), received(1))).toMatchObject({ status: 'SUCCEEDED', result: { version: 1 } });
    });

    test.each<Fault>([
      { error: 'ProvisionedThroughputExceededException' },
      'unreachable',
      { error: 'InternalServerError', status: 500 },
    ])('that can not read the table, %j, is tried again when its client has given up', async (fault) => {
      machine().wire.fail('Query', fault, 2);
      const { status, transitions } = await run(fresh(), received(1));
      expect([status, again('ProcessProductReceived', transitions)]).toEqual(['SUCCEEDED', 1]);
    });

    test('that can not read the table at all ends in StoreUnavailable', async () => {
      machine().wire.fail('Query', 'unreachable', Infinity);
      expect((await run(fresh(), received(1))).error).toBe('StoreUnavailable');
    });
  });

  const single = { operation: 'PutItem', faults: PUT_FAULTS, events: 1 };
  const batch = { operation: 'TransactWriteItems', faults: TRANSACTION_FAULTS, events: 2 };

  describe.each([
    { state: 'StoreEvent', before: 0, when: {}, ...single },
    { state: 'StoreEventAndRepair', before: 1, when: { effectiveAt: LONG_AGO }, ...single },
    { state: 'StoreEvents', before: 0, when: {}, ...batch },
    { state: 'StoreEventsAndRepair', before: 1, when: { effectiveAt: LONG_AGO }, ...batch },
  ])('the write of $state', ({ state, before, when, operation, faults, events }) => {
    const after = before + events;
    const fail = (fault: Fault, times: number) => machine().wire.fail(operation, fault, times);
    const refused = (name: string, reason: string): Fault =>
      events === 1 ? { error: name } : { reasons: ['None', reason] };

    /** A product with so many events before, and an event or more that this state stores. */
    async function prepared(ids: readonly string[] = []) {
      const productId = fresh();
      if (before > 0) await run(productId, received(10));
      const sent = Array.from({ length: events }, (_, i) =>
        received(1, { ...when, ...(ids[i] !== undefined && { eventId: ids[i] }) }),
      );
      return { productId, append: () => run(productId, events === 1 ? sent[0] : sent) };
    }

    test.each(Object.entries(faults))('is tried again after %s', async (_, fault) => {
      const { productId, append } = await prepared();
      fail(fault, ATTEMPTS - 1);
      const { result, transitions } = await append();
      const later = transitions.filter((transition) => transition === `${state} caught → TryLater`);
      expect([result?.version, later.length]).toEqual([after, ATTEMPTS - 1]);
      expect(await machine().log.headVersion(productId)).toBe(after);
    });

    test('is tried again if it takes too long, and ends in StoreUnavailable', async () => {
      const { productId, append } = await prepared();
      machine().failState(state, 'States.Timeout');
      const { error, path } = await append();
      expect([error, path.filter((name) => name === state)]).toEqual([
        'StoreUnavailable',
        Array(ATTEMPTS).fill(state),
      ]);
      expect(await machine().log.headVersion(productId)).toBe(before);
    });

    test.each(Object.entries(faults))('ends in StoreUnavailable if %s does not pass', async (_, fault) => {
      const { productId, append } = await prepared();
      fail(fault, ATTEMPTS);
      expect((await append()).error).toBe('StoreUnavailable');
      expect(await machine().log.headVersion(productId)).toBe(before);
    });

    test.each<[string, Fault]>([
      ['StoreUnavailable', { error: 'ServiceUnavailable', status: 503 }],
      ['StoreUnavailable', { error: 'ResourceNotFoundException' }],
      ['WriteRejected', { error: 'ValidationException' }],
      ['WriteRejected', { error: 'AccessDeniedException' }],
    ])('ends in %s, at once, after %j', async (name, fault) => {
      const { productId, append } = await prepared();
      fail(fault, 1);
      const { error, transitions } = await append();
      expect([error, again(state, transitions)]).toEqual([name, 0]);
      expect(await machine().log.headVersion(productId)).toBe(before);
    });

    test.each([
      ['ProductFull', refused('ItemCollectionSizeLimitExceededException', 'ItemCollectionSizeLimitExceeded')],
      ['WriteRejected', refused('ValidationException', 'ValidationError')],
      ['StoreUnavailable', refused('ThrottlingException', 'ThrottlingError')],
      ['Contention', refused('ConditionalCheckFailedException', 'ConditionalCheckFailed')],
    ])('ends in %s if it is refused for %j every time', async (name, fault) => {
      const { productId, append } = await prepared();
      fail(fault, Infinity);
      expect((await append()).error).toBe(name);
      expect(await machine().log.headVersion(productId)).toBe(before);
    });

    test('that is throttled is planned again after a wait', async () => {
      const { productId, append } = await prepared();
      fail(refused('ProvisionedThroughputExceededException', 'ThrottlingError'), 4);
      const { result, path } = await append();
      expect(result).toMatchObject({ version: after, attempts: 1 });
      expect(path.filter((name) => name === 'WaitForStore')).toHaveLength(4);
      expect(await machine().log.headVersion(productId)).toBe(after);
    });

    test('whose answer is lost is found by its ids, and stored once', async () => {
      const { productId, append } = await prepared();
      fail('answer lost', 1);
      const { result, path } = await append();
      // The server made the ids: this append stored them, and no other.
      expect(result).toMatchObject({ version: after, deduplicated: false });
      expect(path).toContain('TryLater');
      expect(await machine().log.headVersion(productId)).toBe(after);
    });

    test('whose answer is lost is a repetition if the client gave the ids', async () => {
      const { productId, append } = await prepared(['a', 'b']);
      fail('answer lost', 1);
      expect((await append()).result).toMatchObject({ version: after, deduplicated: true });
      expect(await machine().log.headVersion(productId)).toBe(after);
    });

    test('whose answer never comes is in doubt; the same event sent again ends the doubt', async () => {
      const { append } = await prepared(['e', 'f']);
      fail('answer lost', Infinity);
      await append();
      machine().wire.heal();
      expect((await append()).result).toMatchObject({ version: after, deduplicated: true });
    });
  });

  describe('the repair', () => {
    async function late() {
      const productId = fresh();
      await run(productId, received(10));
      return { productId, ended: () => run(productId, received(5, { effectiveAt: LONG_AGO })) };
    }

    test('that can not be started is no error: the event is stored, and answers stay right', async () => {
      const { productId, ended } = await late();
      machine().failState('RequestRepair', 'Lambda.TooManyRequestsException');
      const { status, transitions } = await ended();
      expect(status).toBe('SUCCEEDED');
      expect(transitions).toContain('RequestRepair caught → Done');
      expect(await machine().log.stateAt(productId)).toMatchObject({
        found: true,
        state: { quantity: '15' },
      });
    });

    test('that fails later is no error either', async () => {
      const { productId, ended } = await late();
      machine().failFunction('repair-log', 'RepairUnfinished', 1);
      expect((await ended()).status).toBe('SUCCEEDED');
      await machine().drain();
      expect(machine().failedInBackground).toEqual(['repair-log']);
      expect(await machine().log.stateAt(productId)).toMatchObject({
        found: true,
        state: { quantity: '15' },
      });
    });

    test('is not waited for', async () => {
      const { productId, ended } = await late();
      machine().wire.fail('BatchWriteItem', 'unreachable', Infinity);
      expect((await ended()).status).toBe('SUCCEEDED');
      await machine().drain();
      machine().wire.heal();
      expect(await machine().log.repair(productId)).toMatchObject({ done: true, summariesWritten: 1 });
    });
  });
}
