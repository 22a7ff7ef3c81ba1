import { createDynamoDbStore, createMemoryStore, keySchema, type Store } from '@hindsight/event-log';
import { startTable, type TestTable } from '../support/engine';

interface Item {
  readonly productId: string;
  readonly sk: string;
  readonly effectiveKey?: string;
  readonly recordedKey?: string;
  readonly text?: string | undefined;
  readonly nested?: unknown;
}

let tokens = 0;
const newToken = () => `token-${(tokens += 1)}`;
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
  const append = (...items: Item[]) => store.append(items, newToken());
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
      const nested = { list: ['a', { b: null }], number: 12.5, yes: true, empty: '' };
      const stored = item('v#1', { nested });
      await append(stored);
      expect(await store.get(stream, 'v#1')).toStrictEqual(stored);
      expect(await store.get(stream, 'v#2')).toBeUndefined();
      expect(await store.get('no such stream', 'v#1')).toBeUndefined();
    });

    it('leave out what is undefined', async () => {
      await append(item('v#1', { text: undefined }));
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
      const nested = { list: ['a'] };
      await append(item('v#1', { nested }));
      nested.list.push('b');
      (await store.get<{ nested: { list: string[] } }>(stream, 'v#1'))?.nested.list.push('c');
      expect(await store.get(stream, 'v#1')).toMatchObject({ nested: { list: ['a'] } });
    });
  });

  describe('page and pages', () => {
    it('give what lies between two keys, in either direction', async () => {
      await append(...numbered(5), item('id#x'), item('w#1'));
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

    it.each([keySchema.byEffective, keySchema.byRecorded])(
      'read the index $name, whole items in its order',
      async (index) => {
        const indexed = (sk: string, key: string) => item(sk, { [index.sortKey]: key, text: sk });
        await append(indexed('v#1', '3'), indexed('v#2', '1'), item('v#3'), indexed('v#4', '2'));
        const range = { index, after: '0', before: '9' };
        expect((await keysIn({ ...range, limit: 2 })).flat()).toEqual(['v#2', 'v#4', 'v#1']);
        expect((await keysIn({ ...range, backward: true, limit: 1 })).flat()).toEqual(['v#1', 'v#4', 'v#2']);
        const { items } = await store.page<Item>(stream, { ...range, limit: 1 });
        expect(items).toStrictEqual([indexed('v#2', '1')]);
      },
    );
  });

  describe('append', () => {
    it('stores all, or none if one key exists', async () => {
      expect(await append(item('v#1', { text: 'first' }), item('id#a'))).toBe('stored');
      expect(await append(item('v#2'), item('id#a'), item('m#1'))).toBe('lost race');
      expect(await append(item('v#1', { text: 'second' }))).toBe('lost race');
      expect((await everything()).map(skOf)).toEqual(['id#a', 'v#1']);
      expect(await store.get(stream, 'v#1')).toMatchObject({ text: 'first' });
    });

    it('lets one of those win that want the same key', async () => {
      const outcomes = await Promise.all(
        Array.from({ length: 8 }, (_, i) => append(item('v#1', { text: String(i) }), item(`id#${i}`))),
      );
      expect(outcomes.filter((outcome) => outcome === 'stored')).toHaveLength(1);
      const winner = outcomes.indexOf('stored');
      expect(await everything()).toStrictEqual([item(`id#${winner}`), item('v#1', { text: String(winner) })]);
    });

    it('answers a repetition with the same token as the first time', async () => {
      const token = newToken();
      expect(await store.append([item('v#1')], token)).toBe('stored');
      expect(await store.append([item('v#1')], token)).toBe('stored');
      expect(await store.append([item('v#1')], newToken())).toBe('lost race');
      expect(await everything()).toHaveLength(1);
    });

    it('refuses a token that names another append', async () => {
      const token = newToken();
      await store.append([item('v#1')], token);
      await expect(store.append([item('v#2')], token)).rejects.toMatchObject({ name: 'StoreFailed' });
      expect((await everything()).map(skOf)).toEqual(['v#1']);
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
      await store.append([{ productId: name, sk: 'v#1' }], newToken());
      await store.append(
        [
          { productId: name, sk: 'c#1' },
          { productId: name, sk: 'id#1' },
        ] as Item[],
        newToken(),
      );
    }
    expect((await everything(`${stream} ü`)).map(skOf)).toEqual(['c#1', 'id#1', 'v#1']);
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
