import { registry } from '@hindsight/domain';
import { processStateOf, type FunctionName } from '@hindsight/workflow';
import { received } from '../support/commands';
import { appending, fresh, LONG_AGO } from './appends';
import type { Fault } from './faulty-endpoint';
import type { Machine } from './machine';

/** The errors that the document tries again, by the name of the state. */
const retriedErrors = ({ definition }: Machine, state: string): string[] => {
  const [retry] = definition.States[state]?.['Retry'] as { ErrorEquals: string[] }[];
  return retry?.ErrorEquals ?? [];
};

/** What DynamoDB calls what Step Functions calls `DynamoDb.…Exception`. */
const FAULTS: Readonly<Record<string, Fault>> = {
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
    for (const state of ['StoreEvent', 'StoreEventAndRepair'])
      expect(retriedErrors(machine(), state).sort()).toEqual(Object.keys(FAULTS).sort());
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

  describe.each([
    ['StoreEvent', 0, {}],
    ['StoreEventAndRepair', 1, { effectiveAt: LONG_AGO }],
  ])('the write of %s', (state, before, when) => {
    /** A product with so many events before, and an event that this state stores. */
    async function prepared(content: object = {}) {
      const productId = fresh();
      if (before > 0) await run(productId, received(10));
      return { productId, append: () => run(productId, received(1, { ...when, ...content })) };
    }

    test.each(Object.entries(FAULTS))('is tried again after %s', async (_, fault) => {
      const { productId, append } = await prepared();
      machine().wire.fail('TransactWriteItems', fault, ATTEMPTS - 1);
      const { result, transitions } = await append();
      expect([result?.version, again(state, transitions)]).toEqual([before + 1, ATTEMPTS - 1]);
      expect(await machine().log.headVersion(productId)).toBe(before + 1);
    });

    test.each(Object.entries(FAULTS))('ends in StoreUnavailable where %s does not pass', async (_, fault) => {
      const { productId, append } = await prepared();
      machine().wire.fail('TransactWriteItems', fault, ATTEMPTS);
      expect((await append()).error).toBe('StoreUnavailable');
      expect(await machine().log.headVersion(productId)).toBe(before);
    });

    test.each<[string, Fault]>([
      ['StoreUnavailable', { error: 'ResourceNotFoundException' }],
      ['StoreUnavailable', { error: 'ServiceUnavailable', status: 503 }],
      ['WriteRejected', { error: 'ValidationException' }],
      ['WriteRejected', { error: 'AccessDeniedException' }],
    ])('ends in %s, at once, after %j', async (name, fault) => {
      const { productId, append } = await prepared();
      machine().wire.fail('TransactWriteItems', fault, 1);
      const { error, transitions } = await append();
      expect([error, again(state, transitions)]).toEqual([name, 0]);
      expect(await machine().log.headVersion(productId)).toBe(before);
    });

    test.each<[string, string]>([
      ['ProductFull', 'ItemCollectionSizeLimitExceeded'],
      ['WriteRejected', 'ValidationError'],
      ['StoreUnavailable', 'ThrottlingError'],
    ])('ends in %s where it is cancelled for %s every time', async (name, reason) => {
      const { productId, append } = await prepared();
      machine().wire.fail('TransactWriteItems', { reasons: ['None', reason] }, Infinity);
      expect((await append()).error).toBe(name);
      expect(await machine().log.headVersion(productId)).toBe(before);
    });

    test('that is throttled is planned again after a wait', async () => {
      const { productId, append } = await prepared();
      machine().wire.fail('TransactWriteItems', { reasons: ['ThrottlingError', 'None'] }, 4);
      const { result, path } = await append();
      expect(result).toMatchObject({ version: before + 1, attempts: 1 });
      expect(path.filter((name) => name === 'WaitForCapacity')).toHaveLength(4);
      expect(await machine().log.headVersion(productId)).toBe(before + 1);
    });

    test('whose answer is lost is repeated under its token, and stored once', async () => {
      const { productId, append } = await prepared();
      machine().wire.fail('TransactWriteItems', 'answer lost', 2);
      const { result, path } = await append();
      expect(result).toMatchObject({ version: before + 1, deduplicated: false });
      expect(path).not.toContain('LostRace');
      expect(await machine().log.headVersion(productId)).toBe(before + 1);
    });

    test('whose answer never comes is in doubt; the same event sent again ends the doubt', async () => {
      const { append } = await prepared({ eventId: 'e' });
      machine().wire.fail('TransactWriteItems', 'answer lost', ATTEMPTS);
      expect((await append()).error).toBe('StoreUnavailable');
      expect((await append()).result).toMatchObject({ version: before + 1, deduplicated: true });
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
      expect(await machine().log.repair(productId)).toMatchObject({ done: true, snapshotsWritten: 1 });
    });
  });
}
