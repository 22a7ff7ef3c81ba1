/**
 * Units and sizes by the documented rules, for engines count them differently: an item, and each entry that it has in
 * a local index, is rounded up to whole kilobytes; a transaction takes twice as many.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 */

/** An attribute value as the service takes it, such as `{ S: 'text' }`. */
type Value = Readonly<Record<string, unknown>>;
interface Item {
  readonly [name: string]: Value;
}

const KB = 1024;
/** Of every item in an index, beside its attributes; bytes. */
const INDEX_OVERHEAD = 100;

const utf8 = (text: string): number => Buffer.byteLength(text);

function sizeOfValue(value: Value): number {
  const [[type, content] = ['', '']] = Object.entries(value);
  switch (type) {
    case 'S':
      return utf8(content as string);
    case 'N':
      return Math.ceil((content as string).replace(/\D/g, '').length / 2) + 1;
    case 'M':
      return 3 + sizeOfItem(content as Item) + Object.keys(content as Item).length;
    case 'L':
      return 3 + (content as Value[]).reduce((sum, one) => sum + 1 + sizeOfValue(one), 0);
    default:
      // BOOL and NULL; the log stores nothing else.
      return 1;
  }
}

/** Bytes: the names of the attributes and their values. */
export const sizeOfItem = (item: Item): number =>
  Object.entries(item).reduce((sum, [name, value]) => sum + utf8(name) + sizeOfValue(value), 0);

/** The log's local indexes, by the attribute that puts an item into them. */
const INDEXES: readonly { readonly key: string; readonly project: (item: Item) => Item }[] = [
  { key: 'effectiveKey', project: (item) => item },
  {
    key: 'recordedKey',
    project: (item) => {
      const keys = ['productId', 'sk', 'recordedKey'];
      return Object.fromEntries(Object.entries(item).filter(([name]) => keys.includes(name)));
    },
  },
];

const entriesOf = (item: Item): Item[] =>
  INDEXES.filter(({ key }) => key in item).map(({ project }) => project(item));

const kilobytes = (item: Item): number => Math.max(1, Math.ceil(sizeOfItem(item) / KB));

const unitsOfItem = (item: Item): number =>
  [item, ...entriesOf(item)].reduce((sum, one) => sum + kilobytes(one), 0);

interface Put {
  readonly Item: Item;
}
interface WriteRequest {
  readonly Item?: Item;
  readonly TransactItems?: readonly { readonly Put?: Put }[];
  readonly RequestItems?: Readonly<Record<string, readonly { readonly PutRequest?: Put }[]>>;
}

/** The items that a request puts, and how often each counts. */
function putsIn({ Item: one, TransactItems, RequestItems }: WriteRequest): { items: Item[]; times: number } {
  if (TransactItems) return { items: TransactItems.flatMap(({ Put }) => (Put ? [Put.Item] : [])), times: 2 };
  if (RequestItems) {
    const requests = Object.values(RequestItems).flat();
    return { items: requests.flatMap(({ PutRequest }) => (PutRequest ? [PutRequest.Item] : [])), times: 1 };
  }
  return { items: one ? [one] : [], times: 1 };
}

/** Write units of the body of a PutItem, TransactWriteItems or BatchWriteItem that puts. */
export function writeUnitsOf(request: WriteRequest): number {
  const { items, times } = putsIn(request);
  return items.reduce((sum, item) => sum + times * unitsOfItem(item), 0);
}

/** Bytes that it leaves in the table and its indexes. */
export const storedBytesOf = (request: WriteRequest): number =>
  putsIn(request).items.reduce(
    (sum, item) =>
      sum +
      sizeOfItem(item) +
      entriesOf(item).reduce((all, entry) => all + sizeOfItem(entry) + INDEX_OVERHEAD, 0),
    0,
  );
