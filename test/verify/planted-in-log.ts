import { change, eventOf, forge, key, type Event, type Planted } from './planting';

/** What can be wrong with the log itself. */
export const plantedInLog: readonly Planted[] = [
  {
    what: 'an event is missing',
    found: { invariant: 'version-gapless', version: 5, expected: key(5), found: key(6) },
    plant: (shop) => shop.delete(key(5)),
  },
  {
    what: 'the newest event of a batch is missing',
    found: { invariant: 'append-extent', version: 14, item: key(14), found: 'nothing' },
    plant: async (shop) => {
      await shop.delete(key(15));
      await shop.delete(key(14));
    },
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
    what: 'an event is indexed by its recorded time that needs no entry',
    found: { invariant: 'recorded-key', version: 4, expected: 'nothing' },
    plant: change(key(4), (item) => (item['recordedKey'] = '2026-03-01T12:00:04.000Z#000000000004')),
  },
  {
    what: 'an event of a batch stands alone',
    found: { invariant: 'append-extent', version: 12, expected: '{"first":11,"last":12}' },
    plant: change(key(12), (item) => {
      delete item['first'];
      delete item['last'];
    }),
  },
  {
    what: 'an event alone says that it is of a batch',
    found: { invariant: 'append-extent', version: 4, expected: '{"first":4,"last":5}' },
    plant: change(key(4), (item) => Object.assign(item, { first: 3, last: 5 })),
  },
  {
    what: 'the events of a batch have two recorded times',
    found: { invariant: 'append-extent', version: 12, expected: '2026-03-01T12:00:11.000Z' },
    plant: change(key(12), (item) => (item['recordedAt'] = '2026-03-01T12:00:11.500Z')),
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
    plant: change(key(10), (item) => (item['idKey'] = 'e1')),
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
    plant: change('m#000000000002#', (item) => delete item['movedTo']),
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
