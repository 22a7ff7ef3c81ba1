import request from 'supertest';
import { documentation } from '../testing/documented';
import { fakeLog, gatewayWith, NOW, stateAnswer } from '../testing/fakes';

const { watch, undocumented } = documentation();

afterEach(() => expect(undocumented()).toEqual([]));

async function asked(query: string) {
  const log = fakeLog({
    stateAt: () =>
      Promise.resolve({
        ...{ found: false, why: 'no-state-at-time' },
        ...{ firstEffectiveAt: '2026-11-01T00:00:00.000Z', firstRecordedAt: '2026-11-02T00:00:00.000Z' },
      }),
  });
  const answer = await watch(request.agent(gatewayWith({ log }).app)).get(`/products/100/map${query}`);
  const grid = log.calls.find(([name]) => name === 'grid')?.[2] as
    { asOf: string[]; knownAt: string[] } | undefined;
  return { answer, grid };
}

test('the times are evenly spaced, the ends among them', async () => {
  const { answer, grid } = await asked(
    '?from=2026-11-01&to=2026-11-01T04:00:00Z&knownFrom=2026-11-03&knownTo=2026-11-03&columns=3&rows=2',
  );
  expect(answer.status).toBe(200);
  expect(grid).toEqual({
    asOf: ['2026-11-01T00:00:00.000Z', '2026-11-01T02:00:00.000Z', '2026-11-01T04:00:00.000Z'],
    knownAt: ['2026-11-03T00:00:00.000Z', '2026-11-03T23:59:59.999Z'],
  });
  const state = stateAnswer.found ? stateAnswer.state : null;
  expect(answer.body).toMatchObject({ productId: '100', quantities: [[state?.quantity]], ...grid });
});

test('without times, it goes from the first event to now', async () => {
  const { grid } = await asked('');
  expect([grid?.asOf[0], grid?.asOf.at(-1), grid?.asOf.length]).toEqual([
    '2026-11-01T00:00:00.000Z',
    NOW,
    50,
  ]);
  expect([grid?.knownAt[0], grid?.knownAt.at(-1)]).toEqual(['2026-11-02T00:00:00.000Z', NOW]);
});

test.each([
  ['?columns=101', 'columns must be a whole number from 1 to 100'],
  ['?rows=101', 'rows must be a whole number from 1 to 100'],
  ['?columns=0', 'columns must be a whole number from 1 to 100'],
  ['?from=2026-11-03&to=2026-11-02', 'to must not be earlier than from'],
  ['?knownFrom=2026-11-03&knownTo=2026-11-02', 'knownTo must not be earlier than knownFrom'],
])('%s is refused before anything is read', async (query, detail) => {
  const { answer, grid } = await asked(query);
  expect([answer.status, answer.body.detail, grid]).toEqual([400, detail, undefined]);
});
