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
    const message = 'is after the end of the feed, 12.3; was an older copy of the data restored?';
    const ask = (path: string) => request(app).get(path).expect(400);
    const answers = [
      ask(`/events?cursor=${position}`),
      ask(`/events/stream?cursor=${position}`),
      ask('/events/stream').set('Last-Event-ID', position),
    ];
    const paths = ['cursor', 'cursor', 'Last-Event-ID'];
    for (const [index, { body }] of (await Promise.all(answers)).entries())
      expect(body).toMatchObject({ errors: [{ path: paths[index], message }] });
  },
);

test.each(['12.3', '12.0', '9.99'])('one at the end or before it is not: %s', async (position) => {
  for (const path of ['/events', '/events/stream'])
    await request(app).get(`${path}?cursor=${position}`).expect(200);
});
