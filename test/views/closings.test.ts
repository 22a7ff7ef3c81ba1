import { ClosingRegister, createMemoryStore, periodLock, CLOSING_WAIT_MS } from '@hindsight/event-log';
import { advanceClosings, createMemoryViewStore, Indexer, Views } from '@hindsight/views';
import { createProductLog } from '@hindsight/workflow';
import { at, command, corrected, received, retracted, shipped } from '../support/commands';

const SETTLE_MS = 5_000;

/** A log whose closings are made by hand, with a clock that the test sets. */
function newWorld() {
  const world = { seconds: 0 };
  const clock = () => new Date(at(world.seconds));
  const store = createMemoryStore();
  const clocks = [() => world.seconds * 1_000];
  const log = createProductLog({ store, clock, lock: periodLock(store, { clocks }) });
  const viewStore = createMemoryViewStore();
  const views = new Views({ store: viewStore, log, clock, settleMs: SETTLE_MS });
  const indexer = new Indexer({ store: viewStore, log, clock });
  const closings = new ClosingRegister(store, clock);
  const append = (product: string, body: unknown, more: object = {}) =>
    log.append(command(product, body, more));
  /** What the indexer does when it is called. */
  const look = async () => {
    for await (const product of store.partitions()) await indexer.index([product]);
    await indexer.control.beat(0, clock().toISOString());
    await advanceClosings({ closings, views, clock, waitMs: CLOSING_WAIT_MS });
  };
  /** Closes everything through a second, and waits for the report. */
  const close = async (closingId: string, through: number) => {
    await closings.begin({ closingId, asOf: at(through) }, 'accounting');
    await look();
    world.seconds += (CLOSING_WAIT_MS + SETTLE_MS) / 1_000;
    await look();
  };
  const lines = async (closingId: string) => {
    const found: string[] = [];
    for await (const rows of closings.report(closingId).rows()) found.push(...rows.map(({ json }) => json));
    return found;
  };
  return Object.assign(world, { append, close, closings, lines, log, look, store, views });
}

const refusal = async (append: Promise<unknown>) =>
  append.then(
    () => 'stored',
    (error: unknown) => (error as { refusal?: unknown }).refusal,
  );

test('an event in a closed period is refused, carried or recorded where it belongs', async () => {
  const world = newWorld();
  world.seconds = 100;
  await world.append('lamp', { ...received(10), eventId: 'r1', effectiveAt: at(10) });
  await world.close('october', 50);
  const late = { ...shipped(3), eventId: 's1', effectiveAt: at(40) };
  expect(await refusal(world.append('lamp', late))).toMatchObject({
    error: 'PeriodClosed',
    closingId: 'october',
    closedThrough: at(50),
    eventId: 's1',
  });
  const carried = await world.append('lamp', late, { onLate: 'carry' });
  const first = new Date(Date.parse(at(50)) + 1).toISOString();
  expect(carried.events[0]).toMatchObject({ effectiveAt: first, carriedFrom: at(40) });
  expect(carried.notices).toEqual([
    {
      code: 'carried',
      detail: `the period of ${at(40)} is closed, so it is recorded at ${first}`,
      path: 'effectiveAt',
    },
  ]);
  // A retry is recognized before periods are judged.
  expect(await world.append('lamp', late)).toEqual({ ...carried, deduplicated: true });
  await world.append('lamp', { ...shipped(1), eventId: 's2', effectiveAt: at(40) }, { onLate: 'reopen' });
  expect(await world.log.stateAt('lamp', { asOf: at(45) })).toMatchObject({ state: { quantity: '9' } });
  expect(await world.lines('october')).toEqual([expect.stringContaining('"quantity":"10"')]);
});

test('corrections of events in a closed period are refused, and can not be carried', async () => {
  const world = newWorld();
  world.seconds = 100;
  await world.append('lamp', { ...received(10), eventId: 'r1', effectiveAt: at(10) });
  await world.append('lamp', { ...received(10), eventId: 'r2', effectiveAt: at(80) });
  await world.close('october', 50);
  for (const onLate of ['reject', 'carry'])
    for (const body of [
      retracted('r1'),
      corrected('r1', received(9)),
      corrected('r2', { ...received(9), effectiveAt: at(20) }),
    ])
      expect(await refusal(world.append('lamp', body, { onLate }))).toMatchObject({ error: 'PeriodClosed' });
  await world.append('lamp', retracted('r2'));
  await world.append('lamp', retracted('r1'), { onLate: 'reopen' });
});

test('only the last closing is reopened; both stay on record, with the report', async () => {
  const world = newWorld();
  world.seconds = 100;
  await world.append('lamp', { ...received(10), effectiveAt: at(10) });
  await world.close('a', 50);
  await world.close('b', 60);
  const before = await world.lines('b');
  expect(await world.closings.begin({ closingId: 'c', asOf: at(60) }, 'x')).toMatchObject({
    outcome: 'already-closed',
  });
  expect(await world.closings.reopen('a', 'x')).toMatchObject({
    outcome: 'not-last',
    last: { closingId: 'b' },
  });
  expect(await world.closings.reopen('b', 'x')).toMatchObject({ outcome: 'reopened' });
  world.seconds += 5;
  await world.append('lamp', { ...received(1), effectiveAt: at(55) });
  expect(await refusal(world.append('lamp', { ...received(1), effectiveAt: at(45) }))).toMatchObject({
    closingId: 'a',
  });
  expect(await world.lines('b')).toEqual(before);
  expect(await world.closings.list()).toMatchObject([
    { status: 'closed' },
    { status: 'reopened', reopenedBy: 'x' },
  ]);
});

test('a report has what came in while writers kept an old lock', async () => {
  const world = newWorld();
  world.seconds = 100;
  await world.append('lamp', { ...received(10), effectiveAt: at(10) });
  await world.closings.begin({ closingId: 'a', asOf: at(50) }, 'x');
  await world.look();
  world.seconds += 1;
  await world.append('lamp', { ...received(1), effectiveAt: at(11) });
  world.seconds += (CLOSING_WAIT_MS + SETTLE_MS) / 1_000;
  await world.look();
  expect(await world.lines('a')).toEqual([expect.stringContaining('"quantity":"11"')]);
});
