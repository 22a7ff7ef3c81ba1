import { until } from '../inside';
import { events, received, shipped, world } from '../world';

/** The sample's event, as it is in the envelope that an EventBridge rule gets. */
const SAMPLE = {
  eventId: '100',
  eventType: 'productReceived',
  eventCategory: 'inventory',
  productId: '100',
  quantity: '150',
  unitPrice: '$4',
  color: 'blk',
  size: '4.3 lbs',
};

/** Dev's STANDARD machine, started past the gateway. */
export function machines(): void {
  // moto starts no executions for rules: the stand-in does, for the targets of every rule whose pattern matches.
  test('takes an EventBridge event in the envelope of the sample, once', async () => {
    const { api, inside } = world;
    await inside.publish({ ...SAMPLE, productId: 'bus' }, 2);
    await until(async () => events(await inside.keys('bus'))[0]);
    const ended = await until(async () => {
      const all = await inside.executionsOf('bus');
      return all.length === 2 && all.every(({ status }) => status !== 'RUNNING') ? all : undefined;
    });
    expect(ended.map(({ status }) => String(status))).toEqual(['SUCCEEDED', 'SUCCEEDED']);
    expect(events(await inside.keys('bus'))).toHaveLength(1);
    const answer = await api.state('bus');
    expect(answer).toMatchObject({ body: { version: 1, state: { quantity: '150', color: 'blk' } } });
  });

  test('leaves alone what is no product event', async () => {
    const before = (await world.inside.executions()).length;
    await world.inside.put({ Note: 'stocktaking on Friday' });
    expect(await world.inside.executions()).toHaveLength(before);
  });

  test('fails by name for a broken rule', async () => {
    const { inside } = world;
    const execution = await inside.end(await inside.start({ productId: 'none', body: shipped('s1', '1') }));
    expect(execution).toMatchObject({ status: 'FAILED', error: 'RuleBroken', cause: 'insufficient-stock' });
    expect(await inside.inputOf(execution, 'Refused')).toHaveProperty('plan.failure.cause');
  });

  test('returns from a lost race to the reducer', async () => {
    const { inside } = world;
    let product = 0;
    // Which of them loses, and whether one does, is chance: as often as it takes.
    const loser = await until(async () => {
      product += 1;
      const inputs = [1, 2, 3, 4].map((n) => ({
        productId: `race-${product}`,
        body: received(`r${n}`, '1'),
      }));
      const started = await Promise.all(inputs.map((input) => inside.start(input)));
      const ended = await Promise.all(started.map((execution) => inside.end(execution)));
      expect(ended.map(({ status }) => String(status))).toEqual(inputs.map(() => 'SUCCEEDED'));
      const paths = await Promise.all(started.map((execution) => inside.path(execution)));
      return paths.find((path) => path.includes('LostRace'));
    });
    expect(loser.filter((state) => state === 'ProcessProductReceived').length).toBeGreaterThan(1);
    expect(loser.at(-1)).toBe('StoreEvent');
  });

  test('the table has what was appended: every product’s events, by version', async () => {
    const { api, inside } = world;
    for (const product of ['lamp', 'raced', 'bus']) {
      const answered = await api.events(product);
      const items = await inside.items(product);
      const stored = items.filter(({ sk }) => sk.startsWith('v#')).map(({ eventId }) => eventId);
      expect(stored).toEqual(answered.map(({ eventId }) => eventId));
    }
  });
}
