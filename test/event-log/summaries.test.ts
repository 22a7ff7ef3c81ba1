import { createHash } from 'node:crypto';
import { composeSummaries, runOf, type Summary } from '@hindsight/bitemporal';
import { createRegistry, registry } from '@hindsight/domain';
import fc from 'fast-check';
import {
  readParts,
  readRoot,
  rootItem,
  nodeItem,
  type Entry,
  type Root,
} from '../../packages/event-log/src/storage/summaries';

const CODE = 'this';
const domain = createRegistry(registry.types, CODE);
const timeOf = (second: number): string => new Date(Date.UTC(2026, 2, 1) + second * 1000).toISOString();

const amount = fc.bigInt({ min: -5_000_000n, max: 5_000_000n });
const effect = fc.record({
  amount: fc.oneof(fc.record({ add: amount }), fc.record({ set: amount }), fc.record({ initial: amount })),
  attributes: fc.dictionary(
    fc.constantFrom('color', 'name'),
    fc.oneof(fc.record({ set: fc.constantFrom(null, 'a,b', '"') }), fc.record({ default: fc.string() })),
    { noNullPrototype: true },
  ),
});

/** A run of a few events that begins at a second. */
const summaryAt = (start: number): fc.Arbitrary<Summary> =>
  fc
    .array(fc.record({ effect: fc.option(effect, { freq: 20 }), after: fc.nat(2) }), { maxLength: 5 })
    .map((events) => {
      let [second, all]: [number, Summary] = [
        start,
        { run: null, events: 0, minVersion: start + 1, maxVersion: start + 1 },
      ];
      for (const [index, { effect, after }] of events.entries()) {
        second += index === 0 ? 0 : after;
        const version = start + index + 1;
        const run = effect === null ? 'opaque' : runOf(effect, timeOf(second));
        all = composeSummaries(all, { run, events: 1, minVersion: version, maxVersion: version });
      }
      return all;
    });

const entry = (index: number): fc.Arbitrary<Entry> =>
  fc.record({
    start: fc.constant(index === 0 ? '' : `${timeOf(index * 20)}#${String(index).padStart(12, '0')}`),
    summary: summaryAt(index * 20),
    sum: fc.constantFrom('', 'AbCd-_12'),
  });

const entries = fc
  .nat(5)
  .chain((count) => fc.tuple(...Array.from({ length: count }, (_, index) => entry(index))));

describe('summaries', () => {
  it('are read as they were written', () => {
    fc.assert(
      fc.property(entries, fc.nat(), (entries, through) => {
        const own: Entry = { start: '', sum: '', summary: entries[0]?.summary as Summary };
        const item = nodeItem('anvil', CODE, { level: 2, start: '', entries });
        expect(readParts(domain, item, 2, { ...own, sum: item.sum })).toEqual(entries);
        const root: Root = {
          through,
          end: `${timeOf(9)}#000000000009`,
          isWhole: through % 2 === 0,
          level: 3,
          entries,
        };
        expect(readRoot(domain, rootItem('anvil', CODE, root))).toEqual(root);
      }),
    );
  });

  it('hold strings and numbers at their top level only', () => {
    const item = rootItem('anvil', CODE, { through: 7, end: 'x', isWhole: true, level: 2, entries: [] });
    expect(Object.values(item).map((value) => typeof value)).toEqual([
      ...['string', 'string', 'string', 'string', 'string'],
    ]);
  });

  describe('are as good as none', () => {
    const root: Root = { through: 7, end: `${timeOf(9)}#000000000009`, isWhole: true, level: 2, entries: [] };
    const good = rootItem('anvil', CODE, root);

    it.each([
      ['of another stream', { ...good, productId: ' tree#hammer' }],
      ['at another key', { ...good, sk: 'root#000000000008' }],
      ['with another content', { ...good, body: `A${good.body}` }],
      ['of which the end is missing', { ...good, body: good.body.slice(0, -9) }],
      ['without a sum', { ...good, sum: '' }],
      ['without content', { ...good, body: undefined as unknown as string }],
    ])('%s', (_, damaged) => {
      expect(readRoot(domain, damaged)).toBeUndefined();
    });

    it('of the format before, which was not compressed', () => {
      const body = JSON.stringify({ through: 7, end: 'x', level: 2, effects: [], entries: [] });
      const text = `${good.productId}|${good.sk}|${CODE}|${body}`;
      const sum = createHash('sha256').update(text).digest('base64url').slice(0, 8);
      expect(readRoot(domain, { ...good, body, sum })).toBeUndefined();
    });

    it('that other code made', () => {
      expect(readRoot(domain, good)).toEqual(root);
      expect(readRoot(createRegistry(registry.types, 'other'), good)).toBeUndefined();
    });

    it('that are whole, but not those that their parent means', () => {
      const own: Entry = { start: '', sum: 'other', summary: undefined as unknown as Summary };
      const item = nodeItem('anvil', CODE, { level: 2, start: '', entries: [] });
      expect(readParts(domain, item, 2, own)).toBeUndefined();
      expect(readParts(domain, item, 3, { ...own, sum: item.sum })).toBeUndefined();
      expect(readParts(domain, item, 2, { ...own, sum: item.sum })).toEqual([]);
    });
  });
});
