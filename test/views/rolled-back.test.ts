import { createRegistry, registry } from '@hindsight/domain';
import { createMemoryStore } from '@hindsight/event-log';
import { createMemoryViewStore, Indexer } from '@hindsight/views';
import { createProductLog } from '@hindsight/workflow';
import { at, command, received } from '../support/commands';
import { append, newWorld, type World } from './world';

describe('a type that this code does not know', () => {
  const newer = createRegistry(
    [...registry.types, { ...registry.types.find(({ kind }) => kind === 'change')!, name: 'productPainted' }],
    'newer',
  );

  /** A log and a feed that newer code wrote, and this code reads. */
  async function rolledBack(): Promise<World> {
    const store = createMemoryStore();
    const world = newWorld(createMemoryViewStore(), store);
    const log = createProductLog({ store, clock: world.clock, registry: newer });
    await log.append(command('a', received(1)));
    const painted = { ...command('b', received(2)), events: [] as never[] };
    for (const [index, eventType] of ['productReceived', 'productPainted', 'productReceived'].entries()) {
      const [event] = command('b', received(index + 1)).events;
      await log.append({ ...painted, events: [{ ...event, eventType } as never] });
    }
    await log.append(command('c', received(1)));
    await new Indexer({ store: world.store, log, clock: world.clock }).index(['a', 'b', 'c']);
    return world;
  }

  it('stops no page: its event is there as it is stored, without a state', async () => {
    const world = await rolledBack();
    const { entries, hasMore } = await world.views.events({ limit: 10 });
    expect(hasMore).toBe(false);
    expect(
      entries.map(({ event, state }) => [event.productId, event.version, event.eventType, state?.quantity]),
    ).toEqual([
      ['a', 1, 'productReceived', '1'],
      ['b', 1, 'productReceived', '1'],
      ['b', 2, 'productPainted', undefined],
      ['b', 3, 'productReceived', undefined],
      ['c', 1, 'productReceived', '1'],
    ]);
    expect(entries[2]).not.toHaveProperty('state');
    expect(entries[2]?.event).toMatchObject({ quantity: '2', recordedAt: at(0) });
  });

  it('sets its product aside, and no other', async () => {
    const world = await rolledBack();
    await append(world, 'c', received(1));
    await world.indexer().index(['a', 'b', 'c']);
    expect((await world.views.setAside()).map(({ productId, reason }) => [productId, reason])).toEqual([
      ['b', 'CodeTooOld'],
    ]);
    const { entries } = await world.views.events({ limit: 10 });
    expect(entries.at(-1)?.event).toMatchObject({ productId: 'c', version: 2 });
  });
});
