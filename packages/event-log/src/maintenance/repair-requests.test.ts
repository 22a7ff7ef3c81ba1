import { RepairRequests } from './repair-requests';

/** Requests that are answered when a test says so, by a clock that a test moves. */
function requested() {
  const asked: string[] = [];
  const answers: { end: () => void; fail: (error: Error) => void }[] = [];
  let seconds = 0;
  const requests = new RepairRequests(
    (streamId) => {
      asked.push(streamId);
      return new Promise<void>((end, fail) => answers.push({ end, fail }));
    },
    () => new Date(seconds * 1000),
  );
  return { asked, answers, requests, wait: (more: number) => (seconds += more) };
}

const settled = () => new Promise(setImmediate);

describe('a slow read', () => {
  it('asks for the repair of its stream if it folded a few hundred events', () => {
    const { asked, requests } = requested();
    requests.slowRead('anvil', 299);
    expect(asked).toEqual([]);
    requests.slowRead('anvil', 300);
    expect(asked).toEqual(['anvil']);
  });

  it('asks once, however many read meanwhile, and again after a minute', async () => {
    const { asked, answers, requests, wait } = requested();
    for (let i = 0; i < 5; i += 1) requests.slowRead('anvil', 1000);
    answers[0]?.end();
    await settled();
    requests.slowRead('anvil', 1000);
    requests.slowRead('hammer', 1000);
    expect(asked).toEqual(['anvil', 'hammer']);
    wait(60);
    requests.slowRead('anvil', 1000);
    expect(asked).toEqual(['anvil', 'hammer', 'anvil']);
  });

  it('asks again if the request failed', async () => {
    const { asked, answers, requests } = requested();
    requests.slowRead('anvil', 1000);
    answers[0]?.fail(new Error('throttled'));
    await settled();
    requests.slowRead('anvil', 1000);
    expect(asked).toEqual(['anvil', 'anvil']);
  });

  it('does not ask while ten requests are on their way', async () => {
    const { asked, answers, requests } = requested();
    for (let i = 0; i < 20; i += 1) requests.slowRead(`stream-${i}`, 1000);
    expect(asked).toHaveLength(10);
    answers.forEach(({ end }) => end());
    await settled();
    requests.slowRead('stream-15', 1000);
    expect(asked).toHaveLength(11);
  });

  it('is remembered for a thousand streams, and forgotten for the oldest', async () => {
    const { asked, answers, requests } = requested();
    for (let i = 0; i <= 1000; i += 1) {
      requests.slowRead(`stream-${i}`, 1000);
      answers[i]?.end();
      await settled();
    }
    requests.slowRead('stream-1', 1000);
    expect(asked).toHaveLength(1001);
    requests.slowRead('stream-0', 1000);
    expect(asked).toHaveLength(1002);
  });
});
