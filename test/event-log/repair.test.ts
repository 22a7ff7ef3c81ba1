import type { ProductLog } from '@hindsight/workflow';
import { openLog, verifyProduct } from '../support/log';
import { at, received, shipped } from '../support/commands';
import { Meter } from '../support/meter';
import { ownLog } from '../support/own-log';
import { surprised } from '../support/surprised';

describe('a repair whose write arrives after a late event and the repair of that', () => {
  const own = ownLog();
  const { append } = own;
  beforeEach(async () => {
    for (const seconds of [0, 10, 20, 30]) await append(received(5, { effectiveAt: at(seconds) }));
    await append(received(4, { effectiveAt: at(5) }));
  });

  /** A log whose first write of snapshots is held up meanwhile. */
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
    await append(shipped(1, { effectiveAt: at(2) }));
    while (!(await own.log.repair(own.product)).done);
  };

  async function expectRepaired() {
    const client = own.table.connect();
    const meter = new Meter(client);
    const reader = openLog({ client, tableName: own.table.tableName });
    for (const [seconds, quantity] of [
      [3, '4'],
      [7, '8'],
      [12, '13'],
      [25, '18'],
      [30, '23'],
    ] as const) {
      const used = await meter.of(async () => {
        expect(await reader.stateAt(own.product, { asOf: at(seconds) })).toMatchObject({
          state: { quantity },
        });
      });
      expect(used.readRequests).toBeLessThanOrEqual(2);
    }
    client.destroy();
    expect((await verifyProduct(own.table, own.product)).difference).toBeUndefined();
  }

  it('comes to an end, a few facts at a time', async () => {
    const slow = heldUp(lateAndRepaired);
    let [steps, done] = [0, false];
    // Five places, two at a time, and once more from the start for what the other did.
    while (!done && steps < 6) {
      ({ done } = await slow.repair(own.product, 2));
      steps += 1;
    }
    expect({ done, steps }).toMatchObject({ done: true });
    await expectRepaired();
  });

  it('leaves nothing undone when it says so', async () => {
    const slow = heldUp(lateAndRepaired);
    while (!(await slow.repair(own.product)).done);
    await expectRepaired();
    expect(await own.log.repair(own.product)).toEqual({ done: true, eventsRead: 0, snapshotsWritten: 0 });
  });

  it('does not go on from the snapshots of one that knows more', async () => {
    const client = surprised(own.table, async () => {
      await append(shipped(1, { effectiveAt: at(12) }));
      await own.log.repair(own.product, 2);
      await own.log.repair(own.product, 2);
    });
    const slow = openLog({ client, tableName: own.table.tableName });
    await slow.repair(own.product);
    expect(await own.log.stateAt(own.product, { asOf: at(30), version: 5 })).toMatchObject({
      state: { quantity: '24' },
    });
    expect((await verifyProduct(own.table, own.product)).difference).toBeUndefined();
  });
});
