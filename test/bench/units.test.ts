import { createRequire } from 'node:module';

// The relay, a program without a build, uses it as it is.
const { sizeOfItem, storedBytesOf, writeUnitsOf } = createRequire(__filename)('./units.cjs') as Record<
  'sizeOfItem' | 'storedBytesOf' | 'writeUnitsOf',
  (request: object) => number
>;

const text = (length: number) => ({ S: 'x'.repeat(length) });

test('an item is as large as its names and values', () => {
  // 2 + 3; 1 + 2 digits in one byte and one more; 1 + 3 for the map, 1 for its entry, 1 + 2 of it.
  expect(sizeOfItem({ ab: { S: 'äz' }, n: { N: '42' }, m: { M: { k: { S: 'vv' } } } })).toBe(5 + 3 + 8);
});

test('a put takes a unit for every KB, begun or whole', () => {
  expect(writeUnitsOf({ Item: { pk: text(1022) } })).toBe(1);
  expect(writeUnitsOf({ Item: { pk: text(1023) } })).toBe(2);
});

test('entries in the local indexes count as items do, and a transaction twice', () => {
  const event = { productId: text(1), sk: text(10), effectiveKey: text(40), idKey: text(10) };
  const listed = { ...event, recordedKey: text(40) };
  const tombstone = { productId: text(1), sk: text(10), effectiveKey: text(40) };
  const put = (item: typeof tombstone) => ({ Put: { Item: item } });
  expect(writeUnitsOf({ Item: event })).toBe(3);
  expect(writeUnitsOf({ Item: listed })).toBe(4);
  expect(writeUnitsOf({ TransactItems: [put(event), put(tombstone)] })).toBe(2 * (3 + 2));
  expect(writeUnitsOf({ RequestItems: { table: [{ PutRequest: { Item: event } }] } })).toBe(3);
});

test('what is stored is the item, its copy in one index and its keys in the others', () => {
  const keys = { productId: text(1), sk: text(10) };
  const event = { ...keys, effectiveKey: text(40), recordedKey: text(40), idKey: text(10) };
  const whole = 10 + 12 + 52 + 51 + 15;
  const [recorded, id] = [10 + 12 + 51, 10 + 12 + 15];
  expect(storedBytesOf({ Item: event })).toBe(whole + (whole + 100) + (recorded + 100) + (id + 100));
});
