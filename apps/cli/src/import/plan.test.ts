import { join } from 'node:path';
import { BATCH_LIMIT, parseEvents, registry } from '@hindsight/domain';
import { openFile } from './lines';
import { eventsOf, loadPlans, type Plan } from './plan';
import { unitsSold } from './sums';
import { linesOf, streamOf } from '../testing/lines';

const sample = join(__dirname, '../../../../test/data/online-retail-sample.csv');
const idsOf = (plan: Plan | undefined) => eventsOf(plan!, 0, plan!.size).map(({ eventId }) => eventId);
const at = (minute: number) => `2011-01-01T00:0${minute}:00.000Z`;

describe('loadPlans', () => {
  test('keeps codes apart that differ in case, and passes over lines of quantity 0', async () => {
    const lines = linesOf(
      { stockCode: 'a' },
      { stockCode: 'A' },
      { stockCode: 'a', quantity: 0 },
      { stockCode: 'z', quantity: 0 },
    );
    const { plans, ...counts } = await loadPlans(streamOf(lines));
    expect(plans.map((plan) => [plan.productId, plan.size])).toEqual([
      ['a', 2],
      ['A', 2],
    ]);
    expect(counts).toEqual({ lines: 4, withoutEffect: 2 });
  });

  test('orders by effective time, and ties by their place in the file', async () => {
    const lines = linesOf(
      { invoiceNo: 'late', effectiveAt: at(5), quantity: 5 },
      { invoiceNo: 'tie-1', effectiveAt: at(2), quantity: -2 },
      { invoiceNo: 'tie-2', effectiveAt: at(2), quantity: 1 },
      { invoiceNo: 'first', effectiveAt: at(1), quantity: 4 },
    );
    const { plans } = await loadPlans(streamOf(lines));
    expect(idsOf(plans[0])).toEqual(['opening', 'first/1', 'tie-1/1', 'tie-2/1', 'late/1']);
    expect(plans[0]!.opening).toMatchObject({ effectiveAt: '2011-01-01T00:00:00.000Z', quantity: '8' });
  });

  test('counts the lines of a product on one invoice in the order of the file', async () => {
    const invoices = ['1', '1', '2', '1', '1'].map((invoiceNo) => ({ invoiceNo }));
    const { plans } = await loadPlans(streamOf(linesOf(...invoices)));
    expect(idsOf(plans[0])).toEqual(['opening', '1/1', '1/2', '2/1', '1/3', '1/4']);
  });

  test('a limit leaves out lines, and still opens with what the whole file needs', async () => {
    const lines = linesOf({}, {}, { quantity: 0 }, {}, { stockCode: 'later' }, { quantity: 0 });
    const limited = await loadPlans(streamOf(lines), 3);
    const whole = await loadPlans(streamOf(lines));
    expect(limited).toMatchObject({ lines: 3, withoutEffect: 1 });
    expect(limited.plans).toHaveLength(1);
    expect(limited.plans[0]!.opening).toEqual(whole.plans[0]!.opening);
    expect(idsOf(limited.plans[0])).toEqual(idsOf(whole.plans[0]).slice(0, 3));
  });

  test('a limit requires a sorted file, unless it reaches its end', async () => {
    const lines = linesOf({ effectiveAt: at(2) }, { effectiveAt: at(1) });
    await expect(loadPlans(streamOf(lines), 1)).rejects.toMatchObject({ name: 'MalformedFile' });
    await expect(loadPlans(streamOf(lines), 2)).resolves.toMatchObject({ lines: 2 });
  });

  test('an empty file comes to nothing', async () => {
    expect(await loadPlans(streamOf([]))).toEqual({ plans: [], lines: 0, withoutEffect: 0 });
  });
});

test('all prices of a file are in one currency', async () => {
  const { plans } = await loadPlans(streamOf(linesOf({}, {})), Infinity, 'EUR');
  const currencies = eventsOf(plans[0]!, 0, 3).map(({ unitPrice }) => unitPrice?.currency);
  expect(currencies).toEqual(['EUR', 'EUR', 'EUR']);
});

describe('eventsOf', () => {
  test('cuts a plan into batches without a gap or an overlap', async () => {
    const { plans } = await loadPlans(streamOf(linesOf(...Array.from({ length: 7 }, () => ({})))));
    const all = eventsOf(plans[0]!, 0, 8);
    expect(all).toHaveLength(8);
    expect([0, 3, 6].flatMap((from) => eventsOf(plans[0]!, from, Math.min(8, from + 3)))).toEqual(all);
    expect(eventsOf(plans[0]!, 8, 9)).toEqual([]);
    expect(eventsOf(plans[0]!, 0, 0)).toEqual([]);
    expect(eventsOf(plans[0]!, -1, 0)).toEqual([]);
  });
});

describe('the sample', () => {
  test('makes events that the API takes, with ids of their own, in order, never short of stock', async () => {
    const { plans, lines } = await loadPlans((await openFile(sample)).lines());
    expect([lines, plans.length]).toEqual([1499, 54]);
    for (const plan of plans) {
      const events = eventsOf(plan, 0, plan.size);
      for (let from = 0; from < events.length; from += BATCH_LIMIT) {
        const batch = events.slice(from, from + BATCH_LIMIT);
        const parsed = parseEvents(registry, batch, { productId: plan.productId, newId: () => 'none' });
        expect(parsed).toMatchObject({ ok: true });
      }
      expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(events.length);
      const times = events.map(({ effectiveAt }) => effectiveAt);
      expect(times).toEqual([...times].sort());
      expect(lowest(plan)).toBeGreaterThanOrEqual(0);
    }
  });

  test('adds up to the same by its events and by the file', async () => {
    const { plans } = await loadPlans((await openFile(sample)).lines());
    const sold = await unitsSold((await openFile(sample)).lines());
    expect(sold.size).toBe(plans.length);
    for (const plan of plans) {
      expect(balances(plan).at(-1)).toBe(
        Number(plan.opening.quantity) - Number(sold.get(plan.stockCode)! / 1_000_000n),
      );
    }
  });
});

describe('unitsSold', () => {
  test('sums each code, up to the limit', async () => {
    const lines = linesOf({ quantity: 5 }, { quantity: -7 }, { stockCode: 'b' }, { quantity: 100 });
    expect(await unitsSold(streamOf(lines), 3)).toEqual(
      new Map([
        ['85123A', -2_000_000n],
        ['b', 1_000_000n],
      ]),
    );
    expect((await unitsSold(streamOf(lines))).get('85123A')).toBe(98_000_000n);
  });
});

function balances(plan: Plan): number[] {
  let stock = 0;
  return eventsOf(plan, 0, plan.size).map(({ eventType, quantity }) => {
    stock += eventType === 'productShipped' ? -Number(quantity) : Number(quantity);
    return stock;
  });
}

const lowest = (plan: Plan): number => Math.min(...balances(plan));
