import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runHindsight } from '../support/hindsight';
import { ownServer } from '../support/own-server';

jest.setTimeout(120_000);

const server = ownServer();
const folder = mkdtempSync(join(tmpdir(), 'hindsight-input-'));
afterAll(() => rmSync(folder, { recursive: true }));

const hindsight = (...args: readonly string[]) => runHindsight(args, { HINDSIGHT_URL: server.url });

/** What the API responds to a body. */
async function post(product: string, body: string): Promise<{ status: number; body: unknown }> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${server.url}/products/${product}/events`, { method: 'POST', headers, body });
  return { status: response.status, body: await response.json() };
}

const goods = (quantity: string) =>
  `{"eventId":"e","eventType":"productReceived","quantity":${quantity},"effectiveAt":"2020-01-01T00:00:00Z"}`;

// As binary numbers the first three would become others, and the last would be 0.
const LITERALS = [
  '99999999999.123456',
  '123456789012.123456',
  '4503599627370.497001',
  '0.1',
  '1e3',
  '1e-7',
  '1e-400',
];

test('numbers reach the service digit by digit: the command line and the API agree', async () => {
  for (const [index, literal] of LITERALS.entries()) {
    const [byCli, byApi] = [`cli${index}`, `api${index}`];
    const [cli, api] = [
      await hindsight('append', byCli, goods(literal), '--json'),
      await post(byApi, goods(literal)),
    ];
    const said = JSON.parse(cli.code === 0 ? cli.out : cli.complaints) as { state?: { quantity: string } };
    const expected = api.body as { state?: { quantity: string } };
    expect([literal, cli.code, said.state?.quantity]).toEqual([
      literal,
      api.status === 201 ? 0 : 1,
      expected.state?.quantity,
    ]);
    // The same text with the same id is the same event, whichever way it comes.
    if (cli.code === 0) expect(await post(byCli, goods(literal))).toMatchObject({ status: 200 });
  }
  const exact = await hindsight('state', 'cli1', '--json');
  expect(JSON.parse(exact.out)).toMatchObject({ state: { quantity: '123456789012.123456' } });
});

test('a key that is given twice is refused, and nothing is stored', async () => {
  const twice = '{"eventType":"productReceived","quantity":1,"quantity":2}';
  const said = await hindsight('append', 'twice', twice);
  expect(said).toMatchObject({ code: 1, out: '' });
  expect(said.complaints).toMatch(/^hindsight: .*quantity/s);
  expect(await hindsight('state', 'twice')).toMatchObject({ code: 1 });
});

test('a file with a byte order mark is read; bytes that are not UTF-8 are refused with their place', async () => {
  const file = (name: string, bytes: Buffer) => {
    writeFileSync(join(folder, name), bytes);
    return join(folder, name);
  };
  const bom = file('bom.json', Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(goods('1'))]));
  expect(await hindsight('append', 'bom', '-f', bom)).toMatchObject({ code: 0 });
  const text = '{"eventType":"productReceived","quantity":1,\n"color":"gr\u00fcn"}';
  const latin1 = file('latin1.json', Buffer.from(text, 'latin1'));
  const said = await hindsight('append', 'latin1', '-f', latin1);
  expect(said).toMatchObject({ code: 2, out: '' });
  expect(said.complaints).toBe(`hindsight: ${latin1}: byte 57 (0xFC), in line 2, is not UTF-8\n`);
  const argument = await hindsight('append', 'latin1', text.replace('\u00fc', '\u{FFFD}'));
  expect(argument).toMatchObject({ code: 2 });
  expect(argument.complaints).toMatch(/argument 3 is not UTF-8 at character 57/);
  expect(await hindsight('state', 'latin1')).toMatchObject({ code: 1 });
  expect(await hindsight('append', 'utf8', text)).toMatchObject({ code: 0 });
});

test('with --json an error is JSON alone, from every layer', async () => {
  const errors = [
    await hindsight('state', 'nobody', '--json'),
    await hindsight('append', 'lamp', '{', '--json'),
    await hindsight('state', 'lamp', '--asof', 'x', '--json'),
    await hindsight('stat', '--json'),
    await hindsight('state', 'lamp', '--json', '--url', 'http://127.0.0.1:1'),
  ];
  expect(errors.map(({ code }) => code)).toEqual([1, 2, 2, 2, 3]);
  for (const { out, complaints } of errors) {
    expect(out).toBe('');
    expect(JSON.parse(complaints)).toMatchObject({ title: expect.any(String) as string });
  }
  expect(JSON.parse(errors[0]!.complaints)).toMatchObject({
    type: '/problems/product-not-found',
    status: 404,
  });
});

test('a date alone is a day in a time zone', async () => {
  const events = [
    { eventId: 'a', quantity: 1, effectiveAt: '2026-10-24T21:59:59.999Z' },
    { eventId: 'b', quantity: 2, effectiveAt: '2026-10-25T22:59:59.999Z' },
    { eventId: 'c', quantity: 4, effectiveAt: '2026-10-25T23:00:00Z' },
  ].map((event) => ({ ...event, eventType: 'productReceived' }));
  expect(await hindsight('append', 'days', JSON.stringify(events))).toMatchObject({ code: 0 });
  const quantity = async (...args: readonly string[]) => {
    const { out } = await hindsight('state', 'days', '--as-of', '2026-10-25', '--json', ...args);
    return (JSON.parse(out) as { state: { quantity: string } }).state.quantity;
  };
  expect(await quantity('--tz', 'Europe/Berlin')).toBe('3');
  expect(await quantity('--tz', '-05:00')).toBe('7');
  expect(await quantity()).toBe('7');
  const day = ['--from', '2026-10-25', '--to', '2026-10-25', '--tz', 'Europe/Berlin'];
  const list = await hindsight('events', 'days', '--order', 'effective', '--json', ...day);
  expect((JSON.parse(list.out) as { events: { eventId: string }[] }).events).toMatchObject([
    { eventId: 'b' },
  ]);
  const wrong = await hindsight('state', 'days', '--as-of', '2026-10-25', '--tz', 'Berlin');
  expect(wrong).toMatchObject({ code: 2 });
  expect(wrong.complaints).toMatch(/--tz.*must be a time zone such as/);
});
