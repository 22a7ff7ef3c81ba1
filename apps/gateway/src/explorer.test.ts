import request from 'supertest';
import type { Explorer } from './explorer';
import { gatewayWith } from './testing/fakes';

const explorer: Explorer = {
  page: '<!doctype html><title>the page</title>',
  assets: new Map([['/assets/app-1.js', { type: 'text/javascript', content: Buffer.from('1') }]]),
};
const client = () => request(gatewayWith({ explorer }).app);
const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8';

describe('the page for people', () => {
  test.each(['/', '/p/lamp', '/p/a%2Fb%20c', '/stock', '/closings', '/import'])(
    'is at %s, for a browser',
    async (path) => {
      const { text, headers } = await client().get(path).set('Accept', BROWSER).expect(200);
      expect(text).toBe(explorer.page);
      expect(headers['content-type']).toMatch('text/html');
      expect(headers['vary']).toMatch('Accept');
    },
  );

  test.each(['*/*', 'application/json', 'application/json, text/html;q=0.5'])(
    'is not what a program gets that accepts %s',
    async (accept) => {
      const { body, headers } = await client().get('/').set('Accept', accept).expect(200);
      expect(body).toHaveProperty('service', 'Hindsight');
      expect(headers['vary']).toMatch('Accept');
    },
  );

  test('runs and loads nothing from elsewhere', async () => {
    const { headers } = await client().get('/').set('Accept', BROWSER);
    const policy = String(headers['content-security-policy']).split(';');
    expect(policy).toContain("default-src 'none'");
    for (const directive of policy) expect(directive).toMatch(/ 'none'$| 'self'$/);
    // A worker obeys the policy of its script.
    await client().get('/assets/app-1.js').expect('Content-Security-Policy', policy.join(';'));
  });

  test('is revalidated, and its assets are kept for ever', async () => {
    const { headers } = await client().get('/').set('Accept', BROWSER);
    expect(headers['cache-control']).toBe('no-cache');
    await client().get('/').set('Accept', BROWSER).set('If-None-Match', String(headers['etag'])).expect(304);
    await client()
      .get('/assets/app-1.js')
      .expect(200, '1')
      .expect('Content-Type', /text\/javascript/)
      .expect('Cache-Control', 'public, max-age=31536000, immutable');
  });

  test('leaves an address that names a format to the API', async () => {
    const { text } = await client().get('/stock?format=csv').set('Accept', BROWSER);
    expect(text).not.toBe(explorer.page);
  });

  test('has no other assets, and takes no other methods', async () => {
    await client().get('/assets/app-2.js').set('Accept', BROWSER).expect(404);
    await client().get('/assets/../index.ts').set('Accept', BROWSER).expect(404);
    await client().post('/p/lamp').set('Accept', BROWSER).expect(404);
  });
});
