import type { Verdict } from '../authorization';
import { everybody } from '../http-front';
import { received, serve, world } from '../world';
import { Api } from '../../support/api';

/** A token bucket, as the deployed stage of dev's API sets it. */
async function throttle(): Promise<() => Verdict> {
  const { account, stacks } = world;
  const { apiId = '' } = (await stacks.deployed('dev')).outputs;
  const stages = JSON.parse(await account.rest('apigateway', 'GET', `/v2/apis/${apiId}/stages`)) as {
    items: { defaultRouteSettings: { throttlingRateLimit: number; throttlingBurstLimit: number } }[];
  };
  const { throttlingRateLimit: rate, throttlingBurstLimit: burst } = stages.items[0]!.defaultRouteSettings;
  expect([rate, burst]).toEqual([10, 4]);
  let [tokens, since] = [burst, performance.now()];
  return () => {
    const now = performance.now();
    tokens = Math.min(burst, tokens + ((now - since) / 1000) * rate);
    since = now;
    if (tokens < 1) return { ok: false, status: 429 };
    tokens -= 1;
    return everybody();
  };
}

const ALL = Array.from({ length: 20 }, (_, index) => index);

/** An account that runs 10 functions at once, as a new one may. */
export function concurrency(): void {
  beforeAll(() => world.account.limitFunctions(10));
  afterAll(() => world.account.limitFunctions(undefined));

  const append = async (api: Api, index: number, product: string) =>
    (await api.append(`${product}-${index}`, received('r1', '1'))).status;

  test('twenty appends at once, past the limit of the API: gateways keep the functions that they wait for', async () => {
    const answers = await Promise.all(ALL.map((index) => append(world.api, index, 'unlimited')));
    expect(answers.filter((status) => status === 503).length).toBeGreaterThan(0);
  });

  test('twenty appends at once, through the API: none fails, and what is too much is told so', async () => {
    const api = new Api(await serve('dev', await throttle()));
    const told: number[] = [];
    // Whoever is told that it is too much tries again when the others have been answered.
    for (let left = ALL; left.length > 0;) {
      const answers = await Promise.all(left.map((index) => append(api, index, 'limited')));
      told.push(...answers);
      left = left.filter((_, place) => answers[place] !== 201);
    }
    expect([...new Set(told)].sort()).toEqual([201, 429]);
  });
}
