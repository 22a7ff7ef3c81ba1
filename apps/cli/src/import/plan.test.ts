import { join } from 'node:path';
import { parseEvents, registry } from '@hindsight/domain';
import { eventsOf, loadPlans, type Plan, type RefusedLine } from '@hindsight/import';
import { openFile } from './files';
import { linesOf, streamOf } from '../testing/lines';

const sample = join(__dirname, '../../../../test/data/online-retail-sample.csv');
const at = (minute: number) => `2011-01-01T00:0${minute}:00.000Z`;
const fails = ({ line, why }: RefusedLine): never => {
  throw new Error(`line ${line}: ${why}`);
};
const planned = (lines: ReturnType<typeof linesOf>, limit = Infinity) =>
  loadPlans(streamOf(lines), { kind: 'sales', limit, onRefused: fails });

const eventsIn = ({ kind, lines }: Plan) =>
  Array.from({ length: lines.length }, (_, index) => eventsOf(kind, lines.at(index))).flat();
const idsOf = (plan: Plan | undefined) => eventsIn(plan!).map(({ eventId }) => eventId.split('/')[1]);

describe('loadPlans', () => {
  test('keeps codes apart that differ in case, and passes over lines of quantity 0', async () => {
    const { plans, ...counts } = await planned(
      linesOf(
        { productId: 'a' },
        { productId: 'A' },
        { productId: 'a', quantity: '0' },
        { productId: 'z', quantity: '0' },
      ),
    );
    expect(plans.map(({ productId, lines }) => [productId, lines.length])).toEqual([
      ['a', 1],
      ['A', 1],
    ]);
    expect(counts).toEqual({ kind: 'sales', lines: 4, withoutEffect: 2, events: 2 });
  });

  test('orders by effective time, and ties by their place in the file', async () => {
    const { plans } = await planned(
      linesOf(
        { document: 'late', effectiveAt: at(5) },
        { document: 'tie-1', effectiveAt: at(2) },
        { document: 'tie-2', effectiveAt: at(2) },
        { document: 'first', effectiveAt: at(1) },
      ),
    );
    expect(idsOf(plans[0])).toEqual(['first', 'tie-1', 'tie-2', 'late']);
  });

  test('counts lines that nothing tells apart, in the order of the file', async () => {
    const line = { document: '1', quantity: '2' };
    const lines = linesOf(line, { ...line, unitPrice: '9' }, { ...line, quantity: '3' }, line);
    const { plans } = await planned(lines);
    const ids = eventsIn(plans[0]!).map(({ eventId }) => eventId.slice('sales/1/2010-12-01T08:26/'.length));
    expect(ids).toEqual(['2', '2/2', '3', '2/3']);
  });

  test('refuses an id that occurs twice for a product', async () => {
    const refused: RefusedLine[] = [];
    const lines = linesOf(
      { eventId: 'x' },
      { eventId: 'y' },
      { eventId: 'x', quantity: '2' },
      { eventId: 'x', productId: 'b' },
    );
    const load = await loadPlans(streamOf(lines), {
      ...{ kind: 'sales', limit: Infinity },
      onRefused: (one) => refused.push(one),
    });
    expect(refused).toEqual([{ line: 4, why: 'eventId "x" occurs twice for 85123A' }]);
    expect(load.events).toBe(3);
  });

  test('a limit leaves out lines', async () => {
    const load = await planned(linesOf({}, {}, { quantity: '0' }, {}), 3);
    expect(load).toMatchObject({ lines: 3, withoutEffect: 1, events: 2 });
  });

  test('events stay in the order of their file', async () => {
    const content = JSON.stringify({ eventType: 'productReceived', quantity: '1' });
    const lines = linesOf(
      { eventId: 'b', effectiveAt: at(2), content },
      { eventId: 'a', effectiveAt: at(1), content },
    );
    const { plans } = await loadPlans(streamOf(lines), { kind: 'events', limit: Infinity, onRefused: fails });
    expect(eventsIn(plans[0]!).map(({ eventId }) => eventId)).toEqual(['b', 'a']);
  });

  test('an empty file comes to nothing', async () => {
    expect(await planned([])).toEqual({ kind: 'sales', plans: [], lines: 0, withoutEffect: 0, events: 0 });
  });
});

test('the sample makes events that the API takes, with ids of their own, in order', async () => {
  const file = await openFile(sample);
  const { plans, ...counts } = await loadPlans(file.lines(), {
    kind: file.kind,
    limit: Infinity,
    onRefused: fails,
  });
  expect(counts).toEqual({ kind: 'sales', lines: 1499, withoutEffect: 0, events: 1499 });
  expect(plans).toHaveLength(54);
  for (const plan of plans) {
    const events = eventsIn(plan);
    for (const event of events)
      expect(parseEvents(registry, event, { productId: plan.productId, newId: () => '' })).toMatchObject({
        ok: true,
      });
    expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(events.length);
    const times = events.map((event) => event['effectiveAt']);
    expect(times).toEqual([...times].sort());
  }
});
