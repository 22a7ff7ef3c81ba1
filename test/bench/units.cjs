'use strict';

/**
 * Units and sizes by the documented rules, for engines count them differently: an item, and each entry that it has in
 * a local index, is rounded up to whole kilobytes; a transaction takes twice as many.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 */

// An item is a map of attribute values as the service takes them, such as `{ name: { S: 'text' } }`.

const KB = 1024;
/** Of every item in an index, beside its attributes; bytes. */
const INDEX_OVERHEAD = 100;

const utf8 = (text) => Buffer.byteLength(text);

function sizeOfValue(value) {
  const [[type, content] = ['', '']] = Object.entries(value);
  switch (type) {
    case 'S':
      return utf8(content);
    case 'N':
      return Math.ceil(content.replace(/\D/g, '').length / 2) + 1;
    case 'M':
      return 3 + sizeOfItem(content) + Object.keys(content).length;
    case 'L':
      return 3 + content.reduce((sum, one) => sum + 1 + sizeOfValue(one), 0);
    default:
      // BOOL and NULL; the log stores nothing else.
      return 1;
  }
}

/** Bytes: the names of the attributes and their values. */
const sizeOfItem = (item) =>
  Object.entries(item).reduce((sum, [name, value]) => sum + utf8(name) + sizeOfValue(value), 0);

/** The log's local indexes, by the attribute that puts an item into them: two of them list keys only. */
const keysOnly = (key) => ({
  key,
  project: (item) =>
    Object.fromEntries(Object.entries(item).filter(([name]) => ['productId', 'sk', key].includes(name))),
});

const INDEXES = [
  { key: 'effectiveKey', project: (item) => item },
  keysOnly('recordedKey'),
  keysOnly('idKey'),
];

const entriesOf = (item) => INDEXES.filter(({ key }) => key in item).map(({ project }) => project(item));

const kilobytes = (item) => Math.max(1, Math.ceil(sizeOfItem(item) / KB));

const unitsOfItem = (item) => [item, ...entriesOf(item)].reduce((sum, one) => sum + kilobytes(one), 0);

/** The items that a request puts, and how often each counts. */
function putsIn({ Item: one, TransactItems, RequestItems }) {
  if (TransactItems) return { items: TransactItems.flatMap(({ Put }) => (Put ? [Put.Item] : [])), times: 2 };
  if (RequestItems) {
    const requests = Object.values(RequestItems).flat();
    return { items: requests.flatMap(({ PutRequest }) => (PutRequest ? [PutRequest.Item] : [])), times: 1 };
  }
  return { items: one ? [one] : [], times: 1 };
}

/** Write units of the body of a PutItem, TransactWriteItems or BatchWriteItem that puts. */
function writeUnitsOf(request) {
  const { items, times } = putsIn(request);
  return items.reduce((sum, item) => sum + times * unitsOfItem(item), 0);
}

/** Bytes that it leaves in the table and its indexes. */
const storedBytesOf = (request) =>
  putsIn(request).items.reduce(
    (sum, item) =>
      sum +
      sizeOfItem(item) +
      entriesOf(item).reduce((all, entry) => all + sizeOfItem(entry) + INDEX_OVERHEAD, 0),
    0,
  );

module.exports = { sizeOfItem, storedBytesOf, writeUnitsOf };
