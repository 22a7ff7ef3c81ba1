import { receive, startHindsight } from '../support/hindsight';
import { ownServer } from '../support/own-server';

jest.setTimeout(120_000);

const server = ownServer();

test('a tail goes on where it was when the server comes back, without gap or doubling', async () => {
  for (const quantity of [1, 2]) await receive(server.url, quantity);
  const tail = startHindsight(['tail', 'crate', '--after', '0', '--count', '3', '--url', server.url]);
  await tail.says(/^2 .* r2 /m);
  await server.stop();
  await tail.says(/no answer from .*; trying again/);
  await server.start();
  await receive(server.url, 3);
  const { code, out } = await tail.ended;
  expect(code).toBe(0);
  expect(out.match(/^\d+ /gm)).toEqual(['1 ', '2 ', '3 ']);
});

test('Ctrl-C ends a tail with 130', async () => {
  const tail = startHindsight(['tail', 'crate', '--after', '0', '--url', server.url]);
  await tail.says(/^1 .* r1 /m);
  tail.child.kill('SIGINT');
  expect(await tail.ended).toMatchObject({ code: 130, signal: null, complaints: '' });
});
