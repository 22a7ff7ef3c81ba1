import { createRegistry, registry } from '@hindsight/domain';
import { createMemoryStore } from '@hindsight/event-log';
import { createProductLog } from '@hindsight/workflow';
import { at, command, stock } from '../support/commands';

const EVENTS = 400;

describe('a product whose stored states were made by code that is not trusted', () => {
  const store = createMemoryStore();
  const asked: string[] = [];
  const newer = createRegistry(registry.types, 'another');
  const log = createProductLog({
    store,
    registry: newer,
    requestRepair: (productId) => Promise.resolve(asked.push(productId)),
  });

  beforeAll(async () => {
    const before = createProductLog({ store });
    for (let first = 0; first < EVENTS; first += 25)
      await before.append(
        command(
          'anvil',
          Array.from({ length: 25 }, (_, i) => stock(1, first + i)),
        ),
      );
  });

  it('is slow to read, so the read asks for its repair, once', async () => {
    expect(await log.stateAt('anvil')).toMatchObject({ state: { quantity: String(EVENTS) } });
    expect(await log.stateAt('anvil', { asOf: at(EVENTS) })).toMatchObject({ found: true });
    expect(asked).toEqual(['anvil']);
  });

  it('and is not slow any more after it', async () => {
    while (!(await log.repair('anvil')).done);
    const again: string[] = [];
    const quick = createProductLog({
      store,
      registry: newer,
      requestRepair: (productId) => Promise.resolve(again.push(productId)),
    });
    expect(await quick.stateAt('anvil')).toMatchObject({ state: { quantity: String(EVENTS) } });
    expect(await quick.stateAt('anvil', { asOf: at(EVENTS / 2) })).toMatchObject({ found: true });
    expect(again).toEqual([]);
  });
});
