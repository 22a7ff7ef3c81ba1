import { act, at, command, received, shipped, transfer } from '../support/commands';
import { openLog, wholeLog } from '../support/log';
import { ownLog } from '../support/own-log';
import { TickingLog } from '../support/ticking-log';

/** An act appends to several streams: the parts of `test/acts` that need a store of real requests, or a clock. */
describe('an act', () => {
  const own = ownLog();
  const other = () => `${own.product}, the other`;
  const quantityOf = async (product: string) => {
    const answer = await own.log.stateAt(product);
    return answer.found ? answer.state.quantity : undefined;
  };

  it('is recorded at one moment, that of the stream which is furthest ahead of the clock', async () => {
    let now = at(10);
    const skewed = openLog({ ...own.table, clock: () => new Date(now) });
    await skewed.append(command(own.product, received(5)));
    now = at(3);
    const { results } = await skewed.appendAct(act(transfer(own.product, other(), 5)));
    const events = results.flatMap((result) => result.events);
    expect(events.map(({ recordedAt, effectiveAt }) => [recordedAt, effectiveAt])).toEqual([
      [at(10), at(10)],
      [at(10), at(10)],
    ]);
  });

  it('is judged at that moment: a part that is refused before it may be accepted then', async () => {
    let now = at(10);
    const skewed = openLog({ ...own.table, clock: () => new Date(now) });
    await skewed.append(command(own.product, received(1)));
    now = at(3);
    await skewed.append(command(other(), received(5, { effectiveAt: at(8) })));
    // Nothing is there at 3, but 5 are at 10, when the act is recorded.
    const { results } = await skewed.appendAct(act(transfer(other(), own.product, 5)));
    expect(results).toMatchObject([{ state: { quantity: '0' } }, { state: { quantity: '6' } }]);
  });

  it('waits for no other act, in whatever order they name their streams', async () => {
    await own.log.appendAct(act([own.product, other()].map((productId) => received(50, { productId }))));
    const acts = Array.from({ length: 20 }, (_, n) =>
      n % 2 === 0 ? transfer(own.product, other(), 1) : transfer(other(), own.product, 1),
    );
    await Promise.all(acts.map((events) => own.log.appendAct(act(events))));
    expect([await quantityOf(own.product), await quantityOf(other())]).toEqual(['50', '50']);
    expect(await wholeLog(own.log, own.product)).toHaveLength(21);
  });

  it('loses a race to writers of another process, and is stored after them', async () => {
    await own.log.appendAct(act([own.product, other()].map((productId) => received(50, { productId }))));
    const elsewhere = openLog(own.table);
    await Promise.all([
      ...Array.from({ length: 8 }, () => own.log.appendAct(act(transfer(own.product, other(), 1)))),
      ...Array.from({ length: 8 }, () => elsewhere.append(command(other(), shipped(1)))),
    ]);
    expect([await quantityOf(own.product), await quantityOf(other())]).toEqual(['42', '50']);
  });

  it('has one part for each stream', async () => {
    const twice = act([received(1, { productId: own.product })]);
    const asked = own.log.appendAct({ ...twice, parts: [...twice.parts, ...twice.parts] });
    await expect(asked).rejects.toThrow('one part for each of its streams');
  });
});

/** The costs of an act are those of its parts, but for the write. */
describe('the requests of an act', () => {
  const ticking = new TickingLog();

  it('read each product as an append does, and write all of them at once', async () => {
    const [from, to] = [ticking.own.product, `${ticking.own.product}@shop`];
    await ticking.append(received(10));
    const made = (body: readonly object[]) => {
      const command = act(body);
      const newIds = command.parts.flatMap(({ events }) => events.map(({ eventId }) => eventId));
      return { ...command, newIds };
    };
    const moved = made(transfer(from, to, 4));
    expect(await ticking.requestsOf(() => ticking.log.appendAct(moved))).toEqual({
      Query: 2,
      TransactWriteItems: 1,
    });
    // With ids of the client, one more for each product that exists: whether it is there already.
    const named = act(transfer(from, to, 1, { eventId: 't' }));
    const { Query = 0, TransactWriteItems } = await ticking.requestsOf(() => ticking.log.appendAct(named));
    expect(TransactWriteItems).toBe(1);
    expect(Query).toBeLessThanOrEqual(4);
  });
});
