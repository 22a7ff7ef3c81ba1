import { stateAsOf } from '@hindsight/bitemporal';
import * as z from 'zod';
import { changeType, correctionType } from './event-type';
import { parseEvents } from './parse';
import { createRegistry } from './registry';
import { registry } from './registry.generated';
import { at, given } from './testing/given';
import { received } from './testing/sent';
import type { RecordedEvent } from './types';

/** A type whose quantity was called `pieces` in version 1 and `amount` in version 2. */
const twiceChanged = changeType({
  name: 'thingsFound',
  summary: 'Things turned up.',
  schemaVersion: 3,
  schema: z.strictObject({ quantity: z.string() }),
  effect: ({ quantity }) => ({ quantity: { set: quantity } }),
  examples: [],
  upcast: {
    1: ({ pieces, ...content }) => ({ ...content, amount: pieces }),
    2: ({ amount, ...content }) => ({ ...content, quantity: amount }),
  },
});

describe('the registry of all event types', () => {
  const examples = registry.types.flatMap((type) => type.examples.map((example) => ({ type, ...example })));

  test('has the types of the specification', () => {
    const names = ['productReceived', 'productShipped', 'productAdjusted', 'stockCounted'];
    for (const name of names) expect(registry.get(name)?.kind).toBe('change');
    for (const name of ['eventRetracted', 'eventCorrected'])
      expect(registry.get(name)?.kind).toBe('correction');
  });

  test.each(registry.types.map((type) => [type.name, type] as const))(
    '%s can be documented',
    (name, type) => {
      expect(name).toMatch(/^[a-z][A-Za-z0-9]*$/);
      expect(type.summary).toMatch(/^[A-Z].*\.$/);
      expect(type.schemaVersion).toBeGreaterThanOrEqual(1);
      expect(type.examples.length).toBeGreaterThan(0);
    },
  );

  test.each(examples.map(({ type, title, event }) => [type.name, title, event] as const))(
    'the example of %s, %s, is read and folded',
    (name, _, event) => {
      const parsed = parseEvents(registry, event, { productId: 'anvil', newId: () => 'new' });
      expect(parsed).toMatchObject({ ok: true, events: [{ eventType: name }] });
      const stock = given(received('200', { eventId: 'delivery-1', effectiveAt: '2026-01-01T00:00:00Z' }));
      const { refused, log } = stock.when(event);
      expect(refused).toBeUndefined();
      expect(log.events).toHaveLength(2);
    },
  );

  test('names the code that folds, so that states of other code are not trusted', () => {
    expect(registry.revision).toMatch(/^[\w-]{8}(\.[\w-]{5})+$/);
    expect(registry.revision.split('.')).toHaveLength(1 + registry.types.length);
  });
});

describe('a registry', () => {
  test('has each name once', () => {
    expect(() => createRegistry([twiceChanged, twiceChanged], 'code')).toThrow(
      'two event types share a name',
    );
  });

  test('knows no names that every object has', () => {
    for (const name of ['toString', 'constructor', '__proto__']) expect(registry.get(name)).toBeUndefined();
  });

  test('stops at an event that newer code wrote, for a state without it would be wrong', () => {
    const log = given(received('1')).events.map((event) => ({ ...event, eventType: 'productTeleported' }));
    expect(() => stateAsOf(registry, 'anvil', log, { asOf: at(1) })).toThrow(
      'the log has an event of type productTeleported, which this code is too old to read',
    );
  });

  test('does not take a correction for a change', () => {
    const correction = correctionType({
      name: 'eventDoubted',
      summary: 'Perhaps not.',
      schemaVersion: 1,
      schema: z.strictObject({}),
      replaces: false,
      examples: [],
    });
    expect(() => createRegistry([correction], 'code').change('eventDoubted')).toThrow('eventDoubted');
  });
});

describe('trust in states of another revision', () => {
  const trusts = (revision: string, stored: string) => createRegistry([], revision).trusts(stored);

  test('states that were made before a type was added stay good', () => {
    expect(trusts('core.a.b.c', 'core.a.c')).toBe(true);
  });

  test.each([
    ['another core', 'other.a.b'],
    ['a type that has changed', 'core.a.x'],
    ['a type that this code does not have', 'core.a.b.c'],
  ])('%s is not trusted', (_, stored) => {
    expect(trusts('core.a.b', stored)).toBe(false);
  });
});

describe('content of an older schema version', () => {
  const things = createRegistry([twiceChanged], 'code');

  test.each([
    [1, { pieces: '5' }],
    [2, { amount: '5' }],
    [3, { quantity: '5' }],
  ])('version %i is read as the newest', (schemaVersion, fields) => {
    const content = { eventType: 'thingsFound', schemaVersion, ...fields };
    expect(things.upcast(content)).toEqual({ eventType: 'thingsFound', schemaVersion: 3, quantity: '5' });
  });

  test('is never rewritten', () => {
    const content = Object.freeze({ eventType: 'thingsFound', schemaVersion: 1, pieces: '5' });
    things.upcast(content);
    expect(content).toEqual({ eventType: 'thingsFound', schemaVersion: 1, pieces: '5' });
  });

  test('reaches the reducer in the newest form, also from a replacement', () => {
    const event: RecordedEvent = {
      eventId: 'e1',
      eventType: 'thingsFound',
      eventCategory: 'inventory',
      productId: 'anvil',
      schemaVersion: 1,
      pieces: '5',
      version: 1,
      effectiveAt: at(1),
      recordedAt: at(1),
      recordedBy: 'tester',
    };
    const correction: RecordedEvent = {
      ...event,
      eventId: 'e2',
      eventType: 'fixed',
      version: 2,
      targetEventId: 'e1',
      replacement: { eventType: 'thingsFound', schemaVersion: 2, amount: '6' },
    };
    const fixed = correctionType({ ...twiceChanged, name: 'fixed', replaces: true });
    const both = createRegistry([twiceChanged, fixed], 'code');
    expect(stateAsOf(both, 'anvil', [event], { asOf: at(1) })?.state.quantity).toBe('5');
    expect(stateAsOf(both, 'anvil', [event, correction], { asOf: at(1) })?.state.quantity).toBe('6');
  });

  test('without a way to the next version stops the reader', () => {
    const { upcast: _, ...none } = twiceChanged;
    for (const gap of [{ ...none, upcast: {} }, none])
      expect(() =>
        createRegistry([gap], 'code').upcast({ eventType: 'thingsFound', schemaVersion: 1 }),
      ).toThrow('no way from thingsFound schema version 1 to the next');
  });
});

test('reducers are pure: neither the state nor the content is changed', () => {
  const { state } = given(received('10', { unitPrice: '4', color: 'red', size: 'L' }));
  for (const type of registry.types.filter(({ kind }) => kind === 'change')) {
    const content = given(type.examples[0]!.event).events[0]!;
    const before = structuredClone([state, content]);
    expect(registry.evolve('anvil', state, content)).toEqual(registry.evolve('anvil', state, content));
    expect([state, content]).toEqual(before);
  }
});
