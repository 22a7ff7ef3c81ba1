import type { IncomingMessage } from 'node:http';
import { allScopes } from '@hindsight/api';
import { ownTails, PATH, POLL } from '../testing/own-tails';
import type { Ticks } from '../testing/sse';
import type { TailedLog } from '../testing/tailed-log';

const own = ownTails();
const { agent, caughtUp, ids, nobodyListens, start, tail } = own;
let log: TailedLog;
let ticks: Ticks;
beforeEach(() => ({ log, ticks } = own));

describe('a live tail', () => {
  test('is refused before anything is read, if there are too many', async () => {
    await start({ tails: 2 });
    await caughtUp();
    let answer!: (head: number) => void;
    log.headVersion = () => {
      log.asked += 1;
      return new Promise((resolve) => (answer = resolve));
    };
    const asked = log.asked;
    const second = tail();
    while (log.asked === asked) await new Promise((resolve) => setImmediate(resolve));
    const { status } = await agent().get(PATH);
    expect([status, log.asked]).toEqual([503, asked + 1]);
    answer(3);
    await second;
  });

  test('reads the log in turns, also when it starts', async () => {
    await start({ tailReads: 2 });
    const answers: ((head: number) => void)[] = [];
    log.headVersion = () => new Promise((resolve) => answers.push(resolve));
    const tails = ['', '', ''].map(() => tail());
    while (answers.length < 1) await new Promise((resolve) => setImmediate(resolve));
    const { status } = await agent().get('/healthz');
    // One client has half of the turns; its others wait for the first.
    expect([status, answers.length]).toEqual([200, 1]);
    for (let answered = 0; answered < 3; answered += 1) {
      while (answers.length <= answered) await new Promise((resolve) => setImmediate(resolve));
      answers[answered]?.(3);
    }
    for (const client of await Promise.all(tails)) await client.until(() => client.lastEventId === '3+');
  });

  test('shares the slots with other clients', async () => {
    const authenticate = ({ headers: { authorization = '' } }: IncomingMessage) =>
      Promise.resolve({ subject: authorization, scopes: allScopes });
    await start({ tails: 3 }, { authenticate });
    const as = (name: string) => tail('', { Authorization: name });
    const [oldest, second, third] = [await as('shop'), await as('shop'), await as('shop')];
    const other = await as('other');
    await oldest.ended();
    // Two and one: the slots are shared as evenly as possible.
    for (const name of ['shop', 'other']) await agent().get(PATH).set('Authorization', name).expect(503);
    log.head = 4;
    ticks.pass(POLL);
    for (const client of [second, third, other]) expect(await ids(client, 1)).toEqual(['4']);
  });

  test('keeps one event for a client that is behind, and no page of the log', async () => {
    [log.head, log.reason] = [1_000, 'x'.repeat(8_000)];
    await start({}, {}, 10_000);
    const behind = [await tail('?after=0'), await tail('?after=0')];
    for (const client of behind) client.response.pause();
    const settled = async (): Promise<number> => {
      let before = -1;
      while (before !== log.made) {
        before = log.made;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      return log.made;
    };
    await settled();
    expect(log.reading).toBe(0);
    // It has produced no more than fits into the connections' buffers, most of which are the system's.
    expect(log.made).toBeLessThan(1_500);
    for (const client of behind) client.response.resume();
    for (const client of behind) expect(await ids(client, 1_000)).toHaveLength(1_000);
  });

  test('accepts a limited number of clients, and another when one has disconnected', async () => {
    await start({ tails: 1 });
    const client = await caughtUp();
    const { status, headers, body } = await agent().get(PATH);
    expect([status, headers['retry-after'], body.type]).toEqual([503, '10', '/problems/too-many-streams']);
    client.close();
    await nobodyListens();
    await caughtUp();
  });

  test('produces nothing for a client that does not read, and the server disconnects it', async () => {
    log.head = 1_000_000;
    await start();
    const client = await tail('?after=0');
    client.response.pause();
    await nobodyListens();
    // No more than the buffers between both ends can store.
    expect(log.made).toBeLessThan(100_000);
  });
});
