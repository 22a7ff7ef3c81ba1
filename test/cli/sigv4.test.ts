import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { signerOf } from '../deploy/signature';
import { runHindsight } from '../support/hindsight';

jest.setTimeout(120_000);

const KEY = 'AKIDEXAMPLE';
const SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
const REGION = 'eu-central-1';
const credentials = { AWS_ACCESS_KEY_ID: KEY, AWS_SECRET_ACCESS_KEY: SECRET };

/** What the last request was, and who signed it. */
let last: { readonly url: string; readonly body: string; readonly token: string | undefined };
let server: Server;

/** Judges as an API that IAM authorizes does, by AWS's description of the signature. */
beforeAll(async () => {
  server = createServer((request, response) => {
    void text(request).then((body) => {
      const { url = '', method = '' } = request;
      const headers = Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
      );
      last = { url, body, token: headers['x-amz-security-token'] };
      const scope = { region: REGION, service: 'execute-api' };
      const caller = signerOf({ method, url, headers, body }, scope, (key) =>
        key === KEY ? SECRET : undefined,
      );
      response.setHeader('content-type', 'application/json');
      if (caller === undefined) return response.writeHead(403).end('{"message":"Forbidden"}');
      const one = { productId: 'p', asOf: 'now', version: 1, state: null, lastEvent: null, events: [] };
      return response.writeHead(method === 'POST' ? 201 : 200).end(JSON.stringify(one));
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
});
afterAll(() => server.close());

const run = (args: readonly string[], env: Readonly<Record<string, string>> = credentials) => {
  const { port } = server.address() as AddressInfo;
  const nothing = { AWS_PROFILE: '', AWS_SESSION_TOKEN: '', AWS_EC2_METADATA_DISABLED: 'true' };
  const nowhere = { AWS_CONFIG_FILE: '/nowhere', AWS_SHARED_CREDENTIALS_FILE: '/nowhere' };
  return runHindsight([...args, '--url', `http://127.0.0.1:${port}`], { ...nothing, ...nowhere, ...env });
};
const signing = ['--sigv4', REGION];

test('a question is signed, whatever is in its address', async () => {
  const args = ["a/ü +%~*'()!b", '--as-of', '2026-11-17T12:00:00.5+02:00', '--json', ...signing];
  const { out, code } = await run(['state', ...args]);
  expect(JSON.parse(out)).toMatchObject({ productId: 'p' });
  expect(code).toBe(0);
  expect(last.url).toContain('asOf=2026-11-17T12%3A00%3A00.5%2B02%3A00');
});

test('so is an append, with its content, and by temporary credentials', async () => {
  const event = JSON.stringify({ eventType: 'productReceived', quantity: '5', unit: 'Stück' });
  const args = ['append', 'lamp', event, '--json', ...signing];
  const { code } = await run(args, { ...credentials, AWS_SESSION_TOKEN: 'a session' });
  expect(code).toBe(0);
  expect(JSON.parse(last.body)).toMatchObject({ quantity: '5', unit: 'Stück' });
  expect(last.token).toBe('a session');
});

test.each([
  ['for another region', ['--sigv4', 'us-east-1'], credentials],
  ['with another secret', signing, { ...credentials, AWS_SECRET_ACCESS_KEY: 'guessed' }],
])('a signature %s is refused', async (_, options, env) => {
  const { code, out } = await run(['state', 'lamp', ...options], env);
  expect(code).not.toBe(0);
  expect(out).toBe('');
});

test('without credentials nothing is sent', async () => {
  const { code, complaints } = await run(['state', 'lamp', ...signing], { AWS_ACCESS_KEY_ID: '' });
  expect(complaints).toContain('--sigv4 found no AWS credentials');
  expect(code).not.toBe(0);
});

test.each([
  [['--sigv4', 'Frankfurt'], 'It must be a region'],
  [['--token', 't', ...signing], 'cannot be used with'],
])('%s is wrong', async (options, said) => {
  const { code, complaints } = await run(['state', 'lamp', ...options]);
  expect(complaints).toContain(said);
  expect(code).not.toBe(0);
});
