import {
  compare,
  doneOf,
  loadPlans,
  sendPlans,
  sumsOf,
  type Answer,
  type Plan,
  type SendOptions,
} from '@hindsight/import';
import { memoryClient, type WatchedClient } from '../testing/client';
import { linesOf, streamOf } from '../testing/lines';

const minute = (index: number) => new Date(Date.UTC(2010, 11, 1, 8, index)).toISOString();
const all = 40;
const lines = linesOf(
  ...Array.from({ length: all }, (_, index) => ({
    productId: `p${index % 3}`,
    effectiveAt: minute(index),
    quantity: index % 5 === 4 ? '-2' : '3',
  })),
);
const running = new AbortController().signal;
const never = () => {
  throw new Error('nothing is refused');
};
const plansOf = async (of = lines, limit = Infinity) =>
  (await loadPlans(streamOf(of), { kind: 'sales', limit, onRefused: never })).plans;
const options = (client: WatchedClient, more: Partial<SendOptions> = {}): SendOptions => ({
  ...{ client, concurrency: 2, batch: 5, signal: running, onConflict: 'flag' as const },
  ...more,
});
const check = async (
  plans: readonly Plan[],
  client: WatchedClient,
  refused = new Set<number>(),
  of = lines,
) =>
  compare(plans, await sumsOf(streamOf(of), { kind: 'sales', limit: Infinity, refused }), {
    ...{ client, concurrency: 2, signal: running, refused },
  });
const clean = { mismatches: [], corrected: 0 };

describe('sendPlans', () => {
  test('sends every event once, in order within its product, in batches', async () => {
    const [plans, log] = [await plansOf(), memoryClient()];
    const seen: number[] = [];
    const tally = await sendPlans(plans, options(log, { onProgress: (now) => seen.push(doneOf(now)) }));
    expect(tally).toMatchObject({ recorded: all, deduplicated: 0, skipped: 0, refused: 0, withheld: 0 });
    expect(log.appended.every(({ length }) => length <= 5)).toBe(true);
    const times = (await log.events('p0')).map(({ effectiveAt }) => effectiveAt);
    expect(times).toEqual([...times].sort());
    expect(seen.at(-1)).toBe(all);
    expect(await check(plans, log)).toMatchObject(clean);
  });

  test('the second time it changes nothing, and sends one batch of each product', async () => {
    const [plans, log] = [await plansOf(), memoryClient()];
    await sendPlans(plans, options(log));
    log.appended.length = 0;
    expect(await sendPlans(plans, options(log))).toMatchObject({
      recorded: 0,
      deduplicated: 15,
      skipped: 25,
    });
    expect(log.appended).toHaveLength(3);
    expect(await check(plans, log)).toMatchObject(clean);
  });

  test('files that overlap add up to the whole', async () => {
    const log = memoryClient();
    for (const part of [lines.slice(0, 20), lines.slice(15, 30), lines.slice(10), lines])
      await sendPlans(await plansOf(part), options(log));
    expect((await log.events('p0')).length + (await log.events('p1')).length).toBe(14 + 13);
    expect(await check(await plansOf(), log)).toMatchObject(clean);
  });

  test('goes on where an interruption stopped it, with other batches', async () => {
    const [plans, log, stop] = [await plansOf(), memoryClient(), new AbortController()];
    log.before = () => {
      if (log.appended.length === 3) stop.abort();
      return undefined;
    };
    const first = await sendPlans(plans, options(log, { signal: stop.signal }));
    expect(first.recorded).toBeLessThan(all);
    log.before = () => undefined;
    const second = await sendPlans(plans, options(log, { batch: 7 }));
    expect(second.recorded).toBe(all - first.recorded);
    expect(doneOf(second)).toBe(all);
    expect(await check(plans, log)).toMatchObject(clean);
  });

  test('what others recorded in between stays, and changes nothing', async () => {
    const [plans, log] = [await plansOf(), memoryClient()];
    await sendPlans(plans, options(log));
    const counted = { eventId: 'theirs', eventType: 'stockCounted', quantity: '7', effectiveAt: minute(10) };
    await log.append('p1', [counted], 'flag');
    expect(await sendPlans(plans, options(log))).toMatchObject({ recorded: 0 });
    expect(await check(plans, log)).toMatchObject(clean);
  });

  test('finds the line that is refused, and withholds the rest of its product', async () => {
    const log = memoryClient();
    const short = linesOf(
      ...Array.from({ length: 12 }, (_, index) => ({
        effectiveAt: minute(index),
        quantity: index === 0 ? '-20' : '3',
      })),
      { productId: 'other', effectiveAt: minute(1), quantity: '-1' },
    );
    const plans = await plansOf(short);
    const tally = await sendPlans(plans, options(log, { onConflict: 'reject', batch: 25 }));
    expect(tally).toMatchObject({ recorded: 8, refused: 1, withheld: 4 });
    expect(tally.refusals.map(({ line, problem }) => [line, problem])).toEqual([
      [9, 'RuleBroken'],
      ...[10, 11, 12, 13].map((line) => [line, '']),
    ]);
    const refused = new Set(tally.refusals.map(({ line }) => line));
    expect(await check(plans, log, refused, short)).toMatchObject(clean);
  });

  test('keeps what happened at one instant in one append, for the rules are judged at its end', async () => {
    const log = memoryClient();
    const quantities = ['-5', '1', '1', '1', '5', '-5'];
    const instant = linesOf(
      ...quantities.map((quantity, index) => ({ effectiveAt: minute(index < 4 ? index : 4), quantity })),
    );
    const tally = await sendPlans(await plansOf(instant), options(log, { onConflict: 'reject', batch: 5 }));
    expect(tally).toMatchObject({ recorded: 6, refused: 0 });
    expect(log.appended.map(({ length }) => length)).toEqual([4, 2]);
  });

  test('a line with other content than the log has is refused', async () => {
    const [log, line] = [memoryClient(), { document: '1', unitPrice: '3' }];
    await sendPlans(await plansOf(linesOf(line)), options(log));
    const tally = await sendPlans(await plansOf(linesOf({ ...line, unitPrice: '4' })), options(log));
    expect(tally).toMatchObject({
      recorded: 0,
      refused: 1,
      refusals: [{ line: 2, problem: 'event-id-reused' }],
    });
  });

  test('goes on with other products after a refusal', async () => {
    const [plans, log] = [await plansOf(), memoryClient()];
    const refusal: Answer = { stored: false, problem: 'event-id-reused', why: '409' };
    log.before = (productId) => (productId === 'p2' ? refusal : undefined);
    const tally = await sendPlans(plans, options(log));
    expect(tally).toMatchObject({ recorded: 27, refused: 1, withheld: 12 });
    expect(doneOf(tally)).toBe(all);
  });

  test('throws what the client throws, and begins nothing new', async () => {
    const [plans, log] = [await plansOf(), memoryClient()];
    log.before = (productId) => {
      if (productId === 'p0') throw new RangeError('no');
      return undefined;
    };
    await expect(sendPlans(plans, options(log))).rejects.toThrow(new RangeError('no'));
    expect(await log.events('p2')).toEqual([]);
  });
});

describe('compare', () => {
  test('finds lines that are missing, and quantities that are not those of the file', async () => {
    const [plans, log] = [await plansOf(), memoryClient()];
    await sendPlans(await plansOf(lines.slice(0, 39)), options(log));
    const missing = (await check(plans, log))!.mismatches;
    expect(missing).toEqual([
      {
        productId: 'p0',
        expected: { lines: 14, quantity: -27_000_000n },
        actual: { lines: 13, quantity: -29_000_000n },
      },
    ]);
  });

  test('an event that was retracted since is no mismatch', async () => {
    const [plans, log] = [await plansOf(), memoryClient()];
    await sendPlans(plans, options(log));
    const [target] = await log.events('p0');
    await log.append(
      'p0',
      [{ eventId: 'r', eventType: 'eventRetracted', targetEventId: target!.eventId }],
      'flag',
    );
    expect(await check(plans, log)).toMatchObject({ mismatches: [], corrected: 1 });
  });

  test('answers nothing when cut short', async () => {
    const aborted = {
      client: memoryClient(),
      concurrency: 1,
      signal: AbortSignal.abort(),
      refused: new Set<number>(),
    };
    expect(await compare(await plansOf(), new Map(), aborted)).toBeNull();
  });
});
