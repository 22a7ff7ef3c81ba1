import fc from 'fast-check';
import { read, received } from '../testing/read';
import type { WorkflowRequest } from '../validate';
import { cloudEventId } from './cloud-event';

const cloud = (more: object = {}) => ({
  specversion: '1.0',
  id: '7',
  source: '/till/1',
  type: 'com.example.productReceived',
  data: { quantity: '1' },
  ...more,
});

describe('a CloudEvent', () => {
  test('gives the event its id and source, type, subject and time', () => {
    const more = {
      subject: 'anvil',
      time: '2026-11-23T10:30:00+01:00',
      data: { quantity: 5, reason: 'late' },
    };
    expect(read(cloud(more))).toEqual([
      {
        eventId: '/till/1#7',
        source: '/till/1',
        eventType: 'productReceived',
        eventCategory: 'inventory',
        productId: 'anvil',
        schemaVersion: 1,
        effectiveAt: '2026-11-23T09:30:00.000Z',
        quantity: '5',
        reason: 'late',
      },
    ]);
  });

  test('is the same in structured, binary and batch mode, and unannounced', () => {
    const more = cloud({ time: '2026-11-23T10:30:00Z', datacontenttype: 'application/json' });
    const [event] = read(more);
    expect(read(more, { format: 'cloudevent' })).toEqual([event]);
    expect(read(more, { format: 'cloudevent-binary' })).toEqual([event]);
    expect(read([more], { format: 'cloudevents' })).toEqual([event]);
    expect(read([more])).toEqual([event]);
  });

  test.each(['subject', 'time', 'datacontenttype', 'dataschema', 'comexampleextension'])(
    'without %s is as with null',
    (name) => {
      expect(read(cloud({ [name]: null }))).toEqual(read(cloud()));
    },
  );

  test.each([
    'APPLICATION/JSON',
    'application/json; charset=utf-8',
    'application/vnd.shop+json',
    'text/json',
  ])('may have data of the type %s', (datacontenttype) => {
    expect(read(cloud({ datacontenttype }))).toEqual(read(cloud()));
  });

  test('may say in its data what its attributes say', () => {
    const time = '2026-11-23T10:30:00Z';
    const data = { quantity: '1', productId: 'anvil', effectiveAt: '2026-11-23T11:30:00.000+01:00' };
    const sent = cloud({
      subject: 'anvil',
      time,
      data: { ...data, eventId: '7', eventType: 'productReceived' },
    });
    expect(read(sent)).toEqual(read(cloud({ subject: 'anvil', time })));
  });

  test.each<[object, string]>([
    [{ data: { quantity: '1', eventId: '8' } }, 'data.eventId'],
    [{ data: { quantity: '1', eventType: 'stockCounted' } }, 'data.eventType'],
    [{ data: { quantity: '1', source: '/till/2' } }, 'data.source'],
    [{ subject: 'anvil', data: { quantity: '1', productId: 'b' } }, 'data.productId'],
    [
      { time: '2026-01-01T00:00:00Z', data: { quantity: '1', effectiveAt: '2026-02-01T00:00:00Z' } },
      'data.effectiveAt',
    ],
  ])('that contradicts itself, as in %j, is refused at %s', (more, path) => {
    expect(read(cloud(more))).toEqual([
      { path, message: expect.stringMatching(/^must be as the CloudEvent's/) },
    ]);
  });

  test.each<[object, string, RegExp]>([
    [{ specversion: '0.3' }, 'specversion', /must be "1.0"/],
    [{ specversion: 1 }, 'specversion', /must be "1.0"/],
    [{ id: undefined }, 'id', /is required/],
    [{ id: null }, 'id', /is required/],
    [{ id: '' }, 'id', /1 to 1000/],
    [{ id: 7 }, 'id', /must be a string/],
    [{ id: 'a\nb' }, 'id', /printable/],
    [{ source: undefined }, 'source', /is required/],
    [{ source: 'x'.repeat(1001) }, 'source', /1 to 1000/],
    [{ type: undefined }, 'type', /is required/],
    [{ type: 'com.example.productReceived.v1' }, 'type', /must be one of/],
    [{ subject: 'b' }, 'subject', /must be "anvil", as in the request/],
    [{ subject: 5 }, 'subject', /must be a string/],
    [{ time: 'yesterday' }, 'time', /RFC 3339/],
    [{ datacontenttype: 'application/xml' }, 'datacontenttype', /application\/json/],
    [{ datacontenttype: 5 }, 'datacontenttype', /must be a string/],
    [{ data: '{"quantity":1}' }, 'data', /must be an object/],
    [{ data: [{ quantity: 1 }] }, 'data', /must be an object/],
    [{ data: { quantity: '0' } }, 'data.quantity', /greater than 0/],
    [{ data: null }, 'data.quantity', /is required/],
    [{ data: { quantity: '1', weight: 1 } }, 'data.weight', /is not a field/],
    [{ data_base64: 'e30=' }, 'data_base64', /cannot be combined with data/],
    [{ detail: {} }, 'detail', /not an attribute/],
  ])('with %j is refused at %s', (more, path, message) => {
    const error = { message: expect.stringMatching(message) as unknown };
    expect(read(cloud(more))).toEqual([{ path, ...error }]);
    expect(read([cloud(), cloud(more)])).toEqual([{ path: `[1].${path}`, ...error }]);
    const header = path.startsWith('data.')
      ? path.slice('data.'.length)
      : path === 'data'
        ? ''
        : `ce-${path}`;
    expect(read(cloud(more), { format: 'cloudevent-binary' })).toEqual([{ path: header, ...error }]);
  });

  test.each<[WorkflowRequest['format'], unknown, RegExp]>([
    ['cloudevent', [cloud()], /one CloudEvent/],
    ['cloudevent', 'text', /must be a CloudEvent/],
    ['cloudevents', cloud(), /array/],
    ['cloudevents', [], /at least one/],
    ['cloudevents', Array.from({ length: 26 }, () => cloud()), /at most 25/],
  ])('announced as %s, and not so, is refused', (format, body, message) => {
    expect(read(body, { format })).toEqual([{ path: '', message: expect.stringMatching(message) }]);
    expect(read(received, { format: 'cloudevent' })[0]).toMatchObject({ path: 'specversion' });
  });
});

describe('the event id of a source and an id', () => {
  const text = fc.string({
    unit: fc.constantFrom('#', '%', '2', '3', '5', 'a', '/'),
    minLength: 1,
    maxLength: 6,
  });

  test('is another for every other pair', () => {
    const ids = new Map<string, string>();
    fc.assert(
      fc.property(text, text, (source, id) => {
        const made = cloudEventId(source, id);
        const pair = JSON.stringify([source, id]);
        expect(ids.get(made) ?? pair).toBe(pair);
        ids.set(made, pair);
      }),
      { numRuns: 3000, seed: 7 },
    );
  });

  test('is readable, and hashed when it would be too long', () => {
    expect(cloudEventId('/till/1', '7')).toBe('/till/1#7');
    expect(cloudEventId('/a#b', '50%')).toBe('/a%23b#50%');
    expect(cloudEventId('s', 'x'.repeat(126))).toBe(`s#${'x'.repeat(126)}`);
    expect(cloudEventId('s', 'x'.repeat(127))).toMatch(/^#[\w-]{43}$/);
    expect(cloudEventId('s', '😀'.repeat(126))).toHaveLength(2 + 2 * 126);
  });
});
