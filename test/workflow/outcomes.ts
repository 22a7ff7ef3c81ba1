import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { registry } from '@hindsight/domain';
import { processStateOf } from '@hindsight/workflow';
import { command, corrected, received, retracted, shipped } from '../support/commands';
import { appending, CORRECTED, fresh, LONG_AGO, STORED, STORED_LATE, STORED_TOGETHER } from './appends';
import type { Machine } from './machine';

const seed = (name: string): unknown =>
  JSON.parse(readFileSync(join(__dirname, '..', 'data', 'seed', `${name}.json`), 'utf8'));

const FAR_AHEAD = '2100-01-01T00:00:00Z';

export function describeAppends(machine: () => Machine): void {
  const { run, stateOf } = appending(machine);

  describe('an event that is accepted', () => {
    test.each(registry.types)('$name is processed in a state of its own, and stored', async (type) => {
      const event = type.examples[0]?.event;
      const productId = fresh();
      await run(productId, received(200, { eventId: 'delivery-1', effectiveAt: LONG_AGO }));
      const { status, result, path } = await run(productId, event);
      expect(path.slice(0, 3)).toEqual(['ValidateEvent', 'EventRouter', processStateOf(type)]);
      expect(path.slice(3)).toEqual(type.kind === 'correction' ? CORRECTED : STORED);
      expect(status).toBe('SUCCEEDED');
      expect(result).toMatchObject({ productId, version: 2, deduplicated: false, dryRun: false });
      expect(result?.events).toMatchObject([{ ...(event && { eventType: event['eventType'] }), version: 2 }]);
      expect(result?.state ?? 'no-state-at-time').toEqual(await stateOf(productId));
    });

    test('a batch is stored at once, by the state for batches', async () => {
      const productId = fresh();
      const { result, path } = await run(productId, [
        received(10),
        shipped(4),
        { eventType: 'stockCounted', quantity: 5 },
      ]);
      expect(path).toEqual(['ValidateEvent', 'EventRouter', 'ProcessBatch', ...STORED_TOGETHER]);
      expect(result).toMatchObject({
        version: 3,
        state: { quantity: '5' },
        events: [{ version: 1 }, { version: 2 }, { version: 3, variance: '-1' }],
      });
    });

    test('the sample’s EventBridge envelopes are taken as they are', async () => {
      const first = await machine().run(seed('product-received'));
      expect(first.result).toMatchObject({ productId: '100', version: 1, events: [{ eventId: '100' }] });
      // All of the sample's events have the same id, so the second is another event by a name that is taken.
      expect((await machine().run(seed('product-shipped'))).error).toBe('EventIdReused');
      expect((await machine().run(seed('product-received'))).result).toMatchObject({
        version: 1,
        deduplicated: true,
      });
    });

    test('an envelope that is delivered again is the same event, though it has no id of its own', async () => {
      const envelope = { id: 'delivery', detail: { ProductEvent: { ...received(1), productId: fresh() } } };
      expect((await machine().run(envelope)).result).toMatchObject({ events: [{ eventId: 'delivery' }] });
      expect((await machine().run(envelope)).result).toMatchObject({ version: 1, deduplicated: true });
    });

    test('a late event is answered with what it changes, and the repair is started', async () => {
      const productId = fresh();
      await run(productId, [received(10), received(10)]);
      const { result, path } = await run(productId, shipped(5, { effectiveAt: LONG_AGO }), {
        onConflict: 'flag',
      });
      expect(path.slice(-4)).toEqual(STORED_LATE);
      expect(result?.adjustment).toMatchObject({
        eventsAffected: 2,
        before: { quantity: '20' },
        after: { quantity: '15' },
      });
      await machine().drain();
      expect(await machine().log.repair(productId)).toMatchObject({ done: true, summariesWritten: 0 });
    });

    test('a future event is in order, and needs no repair', async () => {
      const productId = fresh();
      await run(productId, received(10));
      const { result, path } = await run(productId, received(5, { effectiveAt: FAR_AHEAD }));
      expect(path).not.toContain('RequestRepair');
      expect(result).toMatchObject({ version: 2, state: { quantity: '10' } });
    });

    test('whatever its texts look like, they are kept as they are', async () => {
      const productId = fresh();
      const metadata = {
        'a.$': '$.command',
        $: '$$.Execution',
        'States.UUID()': '{}\\"',
        'b[*]': 'ü😀\u2028',
        none: '',
      };
      const eventId = "$.plan['x'] 😀 \\ \" 'States.UUID()'";
      const { result } = await run(productId, received(1, { eventId, metadata, reason: '$.route' }));
      expect(result?.events).toMatchObject([{ eventId, metadata, reason: '$.route' }]);
      const page = await machine().log.readRecorded(productId, { direction: 'forward', limit: 10 });
      expect(page?.events).toMatchObject([{ eventId, metadata, reason: '$.route' }]);
    });
  });

  describe('an event that is not accepted stores nothing', () => {
    test('an invalid one, with every error', async () => {
      const productId = fresh();
      const { status, error, cause, path } = await run(productId, received(0, { color: 5 }));
      expect({ status, error }).toEqual({ status: 'SUCCEEDED', error: 'InvalidEvent' });
      expect(cause).toMatchObject({
        detail: 'quantity must be greater than 0',
        errors: [{ path: 'quantity' }, { path: 'color' }],
      });
      expect(path).toEqual(['ValidateEvent', 'EventRouter', 'AnswerInvalid']);
      expect(await machine().log.headVersion(productId)).toBe(0);
    });

    test('one of an unknown type', async () => {
      const { error, cause, path } = await run(fresh(), { eventType: 'productLost' });
      expect(error).toBe('UnknownEventType');
      expect(cause).toMatchObject({ errors: [{ path: 'eventType' }] });
      expect(path).toEqual(['ValidateEvent', 'EventRouter', 'AnswerInvalid']);
    });

    test.each([null, 'text', 5, [], {}])('the input %j', async (input) => {
      expect((await machine().run(input)).error).toBe('InvalidEvent');
    });

    test('one that breaks a rule, with what it would change', async () => {
      const productId = fresh();
      await run(productId, received(3));
      const { error, cause, path } = await run(productId, shipped(5, { eventId: 's' }));
      expect(error).toBe('RuleBroken');
      expect(cause).toMatchObject({
        rule: 'insufficient-stock',
        adjustment: { conflicts: [{ eventId: 's', deficit: '2', first: true, deepest: true }] },
      });
      expect(path.at(-1)).toBe('AnswerRefusal');
      expect(await machine().log.headVersion(productId)).toBe(1);
    });

    /** The service logs the cause of a failed execution even where it may not log data. */
    test.each([
      ['of an unknown type', { eventType: 'productSECRET' }, 'UnknownEventType', 'unknown-event-type'],
      ['that is not valid', received(1, { SECRET: 'SECRET' }), 'InvalidEvent', 'invalid-event'],
      ['that breaks a rule', shipped(5, { reason: 'SECRET' }), 'RuleBroken', 'insufficient-stock'],
    ])('one %s, sent without asking for refusals: its cause is a code', async (_, event, error, code) => {
      const productId = `${fresh()}-SECRET`;
      const answerRefusals = undefined;
      const ended = await run(productId, event, { answerRefusals });
      expect(ended).toMatchObject({ status: 'FAILED', error, cause: { detail: code } });
      expect(JSON.stringify([ended.error, ended.cause])).not.toContain('SECRET');
      expect(machine().reported).toEqual([]);

      const envelope = { detail: { ProductEvent: { productId, ...event } } };
      const ofBus = await machine().run(envelope);
      expect(ofBus).toMatchObject({ status: 'FAILED', error, cause: { detail: code } });
      expect(JSON.stringify([ofBus.error, ofBus.cause])).not.toContain('SECRET');
      // The bus has no one who waits for the answer: it goes out, with all details.
      const details = expect.objectContaining({ detail: expect.any(String) as string }) as object;
      expect(machine().reported).toMatchObject([
        { type: 'hindsight.refused', data: { error, code, details, received: envelope } },
      ]);
    });

    test.each([
      ['ReportRefusal', shipped(5), 'RuleBroken'],
      ['ReportInvalid', received(-1), 'InvalidEvent'],
    ])(
      'one of the bus where %s does not work: it fails by its name all the same',
      async (state, event, error) => {
        machine().failState(state, 'EventBridge.FailedEntry');
        const ended = await machine().run({ detail: { ProductEvent: { productId: fresh(), ...event } } });
        expect(ended).toMatchObject({ status: 'FAILED', error });
        expect(ended.path.filter((name) => name === state)).toHaveLength(1);
      },
    );

    test('one of the bus that is stored, or stored already, is no report', async () => {
      const ProductEvent = { productId: fresh(), ...received(1, { eventId: 'e' }) };
      await machine().run({ detail: { ProductEvent } });
      expect(await machine().run({ detail: { ProductEvent } })).toMatchObject({ status: 'SUCCEEDED' });
      expect(machine().reported).toEqual([]);
    });

    test('a batch of which one event breaks a rule, whole', async () => {
      const productId = fresh();
      expect((await run(productId, [received(3), shipped(5), received(1)])).error).toBe('RuleBroken');
      expect(await machine().log.headVersion(productId)).toBe(0);
    });

    test('one under an id that another event has', async () => {
      const productId = fresh();
      await run(productId, received(3, { eventId: 'e' }));
      const { error, cause } = await run(productId, received(4, { eventId: 'e' }));
      expect([error, cause?.['eventId'], cause?.['version']]).toEqual(['EventIdReused', 'e', 1]);
    });

    test.each([0, 2, 7])('one that expects version %i of a product at version 1', async (expectedVersion) => {
      const productId = fresh();
      await run(productId, received(3));
      const { error, cause } = await run(productId, received(4), { expectedVersion });
      expect([error, cause?.['currentVersion']]).toEqual(['VersionConflict', 1]);
    });

    test('a correction of what is not there, or of a correction', async () => {
      const productId = fresh();
      await run(productId, [received(3, { eventId: 'e' }), corrected('e', received(2), { eventId: 'c' })]);
      for (const target of ['nothing', 'c']) {
        const { error, cause } = await run(productId, retracted(target));
        expect([error, cause?.['targetEventId']]).toEqual(['TargetNotFound', target]);
      }
    });
  });

  describe('an event that is sent again', () => {
    test('ends with the first result, and writes nothing', async () => {
      const productId = fresh();
      const body = received(3, { eventId: 'e' });
      const first = await run(productId, body);
      await run(productId, shipped(3));
      const { result, path } = await run(productId, body);
      expect(result).toEqual({ ...first.result, deduplicated: true });
      expect(path.slice(-2)).toEqual(['Decision', 'Done']);
    });

    test('is recognized before its expected version and the rules are checked', async () => {
      const productId = fresh();
      const body = [received(3, { eventId: 'a' }), shipped(3, { eventId: 'b' })];
      const first = await run(productId, body, { expectedVersion: 0 });
      await run(productId, received(1));
      expect((await run(productId, body, { expectedVersion: 0 })).result).toEqual({
        ...first.result,
        deduplicated: true,
      });
      const again = await run(productId, shipped(3, { eventId: 'b' }));
      expect(again.result).toMatchObject({ version: 2, deduplicated: true });
    });

    test('while the first is under way, is stored once', async () => {
      const productId = fresh();
      const body = received(3, { eventId: 'e' });
      const { log } = machine();
      machine().afterProcessing(() => log.append(command(productId, body)));
      expect((await run(productId, body)).result).toMatchObject({ version: 1, deduplicated: true });
      expect(await log.headVersion(productId)).toBe(1);
    });
  });

  describe('a dry run', () => {
    test('answers as the append would, and stores nothing', async () => {
      const productId = fresh();
      const { result, path } = await run(productId, received(3, { eventId: 'e' }), { dryRun: true });
      expect(path).toEqual(['ValidateEvent', 'EventRouter', 'ProcessProductReceived', 'Decision', 'Done']);
      expect(result).toMatchObject({ version: 1, dryRun: true, state: { quantity: '3' } });
      expect(await machine().log.headVersion(productId)).toBe(0);
    });

    test('fails as the append would', async () => {
      expect((await run(fresh(), shipped(3), { dryRun: true })).error).toBe('RuleBroken');
    });
  });
}
