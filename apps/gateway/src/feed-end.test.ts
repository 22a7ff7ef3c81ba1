import request from 'supertest';
import { fakeViews, gatewayWith } from './testing/fakes';

const nothing = { entries: [], next: '', hasMore: false };
const views = fakeViews({
  events: ({ after = '' }) => Promise.resolve({ ...nothing, next: after }),
  feedEnd: () => Promise.resolve('12.3'),
});
const { app } = gatewayWith({ views, settings: { tailBatch: 1 } });

test.each(['12.4', '13.0', '999999999999.0'])(
  'a position after the end of the feed is refused, and not waited for: %s',
  async (position) => {
    const ask = (path: string) => request(app).get(path).expect(404);
    const answers = [
      ask(`/events?cursor=${position}`),
      ask(`/events/stream?cursor=${position}`),
      ask('/events/stream').set('Last-Event-ID', position),
    ];
    for (const { body } of await Promise.all(answers))
      expect(body).toMatchObject({ type: '/problems/position-not-found', endPosition: '12.3' });
  },
);

test.each(['12.3', '12.0', '9.99'])('one at the end or before it is not: %s', async (position) => {
  for (const path of ['/events', '/events/stream'])
    await request(app).get(`${path}?cursor=${position}`).expect(200);
});

test('HEAD answers as GET', async () => {
  await request(app).head('/events/stream?cursor=12.4').expect(404);
  await request(app).head('/events/stream?cursor=12.3').expect(200);
});
