import { openLog, verifyProduct } from '../support/log';
import { at, command, received, retracted } from '../support/commands';
import { NOTHING, Repairs } from '../support/repairs';

/** What a repair reads, writes, and says of itself. */
describe('the work of a repair', () => {
  const repairs = new Repairs();
  const { own } = repairs;
  const { append } = own;

  it('is all events once, and then the runs that an event touched', async () => {
    await repairs.grow(1000);
    const { done, eventsRead } = await repairs.repair();
    expect({ done, eventsRead }).toEqual({ done: true, eventsRead: 1000 });
    await repairs.late(500.5);
    const report = await repairs.repair();
    expect(report.done).toBe(true);
    expect(report.eventsRead).toBeLessThan(200);
    // One item of each level at the event and at the end, and the root.
    expect(report.summariesWritten).toBeLessThanOrEqual(5);
    await repairs.expectClean();
  });

  it('writes the root last', async () => {
    await repairs.grow(600);
    repairs.kinds = [];
    await repairs.repair();
    const kinds = repairs.kinds.filter((kind, index) => kind !== repairs.kinds[index - 1]);
    expect(kinds.slice(-2)).toEqual(['Query', 'BatchWriteItem']);
    expect(repairs.writes.at(-1)).toBe(1);
  });

  it('is nothing where nothing was touched: it looks at every summary', async () => {
    expect(await repairs.repair()).toEqual(NOTHING);
    await repairs.grow(400);
    await repairs.repair();
    const items = (await repairs.items()).length - 1;
    const used = await repairs.requestsOf();
    expect(used).toMatchObject({ Query: 2 });
    expect(used['BatchWriteItem']).toBeUndefined();
    expect((used['GetItem'] ?? 0) - 1).toBeLessThanOrEqual(items);
    expect(await repairs.repair()).toEqual(NOTHING);
  });

  it('is done in parts, of which each can be used', async () => {
    await repairs.grow(300);
    let [steps, events] = [0, 0];
    for (let done = false; !done; steps += 1) {
      const report = await repairs.repair(100);
      ({ done } = report);
      events += report.eventsRead;
      await repairs.expectClean();
    }
    expect(steps).toBeGreaterThan(2);
    // The last run of a part is read once more by the next one.
    expect(events).toBeLessThan(400);
    expect(await repairs.repair(100)).toEqual(NOTHING);
  });

  it('takes up a thousand events at a time', async () => {
    await repairs.grow(50);
    await repairs.repair();
    await repairs.grow(1500);
    expect(await repairs.repair()).toMatchObject({ done: false });
    expect(await repairs.repair()).toMatchObject({ done: true });
    await repairs.expectClean();
  });

  it.each([
    ['a retraction of what is retracted', retracted('a')],
    [
      'a batch that takes its own event back',
      [received(1, { eventId: 'c', effectiveAt: at(5) }), retracted('c')],
    ],
  ])('makes no answer wrong after %s, though an event is still to come', async (_, idle) => {
    await append(received(5, { eventId: 'a', effectiveAt: at(0) }));
    await append(received(1, { effectiveAt: at(10) }));
    await append(received(2, { effectiveAt: at(1e9) }));
    await append(retracted('a'));
    await repairs.repair();
    await own.log.plan(command(own.product, idle));
    await append(idle);
    await repairs.repair();
    expect(await repairs.repair()).toEqual(NOTHING);
    expect((await verifyProduct(own.table, own.product)).difference).toBeUndefined();
    expect(await own.log.stateAt(own.product)).toMatchObject({ state: { quantity: '1' } });
    expect(await own.log.stateAt(own.product, { asOf: at(1e9) })).toMatchObject({ state: { quantity: '3' } });
  });

  it('is all done where the table takes a part at a time', async () => {
    const client = own.table.connect();
    let requests = 0;
    client.middlewareStack.add((next, { commandName }) => async (args) => {
      if (commandName !== 'BatchWriteItemCommand') return next(args);
      const input = args.input as { RequestItems: Record<string, object[]> };
      const [[table, items] = ['', []]] = Object.entries(input.RequestItems);
      requests += 1;
      const taken = await next({ ...args, input: { RequestItems: { [table]: items.slice(0, 2) } } });
      const rest = items.slice(2);
      (taken.output as { UnprocessedItems?: object | undefined }).UnprocessedItems =
        rest.length > 0 ? { [table]: rest } : undefined;
      return taken;
    });
    await repairs.grow(900);
    const hesitant = openLog({ client, tableName: own.table.tableName });
    const { summariesWritten } = await hesitant.repair(own.product);
    expect(requests).toBe(Math.ceil((summariesWritten - 1) / 2) + 1);
    await repairs.expectClean();
    client.destroy();
  });
});
