import request from 'supertest';
import { documentation } from './testing/documented';
import { fakeLog, gatewayWith } from './testing/fakes';

const { watch, undocumented } = documentation();
afterEach(() => expect(undocumented()).toEqual([]));

const DATE = 'Fri, 20 Nov 2026 10:00:00 GMT';

/** Requests a state, and returns the response and the time that was read from the log. */
async function asked(query: string, acceptDatetime?: string) {
  const log = fakeLog();
  const answer = await watch(request.agent(gatewayWith({ log }).app))
    .get(`/products/100/state${query}`)
    .set(acceptDatetime === undefined ? {} : { 'Accept-Datetime': acceptDatetime });
  return { answer, moment: log.calls[0]?.[2] };
}

describe('Accept-Datetime', () => {
  test('selects the time, and the response contains that time and its URL', async () => {
    const { answer, moment } = await asked('', DATE);
    expect(moment).toEqual({ asOf: '2026-11-20T10:00:00.000Z' });
    const own = '/products/100/state?asOf=2026-11-20T10:00:00.000Z';
    expect(answer.headers).toMatchObject({ 'memento-datetime': DATE, 'content-location': own });
    expect(answer.headers['link']).toBe(
      '</products/100/state>; rel="original timegate", ' +
        '</products/100/timeline>; rel="timemap"; type="application/json", ' +
        `<${own}>; rel="memento"; datetime="${DATE}"`,
    );
  });

  test('does not change what is known, which the URL determines', async () => {
    const { answer, moment } = await asked('?version=7', DATE);
    expect(moment).toEqual({ asOf: '2026-11-20T10:00:00.000Z', version: 7 });
    expect(answer.headers['content-location']).toMatch(/asOf=.*&version=7$/);
    expect(answer.headers['cache-control']).toBe('max-age=86400, immutable');
  });

  test('gives way to asOf', async () => {
    const { answer, moment } = await asked('?asOf=2026-11-19T10:00:00.5Z', DATE);
    expect(moment).toEqual({ asOf: '2026-11-19T10:00:00.500Z' });
    expect(answer.headers['memento-datetime']).toBe('Thu, 19 Nov 2026 10:00:00 GMT');
    expect(answer.headers['content-location']).toBeUndefined();
  });

  test.each([
    '2026-11-20T10:00:00Z',
    'Mon, 20 Nov 2026 10:00:00 GMT',
    'Mon, 30 Feb 2026 10:00:00 GMT',
    'Fri, 20 Nov 2026 10:00:00 CET',
    'Friday, 20-Nov-26 10:00:00 GMT',
    'now',
    '',
  ])('%p is 400, even together with asOf', async (date) => {
    for (const query of ['', '?asOf=2026-11-19T10:00:00Z']) {
      const { answer, moment } = await asked(query, date);
      expect([answer.status, answer.body.errors[0].path]).toEqual([400, 'Accept-Datetime']);
      expect(moment).toBeUndefined();
    }
  });

  test('is in Vary of every response; the current state is not a memento', async () => {
    const { answer } = await asked('');
    expect(answer.headers['vary']).toMatch(/\bAccept-Datetime\b/);
    expect(answer.headers['memento-datetime']).toBeUndefined();
    expect(answer.headers['link']).toMatch(/rel="original timegate"/);
  });
});
