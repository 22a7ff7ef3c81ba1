import { at, counted, received, shipped } from '../support/commands';
import { TickingLog } from '../support/ticking-log';

/** What a count found is in every list: as it was recorded, or as it counts now. */
describe('the variance of a count', () => {
  const ticking = new TickingLog();
  const { own, append } = ticking;
  const page = { direction: 'forward', limit: 10 } as const;
  type Shown = { readonly eventType: string; readonly variance?: unknown };
  const variances = (events: readonly Shown[] | undefined): unknown[] =>
    (events ?? []).filter(({ eventType }) => eventType === 'stockCounted').map(({ variance }) => variance);
  const recorded = async (more: object = {}) =>
    variances((await ticking.log.readRecorded(own.product, { ...page, ...more }))?.events);
  const effective = async (more: object = {}) =>
    variances((await ticking.log.readEffective(own.product, { ...page, ...more }))?.events);
  const followed = async () => {
    const events: Shown[] = [];
    for await (const { event } of ticking.log.follow(own.product, { after: 0 })) events.push(event);
    return variances(events);
  };

  it('is as its append answered in the order of recording and in the stream, and as known now in effective order', async () => {
    await append(received(100, { effectiveAt: at(1) }));
    await append(shipped(30, { effectiveAt: at(9) }));
    const late = await append(counted(95, { effectiveAt: at(5) }));
    const inOrder = await append(counted(60, { effectiveAt: at(12) }));
    expect(variances([...late.events, ...inOrder.events])).toEqual(['-5', '-5']);
    for (const list of [recorded, effective, followed]) expect(await list()).toEqual(['-5', '-5']);

    await append(received(10, { effectiveAt: at(3) }));
    expect(await recorded()).toEqual(['-5', '-5']);
    expect(await recorded({ direction: 'backward', types: ['stockCounted'] })).toEqual(['-5', '-5']);
    expect(await followed()).toEqual(['-5', '-5']);
    expect(await effective()).toEqual(['-15', '-5']);
    expect(await effective({ types: ['stockCounted'], version: 4 })).toEqual(['-5', '-5']);
  });

  it('costs no request for a count in order', async () => {
    await append([received(5, { effectiveAt: at(0) })]);
    await append(counted(4, { effectiveAt: at(1) }));
    const { requests } = await ticking.usageOf(() => ticking.log.readRecorded(own.product, page));
    expect(requests).toEqual({ Query: 1 });
  });
});
