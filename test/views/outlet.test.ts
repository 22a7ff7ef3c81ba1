import { Outlet, type OutgoingEvent } from '@hindsight/views';
import { beatKey, indexing, toBus, type Measured } from '../../apps/handlers/src/indexing';
import { at, received } from '../support/commands';
import { append, newWorld, type World } from './world';

const record = (productId: string, sk: string, more: object = {}) => ({
  dynamodb: {
    Keys: { productId: { S: productId }, sk: { S: sk } },
    ApproximateCreationDateTime: Date.parse(at(0)) / 1000,
    ...more,
  },
});

function outletOf(world: World, failing: (event: OutgoingEvent, attempt: number) => boolean = () => false) {
  const delivered: string[] = [];
  const aside: string[] = [];
  const attempts = new Map<string, number>();
  const outlet = new Outlet({
    store: world.store,
    views: world.views,
    name: 'test',
    atOnce: 3,
    wait: () => Promise.resolve(),
    onSetAside: ({ id }) => void aside.push(id),
    deliver: (events) => {
      const failed = events.flatMap((event, index) => {
        const attempt = (attempts.get(event.id) ?? 0) + 1;
        attempts.set(event.id, attempt);
        if (failing(event, attempt)) return [index];
        delivered.push(event.id);
        return [];
      });
      return Promise.resolve(failed);
    },
  });
  return { outlet, delivered, aside };
}

test('events go out in the order of each product, also when single ones fail at first', async () => {
  const world = newWorld();
  const { outlet, delivered, aside } = outletOf(world, ({ id }, attempt) => id === 'a:1' && attempt < 3);
  expect(await outlet.deliver()).toBe(0);
  for (const product of ['a', 'b', 'c']) await append(world, product, [received(1), received(2)]);
  await world.indexer().index(['a', 'b', 'c']);
  expect(await outlet.deliver()).toBe(6);
  expect(await outlet.deliver()).toBe(0);
  expect(delivered.filter((id) => id.startsWith('a'))).toEqual(['a:1', 'a:2']);
  expect(delivered.toSorted()).toEqual(['a:1', 'a:2', 'b:1', 'b:2', 'c:1', 'c:2']);
  expect(aside).toEqual([]);
});

test('an event that is never taken is set aside, and the others go out', async () => {
  const world = newWorld();
  const { outlet, delivered, aside } = outletOf(world, ({ id }) => id === 'a:1');
  await outlet.deliver();
  await append(world, 'a', [received(1), received(2)]);
  await world.indexer().index(['a']);
  await outlet.deliver();
  expect([delivered, aside]).toEqual([['a:2'], ['a:1']]);
});

test('a late event goes out with what it changed', async () => {
  const world = newWorld();
  world.seconds = 100;
  const { outlet, delivered } = outletOf(world);
  await outlet.deliver();
  await append(world, 'a', received(1));
  await append(world, 'a', received(1, { effectiveAt: at(50) }));
  await world.indexer().index(['a']);
  await outlet.deliver();
  expect(delivered).toEqual(['a:1', 'a:2', 'a:2:adjusted']);
});

test('the bus takes entries one by one', async () => {
  const deliver = toBus(() => Promise.resolve({ Entries: [{}, { ErrorCode: 'ThrottlingException' }, {}] }));
  const event = { id: 'a:1', type: 'hindsight.event.recorded', time: at(0) } as OutgoingEvent;
  expect(await deliver([event, event, event])).toEqual([1]);
});

test('the function indexes what a batch names, then says so by its heartbeats, and measures its lag', async () => {
  const world = newWorld();
  await append(world, 'a', received(1));
  const measured: Measured[] = [];
  const sent: string[] = [];
  const work = indexing({
    indexer: world.indexer(),
    sendBeats: (time) => Promise.resolve(void sent.push(time)),
    advanceClosings: () => Promise.resolve(),
    clock: () => new Date(at(2)),
    measure: (one) => void measured.push(one),
  });
  const beat = { NewImage: { at: { S: at(1) } } };
  await work({
    Records: [record('a', 'v#000000000001'), record('a', 'c#x'), record(beatKey(0), 'beat', beat)],
  });
  expect((await world.views.products({ sort: 'productId', limit: 5 })).products).toHaveLength(1);
  expect(await world.views.control.indexedThrough(1)).toBe(at(1));
  expect(measured).toEqual([{ ViewsLag: 2000 }]);
  await work({ heartbeat: true });
  expect(sent).toEqual([at(2)]);
  expect(measured.at(-1)).toEqual({ ProductsSetAside: 0 });
});
