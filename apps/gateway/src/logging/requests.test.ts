import { connect, type AddressInfo } from 'node:net';
import { createServer } from 'node:http';
import { fakeLog, gatewayWith, stateAnswer } from '../testing/fakes';

test('a request whose client disconnects before the response is not logged as answered', async () => {
  let asked: () => void = () => undefined;
  const reading = new Promise<void>((resolve) => (asked = resolve));
  let release: () => void = () => undefined;
  const log = fakeLog({
    stateAt: async () => {
      asked();
      await new Promise<void>((resolve) => (release = resolve));
      return stateAnswer;
    },
  });
  const { app, lines } = gatewayWith({ log });
  const server = createServer(app).listen(0, '127.0.0.1');
  const gone = new Promise<void>((resolve) =>
    server.once('request', (_, response) => response.once('close', resolve)),
  );
  await new Promise((resolve) => server.once('listening', resolve));
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  client.write('GET /products/100/state HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await reading;
  client.destroy();
  await gone;
  release();
  await new Promise((resolve) => server.close(resolve));
  expect(lines.map((line) => JSON.parse(line) as object)).toEqual([
    expect.objectContaining({ method: 'GET', path: '/products/100/state', status: 499, msg: 'client gone' }),
  ]);
});
