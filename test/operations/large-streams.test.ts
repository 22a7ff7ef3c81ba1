import { at, command, corrected, counted, received, shipped } from '../support/commands';
import { ownLog } from '../support/own-log';

/** The ways out for one product that has too many events or too many a second: `docs/reference/capacity.md`. */
describe('a stream that is too large', () => {
  const own = ownLog();
  const append = (productId: string, body: unknown) => own.log.append(command(productId, body));

  async function quantity(productId: string, asOf: string): Promise<number | undefined> {
    const answer = await own.log.stateAt(productId, { asOf });
    return answer.found ? Number(answer.state.quantity) : undefined;
  }

  it('is closed into a new one: moments before are the old one’s, and late news reach both', async () => {
    const [old, next] = [own.product, `${own.product}.2027`];
    const closing = { effectiveAt: at(60), correlationId: 'closing' };
    await append(old, received(10, { effectiveAt: at(0) }));
    await append(old, shipped(3, { effectiveAt: at(30) }));
    await append(old, counted(0, closing));
    await append(next, received(7, { ...closing, eventId: 'opening' }));
    await append(next, shipped(2, { effectiveAt: at(90) }));

    await append(old, shipped(1, { effectiveAt: at(45) }));
    const balance = await quantity(old, at(59));
    expect(balance).toBe(6);
    await append(next, corrected('opening', received(balance as number, { effectiveAt: at(60) })));

    const moments = [0, 30, 45, 59, 60, 90].map(at);
    expect(await Promise.all(moments.map((moment) => quantity(old, moment)))).toEqual([10, 7, 6, 6, 0, 0]);
    expect(await Promise.all(moments.map((moment) => quantity(next, moment)))).toEqual([
      ...Array<undefined>(4).fill(undefined),
      6,
      4,
    ]);
  });

  it('is divided into shards: a transfer changes no sum at any moment, and none goes below nothing', async () => {
    const [first, second] = [`${own.product}.1`, `${own.product}.2`] as const;
    for (const shard of [first, second]) await append(shard, received(5, { effectiveAt: at(0) }));
    await append(first, shipped(4, { effectiveAt: at(10) }));
    const short = append(first, shipped(3, { effectiveAt: at(30) }));
    await expect(short).rejects.toMatchObject({ refusal: { error: 'RuleBroken' } });
    const transfer = { effectiveAt: at(20), correlationId: 'transfer' };
    await append(second, shipped(2, transfer));
    await append(first, received(2, transfer));
    await append(first, shipped(3, { effectiveAt: at(30) }));

    const sums = [0, 10, 19, 20, 21, 30].map(async (seconds) => {
      const parts = await Promise.all([first, second].map((shard) => quantity(shard, at(seconds))));
      return parts.map((part) => part ?? 0).reduce((sum, part) => sum + part, 0);
    });
    expect(await Promise.all(sums)).toEqual([10, 6, 6, 6, 6, 3]);
  });
});
