import { change, eventOf, forge, key, type Event, type Planted } from './planting';

/** What can be wrong with the log itself. */
export const plantedInLog: readonly Planted[] = [
  {
    what: 'an event is missing',
    found: { invariant: 'version-gapless', version: 5, expected: key(5), found: key(6) },
    plant: (shop) => shop.delete(key(5)),
  },
  {
    what: 'the newest event is missing',
    found: { invariant: 'id-item', version: 15, item: 'id#e15' },
    plant: (shop) => shop.delete(key(15)),
  },
  {
    what: 'an item bears the number of another',
    found: { invariant: 'version-gapless', version: 4, expected: '4', found: '40' },
    plant: change(key(4), (item) => (item['version'] = 40)),
  },
  {
    what: 'the recorded time runs backwards',
    found: { invariant: 'recorded-order', version: 5, expected: 'not before 2026-03-01T12:00:04.000Z' },
    plant: change(key(5), (item) => {
      item['recordedAt'] = '2026-03-01T12:00:02.000Z';
      item['recordedKey'] = '2026-03-01T12:00:02.000Z#000000000005';
    }),
  },
  {
    what: 'the recorded time is written otherwise',
    found: { invariant: 'recorded-order', version: 5, expected: 'a time in UTC with milliseconds' },
    plant: change(key(5), (item) => (item['recordedAt'] = '2026-03-01T13:00:05+01:00')),
  },
  {
    what: 'an event is indexed at another recorded time',
    found: { invariant: 'recorded-key', version: 4 },
    plant: change(key(4), (item) => (item['recordedKey'] = '2026-03-01T12:00:05.000Z#000000000004')),
  },
  {
    what: 'the last event of an append can not be found by its time',
    found: { invariant: 'recorded-key', version: 12, found: 'nothing' },
    plant: change(key(12), (item) => delete item['recordedKey']),
  },
  {
    what: 'the newest event can not be found by its time',
    found: { invariant: 'recorded-key', version: 15, found: 'nothing' },
    plant: change(key(15), (item) => delete item['recordedKey']),
  },
  {
    what: 'an event in the midst of an append is indexed at another recorded time',
    found: { invariant: 'recorded-key', version: 11 },
    plant: change(key(11), (item) => (item['recordedKey'] = '2026-03-01T12:00:09.000Z#000000000011')),
  },
  {
    what: 'an event is indexed at another effective time',
    found: { invariant: 'effective-key', version: 2 },
    plant: change(key(2), (item) => {
      item['effectiveKey'] = String(item['effectiveKey']).replace('T11', 'T10');
    }),
  },
  {
    what: 'a retraction is indexed in effective time',
    found: { invariant: 'effective-key', version: 8 },
    plant: change(key(8), (item) => {
      item['effectiveKey'] = '2026-03-01T10:30:00.000Z#000000000006#000000000008#1';
    }),
  },
  {
    what: 'an event is not at the time that its content says',
    found: { invariant: 'effective-time', version: 2, expected: '2026-03-01T11:00:00.000Z' },
    plant: change(key(2), (item) => (item['effectiveAt'] = '2026-03-01T10:50:00.000Z')),
  },
  {
    what: 'a content changed behind its hash',
    found: { invariant: 'content-hash', version: 4 },
    plant: change(key(4), (item) => (eventOf(item)['quantity'] = '6')),
  },
  {
    what: 'a content and its hashes changed together',
    found: { invariant: 'state-at-event', version: 4 },
    plant: forge(4, (event) => (event['quantity'] = '6')),
  },
  {
    what: 'a content is no valid event',
    found: { invariant: 'event-content', version: 4, expected: 'a valid event' },
    plant: forge(4, (event) => (event['quantity'] = '-6')),
  },
  {
    what: 'a content is not in its canonical form',
    found: { invariant: 'event-content', version: 4 },
    plant: forge(4, (event) => (event['quantity'] = '5.00')),
  },
  {
    what: 'a replacement is not in its canonical form',
    found: { invariant: 'event-content', version: 7 },
    plant: forge(7, (event) => ((event['replacement'] as Event)['quantity'] = '5.00')),
  },
  {
    what: 'an event is of a type that nobody knows',
    found: {
      invariant: 'event-known-type',
      version: 4,
      found: 'productEaten',
      expected: 'a type that this code knows',
    },
    plant: forge(4, (event) => (event['eventType'] = 'productEaten')),
  },
  {
    what: 'two events have one id',
    found: { invariant: 'event-id-unique', version: 10, expected: 'no second event e1', found: 'e1' },
    plant: change(key(10), (item) => (eventOf(item)['eventId'] = 'e1')),
  },
  {
    what: 'an id is not taken, though its event is there',
    found: { invariant: 'id-item', version: 5, item: 'id#e5', found: 'nothing' },
    plant: (shop) => shop.delete('id#e5'),
  },
  {
    what: 'an id names another version',
    found: { invariant: 'id-item', version: 5, item: 'id#e5' },
    plant: change('id#e5', (item) => (item['version'] = 6)),
  },
  {
    what: 'an id has another hash',
    found: {
      ...({ invariant: 'id-item', version: 5, item: 'id#e5' } as const),
      ...{ expected: expect.stringContaining('"version":5,') as string, found: '{"version":5,"hash":"x"}' },
    },
    plant: change('id#e5', (item) => (item['hash'] = 'x')),
  },
  {
    what: 'an id is taken by no event',
    found: {
      ...({ invariant: 'id-item', version: 3, item: 'id#e99', expected: 'an event with this id' } as const),
      found: expect.stringContaining('"version":3,') as string,
    },
    plant: (shop) => shop.put({ ...shop.item('id#e3'), sk: 'id#e99' }),
  },
  {
    what: 'an id is taken by no event, and names the newest',
    found: { invariant: 'id-item', version: 15, item: 'id#e99', expected: 'an event with this id' },
    plant: (shop) => shop.put({ ...shop.item('id#e15'), sk: 'id#e99' }),
  },
  {
    what: 'a correction has another target',
    found: { invariant: 'correction-target', version: 7 },
    plant: change(key(7), (item) => ((item['target'] as Event)['version'] = 3)),
  },
  {
    what: 'a correction has a target that is not there',
    found: { invariant: 'correction-target', version: 8, expected: 'an earlier event e98' },
    plant: forge(8, (event) => (event['targetEventId'] = 'e98')),
  },
  {
    what: 'a correction corrects a correction',
    found: {
      invariant: 'correction-target',
      version: 8,
      expected: 'an event that is not a correction itself',
      found: 'e7',
    },
    plant: forge(8, (event) => (event['targetEventId'] = 'e7')),
  },
  {
    what: 'a correction left no mark',
    found: { invariant: 'correction-tombstone', version: 7, found: 'nothing' },
    plant: (shop) => shop.delete('m#000000000002#000000000007'),
  },
  {
    what: 'a mark sends its target elsewhere',
    found: { invariant: 'correction-tombstone', version: 7 },
    plant: change('m#000000000002#', (item) => (item['movedTo'] = null)),
  },
  {
    what: 'a mark stands elsewhere in effective time',
    found: { invariant: 'correction-tombstone', version: 8 },
    plant: change('m#000000000006#', (item) => {
      item['effectiveKey'] = String(item['effectiveKey']).replace('T10', 'T11');
    }),
  },
  {
    what: 'a mark was left by no correction',
    found: { invariant: 'correction-tombstone', version: 9, expected: 'a correction of version 3' },
    plant: (shop) =>
      shop.put({ ...shop.item('m#000000000006#'), sk: 'm#000000000003#000000000009', target: 3, version: 9 }),
  },
  {
    what: 'a mark was left by no correction, and names the newest event',
    found: { invariant: 'correction-tombstone', version: 15, expected: 'a correction of version 3' },
    plant: (shop) =>
      shop.put({
        ...shop.item('m#000000000006#'),
        ...{ sk: 'm#000000000003#000000000015', target: 3, version: 15 },
      }),
  },
  {
    what: 'a mark is of a correction that is not there',
    found: { invariant: 'correction-tombstone', version: 99, expected: key(99), found: 'nothing' },
    plant: (shop) =>
      shop.put({
        ...shop.item('m#000000000006#'),
        sk: 'm#000000000003#000000000099',
        target: 3,
        version: 99,
      }),
  },
  {
    what: 'a change has a target',
    found: { invariant: 'correction-target', version: 5, expected: 'nothing' },
    plant: change(key(5), (item) => (item['target'] = { eventId: 'e1', version: 1 })),
  },
  {
    what: 'a correction corrects itself',
    found: { invariant: 'correction-target', version: 8, expected: 'an earlier event e8' },
    plant: forge(8, (event) => (event['targetEventId'] = 'e8')),
  },
];
