import { createDynamoDbStore, createMemoryStore, keySchema, type Store } from '@hindsight/event-log';
import { startTable, type TestTable } from '../support/engine';

type Item = {
  readonly productId: string;
  readonly sk: string;
  readonly effectiveKey?: string;
  readonly recordedKey?: string;
  readonly idKey?: string;
  readonly text?: string;
  readonly number?: number;
};

const skOf = ({ sk }: { readonly sk: string }) => sk;

/** What every store must do: the log relies on each line of it. */
function contract(open: () => Store) {
  let store: Store;
  let streams = 0;
  let stream: string;
  beforeAll(() => (store = open()));
  beforeEach(() => (stream = `stream ${(streams += 1)}`));

  const item = (sk: string, more: Omit<Partial<Item>, 'sk'> = {}): Item => ({
    productId: stream,
    sk,
    ...more,
  });
  const append = (...items: Item[]) => store.append(items);
  const everything = async (of = stream): Promise<Item[]> => {
    const items: Item[] = [];
    for await (const one of store.partition<Item>(of)) items.push(one);
    return items;
  };
  const keysIn = async (range: Parameters<Store['pages']>[1]): Promise<string[][]> => {
    const pages: string[][] = [];
    for await (const page of store.pages<Item>(stream, range)) pages.push(page.map(skOf));
    return pages;
  };
  const numbered = (count: number) =>
    Array.from({ length: count }, (_, i) => item(`v#${String(i).padStart(3, '0')}`));

  describe('get and getAll', () => {
    it('give an item as it was stored, and nothing for a key that does not exist', async () => {
      const stored = item('v#1', { text: '{"list":["ä",null]}', number: 12.5 });
      await append(stored);
      expect(await store.get(stream, 'v#1')).toStrictEqual(stored);
      expect(await store.get(stream, 'v#2')).toBeUndefined();
      expect(await store.get('no such stream', 'v#1')).toBeUndefined();
    });

    it('leave out what is undefined', async () => {
      await append({ ...item('v#1'), text: undefined } as never);
      expect(await store.get(stream, 'v#1')).toStrictEqual(item('v#1'));
    });

    it('give what exists of many keys', async () => {
      await append(item('v#1'), item('v#2'), item('v#3'));
      const found = await store.getAll<Item>(stream, ['v#3', 'v#9', 'v#1']);
      expect(found.map(skOf).sort()).toEqual(['v#1', 'v#3']);
      expect(await store.getAll(stream, [])).toEqual([]);
    });

    it('take 100 keys, and no more', async () => {
      await append(...numbered(100));
      const keys = numbered(101).map(skOf);
      expect(await store.getAll(stream, keys.slice(0, 100))).toHaveLength(100);
      await expect(async () => store.getAll(stream, keys)).rejects.toThrow('at most 100 keys');
    });

    it('share no object with the caller', async () => {
      const stored = { ...item('v#1'), text: 'a' };
      await append(stored);
      stored.text = 'b';
      const found = await store.get<{ text: string }>(stream, 'v#1');
      if (found) found.text = 'c';
      expect(await store.get(stream, 'v#1')).toMatchObject({ text: 'a' });
    });
  });

  describe('page and pages', () => {
    it('give what lies between two keys, in either direction', async () => {
      await append(...numbered(5), item('m#x'), item('w#1'));
      const range = { after: 'v#000~', before: 'v#003~' };
      expect((await keysIn(range)).flat()).toEqual(['v#001', 'v#002', 'v#003']);
      expect((await keysIn({ ...range, backward: true })).flat()).toEqual(['v#003', 'v#002', 'v#001']);
      expect((await keysIn({ after: 'v#', before: 'v#~' })).flat()).toHaveLength(5);
    });

    it('give nothing where nothing lies between, or the keys are the wrong way round', async () => {
      await append(...numbered(3));
      expect((await store.page(stream, { after: 'x#', before: 'x#~' })).items).toEqual([]);
      expect((await store.page(stream, { after: 'v#~', before: 'v#' })).items).toEqual([]);
      expect((await store.page('no such stream', { after: 'v#', before: 'v#~' })).items).toEqual([]);
    });

    it.each([false, true])('go on with the next page; backward: %s', async (backward) => {
      await append(...numbered(7));
      const pages = await keysIn({ after: 'v#', before: 'v#~', limit: 3, backward });
      expect(Math.max(...pages.map(({ length }) => length))).toBe(3);
      const keys = numbered(7).map(skOf);
      expect(pages.flat()).toEqual(backward ? keys.toReversed() : keys);
    });

    it('see what was stored between two pages', async () => {
      await append(item('v#1'), item('v#3'), item('v#5'));
      const range = { after: 'v#', before: 'v#~', limit: 2 };
      const { nextKey = {} } = await store.page(stream, range);
      await append(item('v#2'), item('v#4'));
      const rest = await store.page<Item>(stream, { ...range, limit: 9, startKey: nextKey });
      expect(rest.items.map(skOf)).toEqual(['v#4', 'v#5']);
    });

    it('read all of a long range', async () => {
      for (let first = 0; first < 300; first += 100) await append(...numbered(300).slice(first, first + 100));
      expect((await keysIn({ after: 'v#', before: 'v#~' })).flat()).toEqual(numbered(300).map(skOf));
    });

    it.each([keySchema.byEffective, keySchema.byRecorded, keySchema.byId])(
      'read the index $name, whole items in its order',
      async (index) => {
        const indexed = (sk: string, key: string) => item(sk, { [index.sortKey]: key, text: sk });
        await append(indexed('v#1', '3'), indexed('v#2', '1'), item('v#3'), indexed('v#4', '2'));
        const range = { index, after: '0', before: '9' };
        expect((await keysIn({ ...range, limit: 2 })).flat()).toEqual(['v#2', 'v#4', 'v#1']);
        expect((await keysIn({ ...range, backward: true, limit: 1 })).flat()).toEqual(['v#1', 'v#4', 'v#2']);
        const { items } = await store.page<Item>(stream, { ...range, limit: 1 });
        expect(items).toStrictEqual([indexed('v#2', '1')]);
        if (index.projection === 'ALL') return;
        const { items: keys } = await store.page<Item>(stream, { ...range, keysOnly: true, limit: 1 });
        expect(keys).toStrictEqual([{ productId: stream, sk: 'v#2', [index.sortKey]: '1' }]);
      },
    );

    it('find every item of one key in an index, and both ends of a range', async () => {
      await append(...['b', 'a', 'a', 'c', 'd'].map((idKey, i) => item(`v#${i}`, { idKey })));
      const keys = async (after: string, before: string) =>
        (await keysIn({ index: keySchema.byId, after, before, limit: 1 })).flat().sort();
      expect(await keys('a', 'a')).toEqual(['v#1', 'v#2']);
      expect(await keys('b', 'c')).toEqual(['v#0', 'v#3']);
      expect(await keys('bb', 'bc')).toEqual([]);
    });

    it('order keys by their bytes in UTF-8', async () => {
      const ids = ['z', 'ä', '\uffee', '😀'];
      await append(...ids.map((idKey, i) => item(`v#${i}`, { idKey })));
      const range = { index: keySchema.byId, after: 'ä', before: '😀', keysOnly: true };
      expect((await keysIn(range)).flat()).toEqual(['v#1', 'v#2', 'v#3']);
      expect((await keysIn({ ...range, after: '😀', before: '\uffee' })).flat()).toEqual([]);
    });
  });

  describe('append', () => {
    it('stores all, or none if one key exists', async () => {
      expect(await append(item('v#1', { text: 'first' }), item('m#a'))).toBe('stored');
      expect(await append(item('v#2'), item('m#a'), item('m#1'))).toBe('lost race');
      expect(await append(item('v#1', { text: 'second' }))).toBe('lost race');
      expect((await everything()).map(skOf)).toEqual(['m#a', 'v#1']);
      expect(await store.get(stream, 'v#1')).toMatchObject({ text: 'first' });
    });

    it('lets one of those win that want the same key', async () => {
      const outcomes = await Promise.all(
        Array.from({ length: 8 }, (_, i) => append(item('v#1', { text: String(i) }), item(`m#${i}`))),
      );
      expect(outcomes.filter((outcome) => outcome === 'stored')).toHaveLength(1);
      const winner = outcomes.indexOf('stored');
      expect(await everything()).toStrictEqual([item(`m#${winner}`), item('v#1', { text: String(winner) })]);
    });

    it.each([1, 2])('of %i items, repeated, loses the race against itself', async (count) => {
      const items = numbered(count);
      expect(await append(...items)).toBe('stored');
      expect(await append(...items)).toBe('lost race');
      expect(await everything()).toHaveLength(count);
    });

    it('stores items of several streams in one step', async () => {
      const other = `${stream}, the other`;
      expect(await append(item('v#1'), { productId: other, sk: 'v#1' })).toBe('stored');
      expect(await append(item('v#2'), { productId: other, sk: 'v#1' })).toBe('lost race');
      expect([await everything(), await everything(other)].map(({ length }) => length)).toEqual([1, 1]);
    });

    it('takes 1 to 100 items', async () => {
      await expect(async () => append()).rejects.toThrow('1 to 100 items');
      await expect(async () => append(...numbered(101))).rejects.toThrow('1 to 100 items');
      expect(await everything()).toEqual([]);
    });
  });

  describe('replaceCaches', () => {
    it('puts and deletes, whatever there was', async () => {
      await append(item('v#1'), item('c#1', { text: 'old' }), item('c#2'));
      await store.replaceCaches(stream, [item('c#1', { text: 'new' }), item('c#3')], ['c#2', 'c#9']);
      expect(await everything()).toStrictEqual([item('c#1', { text: 'new' }), item('c#3'), item('v#1')]);
      await store.replaceCaches(stream, [], []);
      expect(await everything()).toHaveLength(3);
    });

    it('takes as many as there are', async () => {
      await store.replaceCaches(stream, numbered(60), []);
      expect((await everything()).map(skOf)).toEqual(numbered(60).map(skOf));
      await store.replaceCaches(stream, [], numbered(59).map(skOf));
      expect((await everything()).map(skOf)).toEqual(['v#059']);
    });

    it('keeps the indexes in step', async () => {
      const at = (effectiveKey: string) => item('c#1', { effectiveKey });
      await store.replaceCaches(stream, [at('1')], []);
      await store.replaceCaches(stream, [at('2')], []);
      const range = { index: keySchema.byEffective, after: '0', before: '9' };
      expect((await store.page(stream, range)).items).toStrictEqual([at('2')]);
      await store.replaceCaches(stream, [], ['c#1']);
      expect((await store.page(stream, range)).items).toEqual([]);
    });
  });

  it('lists every item of a stream in order, and every stream once', async () => {
    for (const name of [stream, `${stream}/b`, `${stream} ü`]) {
      await store.append([{ productId: name, sk: 'v#1' }]);
      await store.append([
        { productId: name, sk: 'c#1' },
        { productId: name, sk: 'm#1' },
      ]);
    }
    expect((await everything(`${stream} ü`)).map(skOf)).toEqual(['c#1', 'm#1', 'v#1']);
    const all: string[] = [];
    for await (const name of store.partitions()) all.push(name);
    expect(all.filter((name) => name.startsWith(stream)).sort()).toEqual(
      [stream, `${stream}/b`, `${stream} ü`].sort(),
    );
    expect(new Set(all).size).toBe(all.length);
    expect(await everything('no such stream')).toEqual([]);
  });

  it('answers a ping', async () => {
    await expect(store.ping()).resolves.toBeUndefined();
  });
}

describe('the store in memory', () => contract(createMemoryStore));

describe("DynamoDB's store", () => {
  let table: TestTable;
  beforeAll(async () => (table = await startTable()), 60_000);
  afterAll(() => table.stop());
  contract(() => createDynamoDbStore(table.client, table.tableName));

  it('answers no ping for a table that does not exist', async () => {
    await expect(createDynamoDbStore(table.client, 'nowhere').ping()).rejects.toThrow();
  });
});
