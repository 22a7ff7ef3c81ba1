import type { ProductLog } from '@hindsight/workflow';
import { openLog, verifyProduct } from '../support/log';
import { at, received, shipped } from '../support/commands';
import { ownLog } from '../support/own-log';
import { surprised } from '../support/surprised';

describe('a repair whose write arrives after a late event and the repair of that', () => {
  const own = ownLog();
  const { append } = own;
  beforeEach(async () => {
    for (let second = 0; second < 40; second += 1) await append(received(5, { effectiveAt: at(second) }));
    await append(received(4, { effectiveAt: at(4.5) }));
  });

  /** A log whose first write of summaries is held up meanwhile. */
  function heldUp(meanwhile: () => Promise<unknown>): ProductLog {
    const client = own.table.connect();
    let first: Promise<unknown> | undefined;
    client.middlewareStack.add((next, { commandName }) => async (args) => {
      if (commandName?.startsWith('BatchWrite')) await (first ??= meanwhile());
      return next(args);
    });
    return openLog({ client, tableName: own.table.tableName });
  }

  /** A late event, and a repair by somebody else until nothing is left to do. */
  const lateAndRepaired = async () => {
    await append(shipped(1, { effectiveAt: at(2.5) }));
    while (!(await own.log.repair(own.product)).done);
  };

  async function expectRepaired() {
    for (const [second, quantity] of [
      [1, '10'],
      [3, '19'],
      [5, '33'],
      [39, '203'],
    ] as const)
      expect(await own.log.stateAt(own.product, { asOf: at(second) })).toMatchObject({ state: { quantity } });
    const { difference, summariesUnusable } = await verifyProduct(own.table, own.product);
    expect(difference).toBeUndefined();
    expect(summariesUnusable).toBe(0);
  }

  it('comes to an end, a few events at a time', async () => {
    const slow = heldUp(lateAndRepaired);
    let [steps, done] = [0, false];
    while (!done && steps < 20) {
      ({ done } = await slow.repair(own.product, 5));
      steps += 1;
    }
    expect(done).toBe(true);
    await expectRepaired();
  });

  it('leaves nothing that a further repair does not complete', async () => {
    const slow = heldUp(lateAndRepaired);
    while (!(await slow.repair(own.product)).done);
    await expectRepaired();
    while (!(await own.log.repair(own.product)).done);
    await expectRepaired();
    expect(await own.log.repair(own.product)).toEqual({ done: true, eventsRead: 0, summariesWritten: 0 });
  });

  it('does not undo what a repair that has read more has written', async () => {
    await own.log.repair(own.product);
    await append(shipped(1, { effectiveAt: at(12.5) }));
    const client = surprised(own.table, async () => {
      await append(shipped(1, { effectiveAt: at(13.5) }));
      await own.log.repair(own.product);
    });
    const slow = openLog({ client, tableName: own.table.tableName });
    while (!(await slow.repair(own.product)).done);
    expect(await own.log.stateAt(own.product, { asOf: at(30), version: 41 })).toMatchObject({
      state: { quantity: '159' },
    });
    expect((await verifyProduct(own.table, own.product)).difference).toBeUndefined();
  });
});
