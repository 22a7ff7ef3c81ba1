import {
  createDynamoDbViewStore,
  createMemoryViewStore,
  ensureViewTable,
  type ViewKey,
  type ViewStore,
} from '@hindsight/views';
import { startTable, type TestTable } from '../support/engine';

/** What every store of views must do: feed and catalogue rely on each line of it. */
function contract(open: () => ViewStore) {
  let store: ViewStore;
  let views = 0;
  let view: string;
  beforeAll(() => (store = open()));
  beforeEach(() => (view = `view ${(views += 1)}`));

  const item = (key: string, more: object = {}): ViewKey => ({ view, key, ...more });
  const keysIn = async (range: object): Promise<string[]> =>
    (await store.page<ViewKey>(view, { after: '\u0001', before: '\u{10ffff}', limit: 100, ...range })).map(
      ({ key }) => key,
    );

  it('creates an item once', async () => {
    expect(await store.create(item('a', { text: 'first' }))).toBe(true);
    expect(await store.create(item('a', { text: 'second' }))).toBe(false);
    expect(await store.get(item('a'))).toEqual(item('a', { text: 'first' }));
    expect(await store.get(item('b'))).toBeUndefined();
  });

  it('replaces an item by a newer one only', async () => {
    const ranked = (rank: string) => ({ view, key: 'a', rank });
    expect(await store.replace(ranked('2'))).toBe(true);
    expect(await store.replace(ranked('2'))).toBe(false);
    expect(await store.replace(ranked('1'))).toBe(false);
    expect(await store.replace(ranked('3'))).toBe(true);
    expect(await store.get(item('a'))).toEqual(ranked('3'));
  });

  it('pages through a view in the order of bytes, between two keys', async () => {
    const keys = ['a', 'ab', 'b', 'ä', '\u{1f600}', '\uffee'];
    await store.put(keys.map((key) => item(key)));
    const ordered = ['a', 'ab', 'b', 'ä', '\uffee', '\u{1f600}'];
    expect(await keysIn({})).toEqual(ordered);
    expect(await keysIn({ backward: true })).toEqual(ordered.toReversed());
    expect(await keysIn({ limit: 2 })).toEqual(['a', 'ab']);
    expect(await keysIn({ after: 'ab', before: 'b' })).toEqual(['ab', 'b']);
    expect(await keysIn({ after: 'ab\u0001' })).toEqual(ordered.slice(2));
    expect(await keysIn({ after: 'a', before: 'a\u{10ffff}' })).toEqual(['a', 'ab']);
  });

  it('pages through an index, which has the items with its attribute', async () => {
    await store.put([
      item('a', { byQuantity: '3' }),
      item('b', { byQuantity: '1', byChanged: '9' }),
      item('c'),
    ]);
    expect(await keysIn({ index: 'byQuantity' })).toEqual(['b', 'a']);
    expect(await keysIn({ index: 'byQuantity', backward: true, limit: 1 })).toEqual(['a']);
    expect(await keysIn({ index: 'byChanged' })).toEqual(['b']);
  });

  it('gets, puts and removes many items', async () => {
    const many = Array.from({ length: 130 }, (_, i) => item(`k${i}`, { i }));
    await store.put(many);
    const found = await store.getAll<ViewKey>([...many, item('missing')]);
    expect(new Set(found.map(({ key }) => key))).toEqual(new Set(many.map(({ key }) => key)));
    await store.remove([...many.slice(1), item('missing')]);
    expect(await keysIn({})).toEqual(['k0']);
  });
}

describe('the store in memory', () => contract(createMemoryViewStore));

describe('the store in DynamoDB', () => {
  let table: TestTable;
  beforeAll(async () => {
    table = await startTable();
    await ensureViewTable(table.client, 'views');
  });
  afterAll(() => table.stop());
  contract(() => createDynamoDbViewStore(table.client, 'views'));
});
