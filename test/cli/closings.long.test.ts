import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runHindsight, startHindsight } from '../support/hindsight';
import { ownServer } from '../support/own-server';

// Three closings are waited for, each some ten seconds on an idle machine.
jest.setTimeout(10 * 60_000);

const server = ownServer();
const folder = mkdtempSync(join(tmpdir(), 'hindsight-closings-'));
const hindsight = (...args: string[]) => runHindsight([...args, '--url', server.url]);
/** The output of a command that succeeds. */
async function said(...args: string[]): Promise<string> {
  const { code, out, complaints } = await hindsight(...args);
  expect({ code, complaints }).toEqual({ code: 0, complaints: '' });
  return out;
}
const json = async (...args: string[]) => JSON.parse(await said(...args, '--json')) as unknown;
const record = (productId: string, event: object, ...more: string[]) =>
  hindsight('append', productId, JSON.stringify(event), ...more);
/** What is recorded is the start of what is tested; so it takes the short way. */
async function recorded(productId: string, event: object, query = ''): Promise<void> {
  const init = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(event),
  };
  expect((await fetch(`${server.url}/products/${productId}/events?${query}`, init)).status).toBe(201);
}
const received = (eventId: string, quantity: number, day: string) => ({
  ...{ eventType: 'productReceived', eventId, quantity },
  effectiveAt: `2026-10-${day}T08:00:00Z`,
});

test('a period is looked at, closed, shown, compared and reopened', async () => {
  await recorded('lamp', received('r1', 10, '05'));
  await recorded('desk', received('r2', 4, '06'));
  const short = {
    eventType: 'productShipped',
    eventId: 's1',
    quantity: 6,
    effectiveAt: '2026-10-07T08:00:00Z',
  };
  await recorded('desk', short, 'onConflict=flag');
  await fetch(`${server.url}/products?atLeast=desk:2`);
  expect(await said('closings')).toMatch(/^closing +through +status/);

  // A dry run says what is missing, and closes nothing.
  const dryRun = await said('close', '2026-10-31', '--id', 'october', '--tz', 'Europe/Berlin', '--dry-run');
  expect(dryRun).toContain('would close everything through 2026-10-31T22:59:59.999Z: 2 products');
  expect(dryRun).toMatch(/^below zero: 1 product\nproduct +quantity\ndesk +-2$/m);
  expect(dryRun).toMatch(/^not healed: 1 conflict\nproduct +short by .*\ndesk +2 +s1 /m);
  expect(await json('closings')).toEqual({ closings: [], closedThrough: null });

  // It says that it waits, and ends when the report is stored.
  const closed = await hindsight('close', '2026-10-31', '--id', 'october', '--tz', 'Europe/Berlin');
  expect(closed).toMatchObject({
    code: 0,
    out: 'october: closed, 2 products, everything through 2026-10-31T22:59:59.999Z\n',
    complaints: expect.stringMatching(/^everything through .* is closed; waiting for the report/) as string,
  });
  expect(await json('close', '2026-10-31', '--id', 'october', '--tz', 'Europe/Berlin')).toMatchObject({
    status: 'closed',
  });
  expect(await said('closings')).toMatch(/^october +2026-10-31T22:59:59.999Z +closed, 2 products/m);
  const shown = await said('closings', 'show', 'october');
  expect(shown).toMatch(/^october: closed, 2 products, everything through .*, as known at /);
  expect(shown).toMatch(/^lamp +10 /m);
  expect(await said('closings', 'diff', 'october')).toMatch(
    /^october against now: as of 2026-10-31T22:59:59.999Z, between .* and .*\nnothing differs\n$/,
  );

  // What comes late is refused, carried or let in.
  expect(await record('lamp', received('r3', 1, '08'))).toMatchObject({
    code: 1,
    complaints: expect.stringContaining('closing october has closed everything through') as string,
  });
  expect((await record('lamp', received('r3', 1, '08'), '--on-late', 'carry')).code).toBe(0);
  await recorded('lamp', received('r4', 2, '08'), 'onLate=reopen');
  await fetch(`${server.url}/products?atLeast=lamp:3`);
  const diff = await said('closings', 'diff', 'october');
  expect(diff).toMatch(/^lamp: 10 \(version 1\) became 12 \(version 3\), \+2 \(quantity\)$/m);
  expect(diff).toMatch(/^3 .* r4 +\+2 /m);
  expect(diff).not.toContain('desk');
  const file = join(folder, 'diff.csv');
  expect(await said('closings', 'diff', 'october', '--csv', file)).toMatch(
    /^1 cause as of 2026-10-31T22:59:59.999Z \(/,
  );
  expect(readFileSync(file, 'utf8').split('\r\n')).toHaveLength(3);

  // A later closing closes more, and is something to compare with.
  const november = ['close', '2026-11-01T12:00:00Z', '--id', 'november'];
  expect(await said(...november, '--no-wait')).toMatch(/^november: closing, /);
  expect((await hindsight(...november)).out).toMatch(/^november: closed, 2 products, /);
  await recorded('lamp', received('r5', 5, '09'), 'onLate=reopen');
  await fetch(`${server.url}/products?atLeast=lamp:4`);
  expect(await said('closings', 'diff', 'october', '--against', 'november')).toMatch(
    /^october against november: .* \(final\)\n\nlamp: 10 \(version 1\) became 12 /,
  );
  expect(await json('closings', 'diff', 'october', '--against', 'now')).toMatchObject({
    ...{ closingId: 'october', against: 'now' },
    products: [{ productId: 'lamp', change: '7' }],
  });

  // The report is as it was.
  const report = join(folder, 'october.csv');
  expect(await said('closings', 'show', 'october', '--csv', report)).toBe('2 products of closing october\n');
  expect(readFileSync(report, 'utf8')).toMatch(/\r\ndesk,-2,.*\r\nlamp,10,/);
  expect(await said('closings', 'show', 'october')).toBe(shown);

  const early = await hindsight('closings', 'reopen', 'october');
  expect(early).toMatchObject({ code: 1, complaints: expect.stringContaining('november') as string });
  expect(await said('closings', 'reopen', 'november')).toMatch(/^november: reopened/);
  expect(await said('closings', 'reopen', 'october')).toMatch(/^october: reopened/);
  expect(await said('closings', 'show', 'october')).toMatch(/^lamp +10 /m);
  await recorded('lamp', received('r6', 1, '08'));
});

test('what is wrong is refused, with the codes of other commands', async () => {
  const code = async (...args: string[]) => (await hindsight(...args)).code;
  expect(await code('close')).toBe(2);
  expect(await code('close', 'yesterday')).toBe(1);
  expect(await code('close', '2126-10-31')).toBe(1);
  expect(await code('close', '2026-10-31', '--id', 'a b')).toBe(1);
  expect(await code('close', '2026-10-31', '--tz', 'Mars/Base')).toBe(2);
  for (const command of ['show', 'diff', 'reopen']) {
    expect(await code('closings', command)).toBe(2);
    expect(await hindsight('closings', command, 'none')).toMatchObject({
      code: 1,
      out: '',
      complaints: expect.stringContaining('there is no closing none') as string,
    });
  }
  const lost = await runHindsight(['closings', '--url', 'http://127.0.0.1:1']);
  expect(lost.code).toBe(3);
});

test('a wait that is interrupted does not undo the closing', async () => {
  const close = startHindsight(['close', '2026-11-02', '--id', 'second', '--url', server.url]);
  await close.says(/waiting for the report/);
  close.child.kill('SIGINT');
  await close.ended;
  expect(await said('closings')).toMatch(/^second +2026-11-02T23:59:59.999Z +clos/m);
});
