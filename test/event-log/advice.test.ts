import { at, corrected, counted, received, shipped } from '../support/commands';
import { refusalOf } from '../support/log';
import { ownLog } from '../support/own-log';

/** What an append tells its sender besides the result: notices of what was not applied, remedies of a refusal. */
describe('notices', () => {
  const own = ownLog({ clock: () => new Date(at(1_000)) });
  const { append } = own;

  it('name what a receipt brought and the product keeps, in a dry run and a repetition as well', async () => {
    await append(received(5, { unitPrice: '$4', effectiveAt: at(0) }));
    const body = received(1, { eventId: 'b', unitPrice: '$5', effectiveAt: at(1) });
    const expected = [
      expect.objectContaining({ code: 'attribute-not-applied', path: 'unitPrice' }) as unknown,
    ];
    expect((await append(body, { dryRun: true })).notices).toEqual(expected);
    expect((await append(body)).notices).toEqual(expected);
    expect(await append(body)).toMatchObject({ deduplicated: true, notices: expected });
  });

  it('say of which event of a batch, and of what in a replacement', async () => {
    await append(received(5, { eventId: 'a', color: 'red', effectiveAt: at(0) }));
    const { notices } = await append([received(1), received(1, { color: 'blue' })]);
    expect(notices?.map(({ path }) => path)).toEqual(['[1].color']);
    const moved = await append(corrected('a', received(5, { effectiveAt: '2062-01-01T00:00:00Z' })));
    expect(moved.notices?.map(({ code, path }) => [code, path])).toEqual([
      ['far-future', 'replacement.effectiveAt'],
    ]);
  });

  it('tell of a later count whose variance changes', async () => {
    await append(received(10, { effectiveAt: at(0) }));
    await append(counted(7, { eventId: 'count', effectiveAt: at(20) }));
    expect((await append(received(5, { effectiveAt: at(10) }))).notices).toEqual([
      { code: 'variance-changed', detail: 'the variance of event count changes from -3 to -8' },
    ]);
  });

  it('are absent if there is nothing to say', async () => {
    expect(await append(received(5))).not.toHaveProperty('notices');
  });
});

describe('remedies', () => {
  const own = ownLog({ clock: () => new Date(at(1_000)) });
  const { append } = own;

  it('say what fits, from when all of it fits, and what is missing; and all of it is true', async () => {
    await append(received(10, { effectiveAt: at(0) }));
    await append(shipped(8, { effectiveAt: at(20) }));
    await append(received(20, { effectiveAt: at(40) }));
    const remedies = { possibleFrom: at(40), fits: '2', needs: { quantity: '3', by: at(20) } };
    expect(await refusalOf(append(shipped(5, { effectiveAt: at(10) })))).toMatchObject({ remedies });
    const dry = (body: unknown) => append(body, { dryRun: true });
    await dry(shipped(5, { effectiveAt: at(40) }));
    await dry(shipped(2, { effectiveAt: at(10) }));
    await dry([received(3, { effectiveAt: at(20) }), shipped(5, { effectiveAt: at(10) })]);
    for (const wrong of [
      shipped(5, { effectiveAt: at(39.999) }),
      shipped('2.000001', { effectiveAt: at(10) }),
      [received('2.999999', { effectiveAt: at(20) }), shipped(5, { effectiveAt: at(10) })],
    ])
      expect(await refusalOf(dry(wrong))).toMatchObject({ error: 'RuleBroken' });
  });

  it('are there for a first event, and for none of several', async () => {
    expect(await refusalOf(append(shipped(5, { effectiveAt: at(10) })))).toMatchObject({
      remedies: { fits: '0', needs: { quantity: '5', by: at(10) } },
    });
    expect(await refusalOf(append([shipped(5), shipped(1)]))).not.toHaveProperty('remedies');
  });
});
