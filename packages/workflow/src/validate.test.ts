import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { registry } from '@hindsight/domain';
import fc from 'fast-check';
import { validate } from './validate';

const seeds = join(__dirname, '..', '..', '..', 'test', 'data', 'seed');
const seed = JSON.parse(readFileSync(join(seeds, 'product-received.json'), 'utf8')) as object;

const run = (input: unknown) => validate(registry, input, { newId: () => 'new', onConflict: 'reject' });
const failureOf = (input: unknown) => {
  const validated = run(input);
  if (!('failure' in validated)) throw new Error('it is valid');
  return {
    ...validated,
    cause: JSON.parse(validated.failure.cause) as { detail: string; errors: unknown[] },
  };
};
const received = { eventType: 'productReceived', quantity: '1' };

/** The service's limit on a cause, in characters. */
const CAUSE_LIMIT = 32_768;

describe('what starts an execution', () => {
  test('a request becomes a command, on its way to the task of its type', () => {
    const input = { productId: 'anvil', body: { ...received, eventId: 'e' } };
    expect(run(input)).toEqual({
      route: 'type:productReceived',
      attempt: 0,
      trace: {},
      command: {
        productId: 'anvil',
        recordedBy: 'anonymous',
        onConflict: 'reject',
        dryRun: false,
        events: [
          {
            eventId: 'e',
            eventType: 'productReceived',
            eventCategory: 'inventory',
            productId: 'anvil',
            schemaVersion: 1,
            quantity: '1',
          },
        ],
      },
    });
  });

  test('its options come along', () => {
    const options = { expectedVersion: 0, dryRun: true, onConflict: 'flag' };
    const input = { productId: 'anvil', body: received, idempotencyKey: 'key', ...options };
    expect(run(input)).toMatchObject({ command: { ...options, events: [{ eventId: 'key' }] } });
  });

  test('the deployment sets the conflict policy if the request does not', () => {
    const validated = validate(
      registry,
      { productId: 'anvil', body: received },
      { newId: () => 'new', onConflict: 'flag' },
    );
    expect(validated).toMatchObject({ command: { onConflict: 'flag' } });
  });

  test('several events are a batch; one in an array is not', () => {
    expect(run({ productId: 'anvil', body: [received, received] })).toMatchObject({ route: 'batch' });
    expect(run({ productId: 'anvil', body: [received] })).toMatchObject({ route: 'type:productReceived' });
  });

  test('an EventBridge envelope is taken as it is', () => {
    expect(run(seed)).toMatchObject({
      route: 'type:productReceived',
      command: { productId: '100', dryRun: false, events: [{ eventId: '100', quantity: '150' }] },
    });
  });

  test('an envelope’s id names an event that has none, so that a redelivery is the same event', () => {
    const input = {
      id: 'delivery',
      'detail-type': 'x',
      detail: { ProductEvent: { ...received, productId: 'a' } },
    };
    expect(run(input)).toMatchObject({ command: { events: [{ eventId: 'delivery' }] } });
  });

  test('the actor is that of the request, the bus for a bare envelope, or unknown', () => {
    const options = { newId: () => 'new', onConflict: 'reject', bus: 'intake' } as const;
    const body = { ...received, productId: 'anvil' };
    const recordedBy = (input: unknown) => {
      const validated = validate(registry, input, options);
      return 'command' in validated && validated.command.recordedBy;
    };
    expect(recordedBy({ body, recordedBy: 'till-7' })).toBe('till-7');
    expect(recordedBy({ detail: { ProductEvent: body } })).toBe('intake');
    expect(recordedBy({ body })).toBe('anonymous');
    expect(failureOf({ body: { ...body, recordedBy: 'me' } }).cause.errors).toMatchObject([
      { path: 'recordedBy' },
    ]);
    expect(failureOf({ body, recordedBy: 'a\nb' }).cause.errors).toMatchObject([{ path: 'recordedBy' }]);
  });

  test('no fields are undefined: all of it survives as JSON', () => {
    const validated = run({ productId: 'anvil', body: received });
    expect(JSON.parse(JSON.stringify(validated))).toEqual(validated);
  });
});

describe('what can not start one', () => {
  test('an invalid event says everything that is wrong, the first of it in words', () => {
    const { route, failure, cause } = failureOf({
      productId: 'anvil',
      body: { ...received, quantity: 0, color: 1 },
    });
    expect([route, failure.error]).toEqual(['invalid', 'InvalidEvent']);
    expect(cause).toEqual({
      detail: 'quantity must be greater than 0',
      errors: [
        { path: 'quantity', message: 'must be greater than 0' },
        { path: 'color', message: 'must be a string' },
      ],
    });
  });

  test('a body that is no event at all', () => {
    expect(failureOf({ productId: 'anvil', body: [] }).cause.detail).toBe(
      'the body must have at least one event',
    );
    expect(failureOf({ productId: 'anvil' }).cause.detail).toBe('the body must be an event, an object');
  });

  test('an unknown type is routed by its name, to no task', () => {
    const { route, failure, cause } = failureOf({ productId: 'anvil', body: { eventType: 'productLost' } });
    expect([route, failure.error]).toEqual(['type:productLost', 'UnknownEventType']);
    expect(cause.detail).toMatch(/^eventType must be one of eventCorrected, /);
  });

  test.each(['invalid', 'batch'])('a type of the name %s is no other route', (eventType) => {
    expect(failureOf({ productId: 'anvil', body: { eventType } }).route).toBe(`type:${eventType}`);
  });

  test.each([
    null,
    'text',
    5,
    [],
    {},
    { body: received, productId: 5 },
    { body: received, expectedVersion: -1 },
  ])('%j', (input) => {
    expect(failureOf(input).failure.error).toBe('InvalidEvent');
  });

  test('an option that is not known', () => {
    const input = { productId: 'anvil', body: received, onConflict: 'ignore' };
    expect(failureOf(input).cause.errors).toMatchObject([{ path: 'onConflict' }]);
    expect(failureOf({ ...input, onConflict: 'flag', force: true }).failure.error).toBe('InvalidEvent');
  });
});

describe('the cause of a failure stays within what the service allows', () => {
  const length = (body: unknown) => failureOf({ productId: 'anvil', body }).failure.cause.length;
  const many = (count: number, name: (n: number) => string) =>
    Object.fromEntries(Array.from({ length: count }, (_, n) => [name(n), 1]));

  test.each<[string, unknown]>([
    ['a field name of 60,000 characters', { ...received, ['x'.repeat(60_000)]: 1 }],
    ['60,000 quotes', { ...received, ['"'.repeat(60_000)]: 1 }],
    ['15,000 smileys', { ...received, ['😀'.repeat(15_000)]: 1 }],
    ['a thousand unknown fields', { ...received, ...many(1000, (n) => `field-${n}`) }],
    ['a hundred long ones', { ...received, ...many(100, (n) => `${n}${'"'.repeat(600)}`) }],
    [
      '25 events with 20 errors each',
      Array.from({ length: 25 }, () => ({ ...received, ...many(20, (n) => `${n}`.repeat(50)) })),
    ],
    ['a type of 60,000 characters', { eventType: 'x'.repeat(60_000) }],
    ['25 unknown types', Array.from({ length: 25 }, (_, n) => ({ eventType: `type-${n}` }))],
    ['metadata of bad names', { ...received, metadata: many(100, (n) => `${n}${'\\'.repeat(600)}`) }],
  ])('%s', (_, body) => {
    expect(length(body)).toBeLessThan(CAUSE_LIMIT);
    expect(failureOf({ productId: 'anvil', body }).cause.errors.length).toBeGreaterThan(0);
  });

  test('whatever JSON comes', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (input) => {
        const validated = run(input);
        if ('failure' in validated) expect(validated.failure.cause.length).toBeLessThan(CAUSE_LIMIT);
      }),
    );
  });

  test('an error is cut between characters', () => {
    const { path } = failureOf({ productId: 'anvil', body: { ...received, ['😀'.repeat(300)]: 1 } }).cause
      .errors[0] as { path: string };
    expect(path).toBe(`${'😀'.repeat(199)}…`);
  });
});

describe('what names an execution in the log', () => {
  const body = { ...received, eventId: 'e', productId: 'anvil' };
  const traced = (trace: unknown) => run({ body, trace });

  test('is taken along as it was sent', () => {
    const trace = { requestId: 'A-9.z_:', execution: 'x'.repeat(128), traceparent: '00-1-2-01' };
    expect(traced(trace)).toMatchObject({ trace });
  });

  test.each([['a b'], ['a\nb'], [' a'], ['a '], [''], ['x'.repeat(129)], ['"'], [7]])(
    'is one word, and not %j',
    (requestId) => {
      expect(failureOf({ body, trace: { requestId } }).failure.error).toBe('InvalidEvent');
    },
  );

  test('of an envelope is its id, where that is a word', () => {
    const detail = { ProductEvent: body };
    expect(run({ id: 'delivery-1', detail })).toMatchObject({ trace: { requestId: 'delivery-1' } });
    expect(run({ id: 'two words', detail })).toMatchObject({ trace: {} });
    expect(run({ id: 'two words', detail })).not.toHaveProperty('trace.requestId');
  });
});

test.each(['', 'merge', 1])('onConflict is reject or flag, and not %j', (onConflict) => {
  const body = { ...received, eventId: 'e', productId: 'anvil' };
  expect(failureOf({ body, onConflict }).failure.error).toBe('InvalidEvent');
});

test('more than an execution can carry is refused here, and not by the service’s limit', () => {
  const longest = '😀';
  const body = Array.from({ length: 25 }, (_, n) => ({
    eventId: `${longest.repeat(125)}${String(n).padStart(3, '0')}`,
    eventType: 'eventCorrected',
    targetEventId: longest.repeat(128),
    correlationId: longest.repeat(128),
    causationId: longest.repeat(128),
    reason: longest.repeat(1000),
    metadata: { a: longest.repeat(500) },
    replacement: {
      ...received,
      name: longest.repeat(200),
      unit: longest.repeat(16),
      color: longest.repeat(128),
      size: longest.repeat(128),
    },
  }));
  const input = { productId: 'p'.repeat(128), body };
  const { failure, route } = failureOf(input);
  expect([route, failure.error]).toEqual(['invalid', 'TooLarge']);
  expect(run({ ...input, body: body.slice(1) })).toHaveProperty('command');
});
