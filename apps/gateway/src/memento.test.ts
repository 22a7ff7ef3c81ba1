import request from 'supertest';
import { documentation } from './testing/documented';
import { fakeLog, gatewayWith } from './testing/fakes';

const { watch, strays } = documentation();
afterEach(() => expect(strays()).toEqual([]));

const DATE = 'Fri, 20 Nov 2026 10:00:00 GMT';

/** Asks for a state, and tells the answer and the moment that the log was asked about. */
async function asked(query: string, acceptDatetime?: string) {
  const log = fakeLog();
  const answer = await watch(request.agent(gatewayWith({ log }).app))
    .get(`/products/100/state${query}`)
    .set(acceptDatetime === undefined ? {} : { 'Accept-Datetime': acceptDatetime });
  return { answer, moment: log.calls[0]?.[2] };
}

describe('Accept-Datetime', () => {
  test('is the moment, and the answer says which one it is and where that lives', async () => {
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

  test('leaves what was known to the address', async () => {
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
  ])('%p is 400, with asOf beside it too', async (date) => {
    for (const query of ['', '?asOf=2026-11-19T10:00:00Z']) {
      const { answer, moment } = await asked(query, date);
      expect([answer.status, answer.body.errors[0].path]).toEqual([400, 'Accept-Datetime']);
      expect(moment).toBeUndefined();
    }
  });

  test('is what every answer depends on; the state now is no memento', async () => {
    const { answer } = await asked('');
    expect(answer.headers['vary']).toMatch(/\bAccept-Datetime\b/);
    expect(answer.headers['memento-datetime']).toBeUndefined();
    expect(answer.headers['link']).toMatch(/rel="original timegate"/);
  });
});
