import { createMemoryStore } from '@hindsight/event-log';
import { createMemoryViewStore, Indexer, Views, type ViewStore } from '@hindsight/views';
import { createProductLog, type ProductLog } from '@hindsight/workflow';
import { at, command } from '../support/commands';

/** A log in memory and its views, with a clock that the test sets. */
export interface World {
  readonly log: ProductLog;
  readonly store: ViewStore;
  readonly views: Views;
  seconds: number;
  clock(): Date;
  indexer(): Indexer;
}

export function newWorld(store = createMemoryViewStore(), logStore = createMemoryStore()): World {
  const world = { seconds: 0, clock: () => new Date(at(world.seconds)) };
  const { clock } = world;
  const log = createProductLog({ store: logStore, clock });
  const views = new Views({ store, log, clock, settleMs: 5_000 });
  return Object.assign(world, { log, store, views, indexer: () => new Indexer({ store, log, clock }) });
}

export const append = (world: World, product: string, body: unknown, more: object = {}) =>
  world.log.append(command(product, body, more));
