import { registry } from '@hindsight/domain';
import { read, received } from '../testing/read';
import { validate } from '../validate';

describe('the key of a request', () => {
  const ids = (body: unknown, idempotencyKey = 'key') =>
    read(body, { idempotencyKey }).map(({ eventId, path }) => eventId ?? path);
  const digest = (body: unknown) => {
    const input = { productId: 'anvil', body, idempotencyKey: 'key' };
    const validated = validate(registry, input, { newId: () => 'new', onConflict: 'reject' });
    if (!('command' in validated) || 'parts' in validated.command) return undefined;
    return validated.command.keyed?.batch;
  };

  test('names the events that have no id, the first of them by the key itself', () => {
    expect(ids(received)).toEqual(['key']);
    expect(ids([received])).toEqual(['key']);
    expect(ids([received, { ...received, eventId: 'own' }, received])).toEqual(['key', 'own', 'key:1']);
  });

  test('comes with a digest of the whole batch, which any other batch changes', () => {
    const [a, b] = [received, { ...received, quantity: '2' }];
    const own = { ...received, eventId: 'own' };
    const digests = [
      [a, a],
      [a, b],
      [b, a],
      [a, a, a],
      [a, own],
      [own, a],
      [a, { ...own, eventId: 'x' }],
    ].map(digest);
    expect(new Set(digests).size).toBe(digests.length);
    expect(digest([a, b])).toBe(
      digest([
        { ...a, quantity: 1 },
        { ...b, quantity: '2.0' },
      ]),
    );
  });

  test('names the events of each product of an act, in whatever order the products come', () => {
    const of = (productId: string, quantity = '1') => ({ ...received, productId, quantity });
    const act = (...body: object[]) => {
      const input = { act: true, body, idempotencyKey: 'key' };
      const validated = validate(registry, input, { newId: () => 'new', onConflict: 'reject' });
      if (!('command' in validated)) throw new Error('it is valid');
      const parts = 'parts' in validated.command ? validated.command.parts : [validated.command];
      return Object.fromEntries(parts.map(({ productId, keyed }) => [productId, keyed]));
    };
    const [a, b] = [of('a'), of('b')];
    const both = act(a, b, of('a', '2'));
    expect(both).toMatchObject({ a: { ids: ['key', 'key:1'] }, b: { ids: ['key'] } });
    expect(act(b, a, of('a', '2'))).toEqual(both);
    // What else it may be is another act.
    for (const other of [act(b, of('a', '2'), a), act(a, b), act(a, of('b', '2'), of('a', '2'))])
      expect(other['a']?.batch).not.toBe(both['a']?.batch);
  });

  test('needs no digest for one event, or none that it names', () => {
    expect([digest(received), digest([received])]).toEqual([undefined, undefined]);
    expect(digest(['a', 'b'].map((eventId) => ({ ...received, eventId })))).toBeUndefined();
  });

  test.each([[''], ['a\nb'], ['k'.repeat(129)]])('is no key as %j', (key) => {
    expect(ids(received, key)).toEqual(['Idempotency-Key']);
  });

  test('of 128 characters names one event, and not two', () => {
    const key = 'k'.repeat(128);
    expect(ids(received, key)).toEqual([key]);
    expect(ids([received, received], key)).toEqual(['Idempotency-Key']);
  });
});
