import type { IncomingMessage } from 'node:http';
import { newCredentials, SignatureVerifier } from './credentials';
import { signedGet } from './testing/signed';

const credentials = newCredentials();
const verifier = new SignatureVerifier(credentials);
const endpoint = 'http://127.0.0.1:4000';

async function signed(change: { headers?: Record<string, string>; body?: string } = {}) {
  const { headers, body } = await signedGet(endpoint, credentials);
  const request = {
    method: 'POST',
    headers: { ...headers, ...change.headers },
  } as unknown as IncomingMessage;
  return { request, body: change.body === undefined ? body : Buffer.from(change.body) };
}

test('every start has a secret of its own', () => {
  expect(newCredentials().secretAccessKey).not.toBe(newCredentials().secretAccessKey);
});

test('takes what the SDK signs with the secret', async () => {
  const { request, body } = await signed();
  expect(verifier.verify(request, body)).toBe(true);
  // The derived key is used again.
  expect(verifier.verify(request, body)).toBe(true);
});

test.each([
  ['another body', { body: '{}' }],
  ['another operation', { headers: { 'x-amz-target': 'DynamoDB_20120810.Scan' } }],
  ['another server', { headers: { host: '127.0.0.1:4001' } }],
  ['another date', { headers: { 'x-amz-date': '20261128T000000Z' } }],
  ['no authorization', { headers: { authorization: '' } }],
  ['a bearer token', { headers: { authorization: 'Bearer abc' } }],
])('refuses %s', async (_, change) => {
  const { request, body } = await signed(change);
  expect(verifier.verify(request, body)).toBe(false);
});

test('refuses what is signed with another secret or another name', async () => {
  for (const other of [newCredentials(), { ...credentials, accessKeyId: 'somebody' }]) {
    const { headers, body } = await signedGet(endpoint, other);
    expect(verifier.verify({ method: 'POST', headers } as unknown as IncomingMessage, body)).toBe(false);
  }
});

test('refuses a signature that leaves out what says which server and operation it is for', async () => {
  const { headers, body } = await signedGet(endpoint, credentials);
  const authorization = String(headers['authorization']).replace(/;x-amz-target/, '');
  const request = { method: 'POST', headers: { ...headers, authorization } } as unknown as IncomingMessage;
  expect(verifier.verify(request, body)).toBe(false);
});
