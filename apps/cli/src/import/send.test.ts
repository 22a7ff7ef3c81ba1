import type { Answer } from './client';
import { loadPlans, type Plan } from './plan';
import { doneOf, provenUpTo, sendPlans, verify, type SendOptions } from './send';
import { unitsSold } from './sums';
import { linesOf, streamOf } from '../testing/lines';
import { MemoryLog } from '../testing/log';

const lines = linesOf(
  ...Array.from({ length: 40 }, (_, index) => ({
    stockCode: `p${index % 3}`,
    quantity: index % 5 === 4 ? -2 : 3,
  })),
);
const running = new AbortController().signal;
const plansOf = async () => (await loadPlans(streamOf(lines))).plans;
const options = (client: MemoryLog, more: Partial<SendOptions> = {}): SendOptions => ({
  client,
  concurrency: 2,
  batch: 5,
  signal: running,
  ...more,
});
const all = 43;
const check = async (plans: readonly Plan[], client: MemoryLog) =>
  verify(plans, await unitsSold(streamOf(lines)), { client, concurrency: 2, signal: running });

describe('sendPlans', () => {
  test('sends every event once, in order within its product, in batches', async () => {
    const [plans, log] = [await plansOf(), new MemoryLog()];
    const seen: number[] = [];
    const tally = await sendPlans(plans, options(log, { onProgress: (now) => seen.push(doneOf(now)) }));
    expect(tally).toMatchObject({ recorded: all, deduplicated: 0, skipped: 0, refused: 0, withheld: 0 });
    expect(log.appended.every(({ length }) => length <= 5)).toBe(true);
    expect(log.streams.get('p0')!.ids.slice(0, 3)).toEqual(['opening', '53630/1', '53633/1']);
    expect(seen.at(-1)).toBe(all);
    expect(await check(plans, log)).toEqual([]);
  });

  test('passes over what the log proves to have', async () => {
    const [plans, log] = [await plansOf(), new MemoryLog()];
    await sendPlans(plans, options(log));
    log.appended.length = 0;
    expect(await sendPlans(plans, options(log))).toMatchObject({
      recorded: 0,
      deduplicated: 0,
      skipped: all,
    });
    expect(log.appended).toEqual([]);
  });

  test('continues after a lower limit, with other batches', async () => {
    const [plans, log] = [await plansOf(), new MemoryLog()];
    const limited = await loadPlans(streamOf(lines), 10);
    await sendPlans(limited.plans, options(log));
    expect(await sendPlans(plans, options(log, { batch: 7 }))).toMatchObject({
      recorded: 30,
      deduplicated: 0,
      skipped: 13,
    });
    expect(await check(plans, log)).toEqual([]);
  });

  test('leaves in peace what a run with a higher limit has sent', async () => {
    const [plans, log] = [await plansOf(), new MemoryLog()];
    await sendPlans(plans, options(log));
    const limited = (await loadPlans(streamOf(lines), 10)).plans;
    expect(await sendPlans(limited, options(log))).toMatchObject({
      recorded: 0,
      deduplicated: 0,
      skipped: 13,
    });
    const sold = await unitsSold(streamOf(lines), 10);
    expect(await verify(limited, sold, options(log))).toEqual([]);
    log.add('p0', 'somebody-else', 0);
    expect(await verify(limited, sold, options(log))).toMatchObject([{ productId: 'p0' }]);
  });

  test('sends again, without a duplicate, if the log proves nothing', async () => {
    const [plans, log] = [await plansOf(), new MemoryLog()];
    await sendPlans(plans, options(log));
    jest.spyOn(log, 'head').mockImplementation(() => Promise.resolve(undefined));
    const tally = await sendPlans(plans, options(log));
    expect(tally).toMatchObject({ recorded: 0, deduplicated: all, skipped: 0 });
    jest.restoreAllMocks();
    expect(await check(plans, log)).toEqual([]);
  });

  test('after an event of another writer it sends everything again, and the log deduplicates it', async () => {
    const [plans, log] = [await plansOf(), new MemoryLog()];
    await sendPlans(plans, options(log));
    log.add('p1', 'somebody-else', 0);
    const tally = await sendPlans(plans, options(log));
    expect(tally).toMatchObject({ recorded: 0, deduplicated: 14, skipped: all - 14 });
    expect(await check(plans, log)).toEqual([
      {
        productId: 'p1',
        expected: { quantity: expect.any(String), version: 14 },
        actual: { quantity: expect.any(String), version: 15 },
      },
    ]);
  });

  test('distinguishes new from deduplicated events in a partially stored batch', async () => {
    const [plans, log] = [await plansOf(), new MemoryLog()];
    await sendPlans((await loadPlans(streamOf(lines), 10)).plans, options(log));
    const head = log.head.bind(log);
    // With somebody else's event at the end, nothing is proven.
    jest.spyOn(log, 'head').mockImplementation(async (id) => {
      const found = await head(id);
      return found && { ...found, lastEventId: 'somebody-else' };
    });
    expect(await sendPlans(plans, options(log))).toMatchObject({
      recorded: 30,
      deduplicated: 13,
      skipped: 0,
    });
  });

  test('stops after the batches under way, and goes on later', async () => {
    const [plans, log, stop] = [await plansOf(), new MemoryLog(), new AbortController()];
    log.before = () => {
      if (log.appended.length === 3) stop.abort();
      return undefined;
    };
    const first = await sendPlans(plans, options(log, { signal: stop.signal }));
    expect(first.recorded).toBeLessThan(all);
    expect(log.appended.length).toBeLessThanOrEqual(5);
    log.before = () => undefined;
    const second = await sendPlans(plans, options(log));
    expect(second).toMatchObject({
      recorded: all - first.recorded,
      deduplicated: 0,
      skipped: first.recorded,
    });
    expect(await check(plans, log)).toEqual([]);
  });

  test('withholds the rest of a product after a refusal, and goes on with the others', async () => {
    const [plans, log] = [await plansOf(), new MemoryLog()];
    const refusal: Answer = { stored: false, problem: 'event-id-reused', why: '409' };
    log.before = (productId, events) =>
      productId === 'p2' && events[0]!.eventId !== 'opening' ? refusal : undefined;
    const tally = await sendPlans(plans, options(log));
    const size = plans[2]!.size;
    expect(tally).toMatchObject({ recorded: all - size + 5, refused: 5, withheld: size - 10 });
    expect(tally.refusals).toEqual([
      { productId: 'p2', firstEventId: '536314/1', problem: 'event-id-reused', why: '409' },
    ]);
    expect(doneOf(tally)).toBe(all);
    expect(await check(plans, log)).toMatchObject([{ productId: 'p2', actual: { version: 5 } }]);
  });

  test('throws what the client throws, and begins nothing new', async () => {
    const [plans, log] = [await plansOf(), new MemoryLog()];
    log.before = (productId) => {
      if (productId === 'p0') throw new RangeError('no');
      return undefined;
    };
    await expect(sendPlans(plans, options(log))).rejects.toThrow(new RangeError('no'));
    expect(log.streams.has('p2')).toBe(false);
  });
});

describe('provenUpTo', () => {
  const head = (version: number, lastEventId: string, lastEventVersion = version) => ({
    version,
    quantity: '1',
    lastEventId,
    lastEventVersion,
  });

  test('believes only the plan’s own event at its own place', async () => {
    const [plan] = await plansOf();
    expect(provenUpTo(plan!, undefined)).toBe(0);
    expect(provenUpTo(plan!, head(1, 'opening'))).toBe(1);
    expect(provenUpTo(plan!, head(2, '53630/1'))).toBe(2);
    expect(provenUpTo(plan!, head(3, '53630/1'))).toBe(0);
    expect(provenUpTo(plan!, head(3, '53630/1', 2))).toBe(0);
    expect(provenUpTo(plan!, head(99, '53630/1'))).toBe(0);
  });
});

describe('verify', () => {
  test('finds a product that is not there, and one of another quantity', async () => {
    const [plans, log] = [await plansOf(), new MemoryLog()];
    await sendPlans(plans, options(log));
    log.streams.delete('p0');
    log.streams.get('p1')!.stocks[13]! += 1;
    const mismatches = (await check(plans, log))!;
    expect(mismatches.map(({ productId }) => productId).sort()).toEqual(['p0', 'p1']);
    expect(mismatches.find(({ productId }) => productId === 'p0')!.actual).toBeNull();
  });

  test('answers nothing when cut short', async () => {
    const [plans, log] = [await plansOf(), new MemoryLog()];
    const options = { client: log, concurrency: 1, signal: AbortSignal.abort() };
    expect(await verify(plans, new Map(), options)).toBeNull();
  });
});
