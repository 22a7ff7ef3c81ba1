import type { StateAt } from '@hindsight/bitemporal';
import { createRegistry, registry, type ChangeContent, type ProductState } from '@hindsight/domain';
import fc from 'fast-check';
import {
  readSnapshot,
  SnapshotBuilder,
  type SnapshotItem,
} from '../../packages/event-log/src/storage/snapshots';

const CODE = 'this';
const domain = createRegistry(registry.types, CODE);
const options = { streamId: 'anvil', version: 7 };
const moment = (index: number): string => new Date(Date.UTC(2026, 2, 1) + index * 1000).toISOString();

const plain: ProductState = {
  productId: 'anvil',
  quantity: '5',
  unitPrice: { amount: '4', currency: 'USD' },
  color: 'black',
  size: null,
  name: null,
  unit: null,
  reorderPoint: null,
  status: 'available',
};

const stateAt = (state: ProductState, index: number): StateAt<ProductState> => ({
  state,
  last: {
    eventId: `event-${index}`,
    eventType: 'productReceived',
    version: index + 1,
    effectiveAt: moment(index),
    recordedAt: moment(index + 100),
    recordedBy: 'tester',
  },
});

const quantities = (list: readonly string[]): StateAt<ProductState>[] =>
  list.map((quantity, index) =>
    stateAt({ ...plain, quantity, status: quantity === '0' ? 'outOfStock' : 'available' }, index),
  );

function built(states: readonly StateAt<ProductState>[], next: string | null = null): SnapshotItem {
  const builder = new SnapshotBuilder<ProductState, ChangeContent>(domain, options);
  for (const state of states) builder.add(state);
  return builder.build(next);
}

const conflict = {
  rule: 'insufficient-stock',
  deficit: '3',
  eventId: 'x',
  version: 2,
  effectiveAt: moment(0),
};
const state: fc.Arbitrary<ProductState> = fc
  .record({
    quantity: fc.constantFrom('0', '1', '2.5', '-3'),
    color: fc.constantFrom(null, 'black', 'a'.repeat(40)),
    flagged: fc.boolean(),
  })
  .map(({ quantity, color, flagged }) => ({
    ...plain,
    quantity,
    color,
    status: quantity === '0' || quantity === '-3' ? 'outOfStock' : 'available',
    ...(flagged && { conflicts: [conflict] }),
  }));

describe('a snapshot', () => {
  it('is read as it was built, whatever its states', () => {
    fc.assert(
      fc.property(fc.array(state, { minLength: 1, maxLength: 5 }), fc.option(fc.string()), (states, next) => {
        const all = states.map(stateAt);
        expect(readSnapshot(domain, built(all, next))).toEqual({ version: 7, states: all, next });
      }),
    );
  });

  it('has the position of its first state', () => {
    expect(built(quantities(['1', '2']))).toMatchObject({
      productId: 'anvil',
      sk: `c#${moment(0)}#000000000001`,
      version: 7,
      code: CODE,
      sum: expect.stringMatching(/^[\w-]{16}$/) as string,
    });
  });

  /** Of an item, as the table counts them. */
  const sizeOf = (item: SnapshotItem): number =>
    Object.entries(item).reduce(
      (sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(String(value)),
      0,
    );

  it.each([
    ['small states', 'abc', 12],
    ['the longest ids and states', 'x'.repeat(128), 3],
    ['the longest in the widest of scripts', '𝄞'.repeat(128), 1],
  ])('takes as many as one read unit holds: of %s', (_, text, least) => {
    const long = createRegistry(registry.types, 'c'.repeat(64));
    const builder = new SnapshotBuilder<ProductState, ChangeContent>(long, {
      ...options,
      streamId: 'p'.repeat(128),
    });
    expect(builder.empty).toBe(true);
    let added = 0;
    const next = () => {
      const { state: small, last } = stateAt({ ...plain, quantity: `${added}` }, added);
      // Every second one is another colour, so that it is written in full.
      const color = `${text.slice(2)}${Math.floor(added / 2) % 10}`;
      return { state: { ...small, color, size: text }, last: { ...last, eventId: text } };
    };
    while (builder.add(next())) {
      added += 1;
      expect(builder.empty).toBe(false);
    }
    expect(added).toBeGreaterThanOrEqual(least);
    const item = builder.build(`${moment(99)}#000000000099`);
    expect(readSnapshot(long, item)?.states).toHaveLength(added);
    expect(sizeOf(item)).toBeLessThanOrEqual(4096);
    // As many as there is room for: one more would be within a fourth of the bound, or beyond.
    expect(sizeOf(item) + Buffer.byteLength(JSON.stringify(next()))).toBeGreaterThan(3072);
  });

  it('repeats of a state only the fields that changed', () => {
    const entriesOf = (states: readonly StateAt<ProductState>[]) =>
      (JSON.parse(built(states).body) as { states: { changed?: object; state?: object }[] }).states.map(
        ({ changed = {}, state }) => (state ? 'whole' : Object.keys(changed)),
      );
    expect(entriesOf(quantities(['5', '0', '2', '2']))).toEqual([
      'whole',
      ['quantity', 'status'],
      ['quantity', 'status'],
      [],
    ]);
    const flagged = { ...plain, quantity: '-3', conflicts: [conflict] };
    const painted = [plain, { ...plain, color: 'red' }, flagged, plain].map(stateAt);
    expect(entriesOf(painted)).toEqual(['whole', ['color'], 'whole', 'whole']);
  });

  it('is not made of nothing', () => {
    expect(() => new SnapshotBuilder<ProductState, ChangeContent>(domain, options).build(null)).toThrow(
      'at least one state',
    );
  });

  describe('is as good as none', () => {
    const good = built(quantities(['1', '2']), `${moment(9)}#000000000009`);

    it.each([
      ['of another stream', { ...good, productId: 'hammer' }],
      ['at another position', { ...good, sk: `c#${moment(1)}#000000000002` }],
      ['that claims to know more', { ...good, version: 8 }],
      ['with other states', { ...good, body: good.body.replace('"quantity":"2"', '"quantity":"3"') }],
      ['of which the end is missing', { ...good, body: good.body.slice(0, -9) }],
      ['without a sum', { ...good, sum: '' }],
      ['without states', { ...good, body: undefined as unknown as string }],
    ])('one %s', (_, damaged) => {
      expect(readSnapshot(domain, damaged)).toBeUndefined();
    });

    it('one that other code made', () => {
      expect(readSnapshot(domain, good)).toBeDefined();
      expect(readSnapshot(createRegistry(registry.types, 'other'), good)).toBeUndefined();
    });
  });
});
