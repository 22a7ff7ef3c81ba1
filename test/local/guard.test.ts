import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import type { Application } from './application';
import { append, applications, quantity } from './applications';

// Each start takes a second or two on a free machine, and many times that on a busy one.
jest.setTimeout(90_000);

const { folder, startAndWait, stopAll } = applications('guard');
afterAll(stopAll);

test('the data is for this user alone', async () => {
  const application = await startAndWait('private');
  const data = join(folder, 'private');
  const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);
  expect(modeOf(data)).toBe('700');
  const files = readdirSync(data).map((name) => [name, modeOf(join(data, name))]);
  expect(files.length).toBeGreaterThan(2);
  expect(files.filter(([, mode]) => mode !== '600')).toEqual([]);
  await application.stop();
});

test('a page whose name was made to resolve to this machine gets nothing from the gateway', async () => {
  const application = await startAndWait('rebound');
  const host = `rebound.example:${application.port}`;
  const status = await new Promise((resolve, reject) => {
    get(`${application.url}/products`, { headers: { host } }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode));
    }).on('error', reject);
  });
  expect(status).toBe(421);
  await application.stop();
});

/** The ports on which a process of the application listens. */
function portsOf(application: Application): number[] {
  const listening = ['tcp', 'tcp6'].flatMap((protocol) =>
    readFileSync(`/proc/net/${protocol}`, 'utf8')
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter(([, , , state]) => state === '0A'),
  );
  const open = application.pids().flatMap((pid) =>
    readdirSync(`/proc/${pid}/fd`).flatMap((name) => {
      try {
        return readlinkSync(`/proc/${pid}/fd/${name}`);
      } catch {
        return [];
      }
    }),
  );
  return listening
    .filter((fields) => open.includes(`socket:[${fields[9]}]`))
    .map(([, address = '']) => parseInt(address.split(':')[1] ?? '', 16));
}

const onLinux = process.platform === 'linux' ? test : test.skip;

onLinux(
  'a page of another origin, or another program here, finds no way to the log but the gateway (requires /proc of Linux)',
  async () => {
    const application = await startAndWait('guarded');
    expect(await append(application.url, 'thing')).toBe(201);
    const others = portsOf(application).filter((port) => port !== application.port);
    expect(others.length).toBeGreaterThan(0);
    const scan = JSON.stringify({ TableName: 'hindsight' });
    const authorization =
      'AWS4-HMAC-SHA256 Credential=local/20261128/us-east-1/dynamodb/aws4_request, ' +
      `SignedHeaders=host;x-amz-date;x-amz-target, Signature=${'0'.repeat(64)}`;
    for (const port of others) {
      const url = `http://127.0.0.1:${port}/`;
      const preflight = { origin: 'http://shop.example', 'access-control-request-method': 'POST' };
      const asked = await fetch(url, { method: 'OPTIONS', headers: preflight });
      expect([asked.status, asked.headers.get('access-control-allow-origin')]).toEqual([403, null]);
      for (const target of [
        'DynamoDB_20120810.Scan',
        'DynamoDB_20120810.DeleteTable',
        'AWSStepFunctions.StartExecution',
      ]) {
        const headers = { 'x-amz-target': target, 'x-amz-date': '20261128T000000Z', authorization };
        const response = await fetch(url, { method: 'POST', headers, body: scan });
        expect([target, response.status]).toEqual([target, 403]);
      }
    }
    expect(await quantity(application.url, 'thing')).toBe('5');
    await application.stop();
  },
);
