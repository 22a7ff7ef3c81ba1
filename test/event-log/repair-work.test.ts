import { openLog, verifyProduct } from '../support/log';
import { at, command, counted, received, retracted, shipped } from '../support/commands';
import { NOTHING, Repairs } from '../support/repairs';

/** What a repair reads, writes, and says of itself. */
describe('the work of a repair', () => {
  const repairs = new Repairs();
  const { own } = repairs;
  const { append } = own;

  it('is the facts that are stale, once, and says how much it was', async () => {
    await repairs.grow(60);
    await repairs.late(9.5);
    const report = await repairs.repair();
    expect(report).toEqual({
      done: true,
      eventsRead: 51,
      snapshotsWritten: (await repairs.snapshots()).length,
    });
    expect(report.snapshotsWritten).toBeLessThan(6);
    await repairs.expectChain(9.5, 51);
  });

  it('is one write of 25 snapshots at most at a time', async () => {
    await repairs.grow(480);
    await repairs.late(0.5);
    const { snapshotsWritten, eventsRead } = await repairs.repair();
    expect(eventsRead).toBe(480);
    expect(snapshotsWritten).toBeGreaterThan(26);
    expect(repairs.writes).toEqual([25, snapshotsWritten - 25]);
    // Of what was written once, nothing is lost when the repair is stopped later.
    const { kinds } = repairs;
    expect(kinds.filter((kind, index) => kind !== kinds[index - 1])).toEqual([
      ...['Query', 'BatchWriteItem', 'Query', 'BatchWriteItem', 'Query'],
    ]);
    await repairs.expectChain(0.5, 480);
  });

  it('is nothing where nothing is stale, and takes two requests to see that all is well', async () => {
    expect(await repairs.repair()).toEqual(NOTHING);
    await repairs.grow(3);
    const fresh = await repairs.requestsOf();
    expect(fresh).toEqual({ Query: 1 });
    await repairs.late(0.5);
    await repairs.repair();
    // The head, the first place of the span, and the snapshot there.
    const again = await repairs.requestsOf();
    expect(again).toEqual({ Query: 3 });
  });

  it('is the head, the span and its facts, one write, and a last look', async () => {
    await repairs.grow(40);
    await repairs.late(20.5);
    const used = await repairs.requestsOf();
    // The head, the first place and its snapshots; the state before it; the facts; what is to be replaced.
    const [look, state, facts, old] = [3, 3, 1, 1];
    expect(used).toEqual({ Query: look + state + facts + old + look, BatchWriteItem: 1 });
  });

  it('is done in parts, of which none is done twice', async () => {
    await repairs.grow(60);
    await repairs.late(9.5);
    let snapshots = 0;
    for (const [eventsRead, done] of [
      [20, false],
      [20, false],
      [11, true],
    ] as const) {
      const report = await repairs.repair(20);
      snapshots += report.snapshotsWritten;
      expect(report).toMatchObject({ eventsRead, done });
      expect(await repairs.snapshots()).toHaveLength(snapshots);
    }
    await repairs.expectChain(9.5, 51);
    expect(await repairs.repair(20)).toEqual(NOTHING);
  });

  it('is not a second look where it is not done', async () => {
    await repairs.grow(10);
    await repairs.late(0.5);
    const used = await repairs.requestsOf(3);
    expect(used).toEqual({ Query: 3 + 3 + 1 + 1, BatchWriteItem: 1 });
  });

  describe('on several spans', () => {
    beforeEach(async () => {
      for (const base of [0, 100, 200]) {
        await append(received(5, { effectiveAt: at(base) }));
        await append(counted(7, { effectiveAt: at(base + 10) }));
        await append([
          shipped(1, { effectiveAt: at(base + 20) }),
          shipped(1, { effectiveAt: at(base + 30) }),
        ]);
      }
    });

    it('ends each where the late event made no difference any more', async () => {
      await repairs.late(5);
      expect(await repairs.repair()).toEqual({ done: true, eventsRead: 3, snapshotsWritten: 1 });
      const [snapshot] = await repairs.snapshots();
      expect(snapshot?.next?.slice(0, 24)).toBe(at(30));
      expect(snapshot?.states.map(({ last }) => last.effectiveAt)).toEqual([at(5), at(10), at(20)]);
    });

    it('shares what may be read between them', async () => {
      await repairs.late(5);
      await repairs.late(105);
      await repairs.late(205);
      expect(await repairs.requestsOf(0)).toEqual({ Query: 3 + 3 });
      expect(await repairs.repair(3)).toEqual({ done: false, eventsRead: 3, snapshotsWritten: 1 });
      expect(await repairs.repair(4)).toEqual({ done: false, eventsRead: 4, snapshotsWritten: 2 });
      expect(await repairs.repair(2)).toEqual({ done: true, eventsRead: 2, snapshotsWritten: 1 });
      const states = (await repairs.snapshots()).flatMap(({ states }) => states);
      expect(states).toHaveLength(9);
      expect(await repairs.repair(0)).toEqual(NOTHING);
      await repairs.expectClean();
    });

    it('adds up what it did to them', async () => {
      await repairs.late(5);
      await repairs.late(105);
      expect(await repairs.repair()).toEqual({ done: true, eventsRead: 6, snapshotsWritten: 2 });
      await repairs.late(106);
      const [first] = await repairs.items();
      expect(await repairs.repair()).toEqual({ done: true, eventsRead: 4, snapshotsWritten: 2 });
      const after = await repairs.items();
      expect(after[0]).toEqual(first);
      expect(after).toHaveLength(3);
    });
  });

  it('is nothing on a span without facts', async () => {
    await append(received(5, { eventId: 'a', effectiveAt: at(0) }));
    await append(shipped(2, { eventId: 'b', effectiveAt: at(10) }));
    await append(retracted('b'));
    expect(await repairs.repair()).toEqual(NOTHING);
    expect(await repairs.snapshots()).toEqual([]);
  });

  it.each([
    ['a retraction of what is retracted', retracted('a')],
    [
      'a batch that takes its own event back',
      [received(1, { eventId: 'c', effectiveAt: at(5) }), retracted('c')],
    ],
  ])('is nothing after %s, though an event is still to come', async (_, idle) => {
    await append(received(5, { eventId: 'a', effectiveAt: at(0) }));
    await append(received(1, { effectiveAt: at(10) }));
    await append(received(2, { effectiveAt: at(1e9) }));
    await append(retracted('a'));
    expect(await repairs.repair()).toEqual({ done: true, eventsRead: 2, snapshotsWritten: 1 });
    const plan = await own.log.plan(command(own.product, idle));
    expect(plan).toMatchObject({ outcome: 'store', repair: false });
    await append(idle);
    expect(await repairs.repair()).toEqual(NOTHING);
    expect((await verifyProduct(own.table, own.product)).difference).toBeUndefined();
    expect(await own.log.stateAt(own.product)).toMatchObject({ state: { quantity: '1' } });
    expect(await own.log.stateAt(own.product, { asOf: at(1e9) })).toMatchObject({ state: { quantity: '3' } });
  });

  it('takes away what it replaces', async () => {
    await repairs.grow(480);
    await repairs.late(0.5);
    await repairs.repair();
    await repairs.late(0.25);
    repairs.writes = [];
    const { snapshotsWritten, done } = await repairs.repair();
    expect(done).toBe(true);
    expect(await repairs.snapshots()).toHaveLength(snapshotsWritten);
    expect(Math.max(...repairs.writes)).toBeLessThanOrEqual(25);
    await repairs.expectChain(0.25, 481);
  });

  it('is all done where the table takes a part at a time', async () => {
    const client = own.table.connect();
    let wanted = 0;
    client.middlewareStack.add((next, { commandName }) => async (args) => {
      if (commandName !== 'BatchWriteItemCommand') return next(args);
      const input = args.input as { RequestItems: Record<string, object[]> };
      const [[table, requests] = ['', []]] = Object.entries(input.RequestItems);
      wanted += 1;
      const taken = await next({ ...args, input: { RequestItems: { [table]: requests.slice(0, 2) } } });
      const rest = requests.slice(2);
      (taken.output as { UnprocessedItems?: object | undefined }).UnprocessedItems =
        rest.length > 0 ? { [table]: rest } : undefined;
      return taken;
    });
    await repairs.grow(100);
    await repairs.late(0.5);
    const hesitant = openLog({ client, tableName: own.table.tableName });
    const { snapshotsWritten } = await hesitant.repair(own.product);
    expect(wanted).toBe(Math.ceil(snapshotsWritten / 2));
    await repairs.expectChain(0.5, 100);
    client.destroy();
  });
});
