// Write units by the documented rules, for engines count them differently: each item, and each entry that it
// has in a local index, is rounded up to whole kilobytes; a transaction takes twice as many.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html

const KB = 1024;

function sizeOfValue(value) {
  const [[type, content]] = Object.entries(value);
  switch (type) {
    case 'S':
      return Buffer.byteLength(content);
    case 'N':
      return Math.ceil(content.replace(/[^0-9]/g, '').length / 2) + 1;
    case 'BOOL':
    case 'NULL':
      return 1;
    case 'M':
      return 3 + sizeOfItem(content) + Object.keys(content).length;
    case 'L':
      return 3 + content.reduce((sum, one) => sum + 1 + sizeOfValue(one), 0);
    default:
      return JSON.stringify(content).length;
  }
}

/** Bytes: the names of the attributes and their values. */
export const sizeOfItem = (item) =>
  Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + sizeOfValue(value), 0);

const kilobytes = (bytes) => Math.max(1, Math.ceil(bytes / KB));

/** The local indexes of the tables here, by the attribute that puts an item into them. */
const INDEXES = [
  { key: 'effectiveKey', size: (item) => sizeOfItem(item) },
  {
    key: 'recordedKey',
    size: ({ productId, sk, recordedKey }) => sizeOfItem({ productId, sk, recordedKey }),
  },
];

const unitsOfItem = (item) =>
  kilobytes(sizeOfItem(item)) +
  INDEXES.filter(({ key }) => key in item).reduce((sum, { size }) => sum + kilobytes(size(item)), 0);

/** Of a request's body. */
export function writeUnitsOf(operation, body) {
  if (operation === 'PutItem') return unitsOfItem(body.Item);
  if (operation === 'TransactWriteItems')
    return body.TransactItems.reduce((sum, { Put }) => sum + (Put ? 2 * unitsOfItem(Put.Item) : 2), 0);
  if (operation === 'BatchWriteItem')
    return Object.values(body.RequestItems)
      .flat()
      .reduce((sum, { PutRequest }) => sum + (PutRequest ? unitsOfItem(PutRequest.Item) : 1), 0);
  return 1;
}
