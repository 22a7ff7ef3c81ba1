import type { ProductLog } from '@hindsight/workflow';
import { openLog } from '../support/log';
import { command, received, shipped } from '../support/commands';
import { startTable, type TestTable } from '../support/engine';
import { Meter } from '../support/meter';

/** Appends of one process to one product at the same time: each goes on from what the one before has written. */
describe('many appends to one product at once', () => {
  let table: TestTable;
  let meter: Meter;
  let log: ProductLog;
  let elsewhere: ProductLog;
  beforeAll(async () => {
    table = await startTable();
    meter = new Meter(table.client);
    log = openLog({ client: table.client, tableName: table.tableName });
    elsewhere = openLog({ client: table.client, tableName: table.tableName });
  });
  afterAll(() => table.stop());

  const all = <T>(length: number, one: (index: number) => Promise<T>): Promise<T[]> =>
    Promise.all(Array.from({ length }, (_, index) => one(index)));

  it('take one look at the head, and one look for the id and one put each, in the order in which they came', async () => {
    const used = await meter.of(async () => {
      const results = await all(40, () => log.append(command('queue', received(1))));
      expect(results.map(({ version }) => version)).toEqual(results.map((_, index) => index + 1));
      expect(results.at(-1)?.state?.quantity).toBe('40');
    });
    // The first finds no product, and so no ids either.
    expect(used.requests).toEqual({ Query: 1 + 39, PutItem: 40 });
  });

  it('see what another process writes in between', async () => {
    await log.append(command('shared', received(100)));
    const [mine, theirs] = await Promise.all([
      all(20, () => log.append(command('shared', shipped(1)))),
      all(20, () => elsewhere.append(command('shared', shipped(1)))),
    ]);
    const versions = [...mine, ...theirs].map(({ version }) => version).sort((a, b) => a - b);
    expect(versions).toEqual(versions.map((_, index) => index + 2));
    const answer = await log.stateAt('shared');
    expect(answer).toMatchObject({ found: true, version: 41, state: { quantity: '60' } });
  });

  it('are refused for what the log holds, not for what this process last wrote', async () => {
    const client = table.connect();
    const slow = openLog({ client, tableName: table.tableName });
    // Another process receives goods after the first write, before this process hears of it.
    let between: Promise<unknown> | undefined;
    client.middlewareStack.add((next, { commandName }) => async (args) => {
      const result = await next(args);
      if (commandName === 'PutItemCommand')
        await (between ??= elsewhere.append(command('refusal', received(5))));
      return result;
    });
    const [, second] = await Promise.all([
      slow.append(command('refusal', received(2))),
      slow.append(command('refusal', shipped(7))),
    ]);
    client.destroy();
    expect(second).toMatchObject({ version: 3, state: { quantity: '0' } });
  });

  it('answer a refusal and a repetition in the middle of the queue, and go on', async () => {
    const results = await Promise.allSettled([
      log.append(command('mixed', received(3, { eventId: 'a' }))),
      log.append(command('mixed', shipped(9))),
      log.append(command('mixed', received(3, { eventId: 'a' }))),
      log.append(command('mixed', received(4, { eventId: 'b' }), { expectedVersion: 1 })),
      log.append(command('mixed', shipped(7), { dryRun: true })),
      log.append(command('mixed', shipped(7))),
    ]);
    expect(results.map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
      'fulfilled',
      'fulfilled',
      'fulfilled',
    ]);
    const values = results.map((result) => (result.status === 'fulfilled' ? result.value : undefined));
    expect(values[2]).toMatchObject({ deduplicated: true, version: 1 });
    expect(values[4]).toMatchObject({ dryRun: true, state: { quantity: '0' } });
    expect(values[5]).toMatchObject({ version: 3, state: { quantity: '0' } });
  });
});
