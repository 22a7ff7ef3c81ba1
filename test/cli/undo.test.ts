import { runHindsight } from '../support/hindsight';
import { ownServer } from '../support/own-server';

jest.setTimeout(120_000);

const server = ownServer();
const hindsight = (...args: readonly string[]) => runHindsight(args, { HINDSIGHT_URL: server.url });
const quantity = async () => {
  const { out } = await hindsight('state', 'lamp', '--json');
  return (JSON.parse(out) as { state: { quantity: string } }).state.quantity;
};

test('undo retracts an event; undoing that says what to do, and doing it has the effect', async () => {
  const events = [
    { eventId: 'r1', eventType: 'productReceived', quantity: '10.5', effectiveAt: '2026-11-02T08:00:00Z' },
    {
      eventId: 's1',
      eventType: 'productShipped',
      quantity: 4,
      reason: "Smith's",
      effectiveAt: '2026-11-03T08:00:00Z',
    },
  ];
  await hindsight('append', 'lamp', JSON.stringify(events));
  const dry = await hindsight('undo', 'lamp', 's1', '--dry-run');
  expect(dry.out).toMatch(/would store: eventRetracted/);
  expect(await quantity()).toBe('6.5');
  const undone = await hindsight('undo', 'lamp', 's1', '--reason', 'typo', '--key', 'u1');
  expect(undone).toMatchObject({ code: 0, complaints: '' });
  expect(undone.out).toMatch(/stored: eventRetracted u1\nchanged the past from 2026-11-03/);
  expect(await quantity()).toBe('10.5');

  const again = await hindsight('undo', 'lamp', 'u1');
  expect(again).toMatchObject({ code: 1, out: '' });
  const [, line = ''] = /^ {2}hindsight (append lamp .*)$/m.exec(again.complaints) ?? [];
  const [, json = ''] = /^append lamp '(.*)'$/.exec(line.replaceAll("'\\''", "'")) ?? [];
  expect(await hindsight('append', 'lamp', json)).toMatchObject({ code: 0 });
  expect(await quantity()).toBe('6.5');

  const missing = await hindsight('undo', 'lamp', 'nothing');
  expect(missing).toMatchObject({ code: 1 });
  expect(missing.complaints).not.toMatch(/append/);
});

test('tail --until-now shows what there is, what the newest event changed, and the stock', async () => {
  const late = {
    eventId: 'r0',
    eventType: 'productReceived',
    quantity: 1,
    effectiveAt: '2026-11-01T08:00:00Z',
  };
  await hindsight('append', 'lamp', JSON.stringify(late));
  const all = await hindsight('tail', 'lamp', '--until-now');
  expect(all).toMatchObject({ code: 0, complaints: '' });
  expect(all.out).toMatch(
    /^1 .* r1 .*\n2 .* s1 .*\n(.*\n)*5 .* r0 .*\n {2}r0 changed the past(.*\n)*state now, version 5:\nquantity +7\.5\n/,
  );
  const rest = await hindsight('tail', 'lamp', '--until-now', '--after', '5', '--json');
  expect(rest).toMatchObject({ code: 0 });
  expect(JSON.parse(rest.out)).toMatchObject({ event: 'state', data: { version: 5 } });
});
