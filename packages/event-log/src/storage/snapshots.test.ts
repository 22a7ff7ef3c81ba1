import type { ProductState, Snapshot } from '@hindsight/domain';
import fc from 'fast-check';
import { CheckpointBuilder, readCheckpoint, type CheckpointItem } from './snapshots';

const CODE = 'this';
const options = { productId: 'anvil', version: 7, code: CODE };
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

const snapshotOf = (state: ProductState, index: number): Snapshot => ({
  state,
  last: {
    eventId: `event-${index}`,
    eventType: 'productReceived',
    version: index + 1,
    effectiveAt: moment(index),
    recordedAt: moment(index + 100),
  },
});

const quantities = (list: readonly string[]): Snapshot[] =>
  list.map((quantity, index) =>
    snapshotOf({ ...plain, quantity, status: quantity === '0' ? 'outOfStock' : 'available' }, index),
  );

function built(snapshots: readonly Snapshot[], next: string | null = null): CheckpointItem {
  const builder = new CheckpointBuilder(options);
  for (const snapshot of snapshots) builder.add(snapshot);
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

describe('a checkpoint', () => {
  it('is read as it was built, whatever its states', () => {
    fc.assert(
      fc.property(fc.array(state, { minLength: 1, maxLength: 5 }), fc.option(fc.string()), (states, next) => {
        const snapshots = states.map(snapshotOf);
        expect(readCheckpoint(built(snapshots, next), CODE)).toEqual({ version: 7, snapshots, next });
      }),
    );
  });

  it('stands at the place of its first state', () => {
    expect(built(quantities(['1', '2']))).toMatchObject({
      productId: 'anvil',
      sk: `c#${moment(0)}#000000000001`,
      version: 7,
      code: CODE,
      sum: expect.stringMatching(/^[\w-]{16}$/) as string,
    });
  });

  /** Of an item, as the table counts them. */
  const sizeOf = (item: CheckpointItem): number =>
    Object.entries(item).reduce(
      (sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(String(value)),
      0,
    );

  it.each([
    ['small states', 'abc', 12],
    ['the longest ids and states', 'x'.repeat(128), 3],
    ['the longest in the widest of scripts', '𝄞'.repeat(128), 1],
  ])('takes as many as one read unit holds: of %s', (_, text, least) => {
    const builder = new CheckpointBuilder({ ...options, productId: 'p'.repeat(128), code: 'c'.repeat(64) });
    expect(builder.empty).toBe(true);
    let added = 0;
    const next = () => {
      const { state: small, last } = snapshotOf({ ...plain, quantity: `${added}` }, added);
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
    expect(readCheckpoint(item, 'c'.repeat(64))?.snapshots).toHaveLength(added);
    expect(sizeOf(item)).toBeLessThanOrEqual(4096);
    // As many as there is room for: one more would be within a fourth of the bound, or beyond.
    expect(sizeOf(item) + Buffer.byteLength(JSON.stringify(next()))).toBeGreaterThan(3072);
  });

  it('repeats of the states only what changes, where that is the quantity alone', () => {
    const bodies = (snapshots: readonly Snapshot[]) =>
      (JSON.parse(built(snapshots).body) as { states: object[] }).states.map((entry) => Object.keys(entry));
    expect(bodies(quantities(['5', '0', '2']))).toEqual([
      ['state', 'last'],
      ['last', 'quantity'],
      ['last', 'quantity'],
    ]);
    const painted = [plain, { ...plain, color: 'red' }, { ...plain, color: 'red', quantity: '6' }].map(
      snapshotOf,
    );
    expect(bodies(painted)).toEqual([
      ['state', 'last'],
      ['state', 'last'],
      ['last', 'quantity'],
    ]);
  });

  it('is not made of nothing', () => {
    expect(() => new CheckpointBuilder(options).build(null)).toThrow('at least one state');
  });

  describe('is as good as none', () => {
    const good = built(quantities(['1', '2']), `${moment(9)}#000000000009`);

    it.each([
      ['of another product', { ...good, productId: 'hammer' }],
      ['at another place', { ...good, sk: `c#${moment(1)}#000000000002` }],
      ['that claims to know more', { ...good, version: 8 }],
      ['with other states', { ...good, body: good.body.replace('"quantity":"2"', '"quantity":"3"') }],
      ['of which the end is missing', { ...good, body: good.body.slice(0, -9) }],
      ['without a sum', { ...good, sum: '' }],
      ['without states', { ...good, body: undefined as unknown as string }],
    ])('one %s', (_, damaged) => {
      expect(readCheckpoint(damaged, CODE)).toBeUndefined();
    });

    it('one that other code made', () => {
      expect(readCheckpoint(good, CODE)).toBeDefined();
      expect(readCheckpoint(good, 'other')).toBeUndefined();
    });
  });
});
