import { createMemoryStore, type Store, type StoredItem } from '@hindsight/event-log';
import { createProductLog } from '@hindsight/workflow';
import type { RecordedEvent } from '@hindsight/domain';
import { wholeLog } from '../support/log';
import { wiredStore } from '../support/wired-store';
import { check, type Violation } from './checkers';
import { Client } from './client';
import { drawFaults, noFaults } from './faults';
import { Gateways } from './gateways';
import type { Commit, Deed } from './history';
import { Host, type Surroundings } from './host';
import { Lambdas, arnOf } from './lambdas';
import { startMachine } from './machine';
import { writingClient } from './transactions';
import { Workload } from './workload';
import { inhabit, World } from './world';

export interface Outcome {
  readonly seed: number;
  readonly traceHash: string;
  readonly trace: readonly string[];
  readonly violations: readonly Violation[];
  readonly requests: number;
  readonly events: number;
}

/** Replaces a store by a broken one, to test that the checkers detect it. */
export type Breaking = (store: Store, random: () => number) => Store;

/** The versions that an append stored. */
function commitOf(items: readonly StoredItem[], at: number): Commit {
  const events = items.filter(({ sk }) => sk.startsWith('v#'));
  const versions = events.map(({ sk }) => Number(sk.slice(2))).sort((a, b) => a - b);
  return { at, productId: events[0]?.productId ?? '', versions };
}

/** One simulator; its runs are independent of each other. */
export class Simulator {
  constructor(readonly breaking: Breaking = (store) => store) {}

  /** @param keepsTrace records every step of the run */
  async run(seed: number, keepsTrace = false): Promise<Outcome> {
    const world = new World(seed, keepsTrace);
    const leave = inhabit(world);
    try {
      return await this.#run(world, seed);
    } finally {
      leave();
    }
  }

  async #run(world: World, seed: number): Promise<Outcome> {
    const commits: Commit[] = [];
    const taken = new Set<string>();
    const onStored = (items: readonly StoredItem[]) => {
      const commit = commitOf(items, world.now);
      const name = JSON.stringify([commit.productId, commit.versions]);
      if (taken.has(name)) return;
      taken.add(name);
      commits.push(commit);
      world.note(`commit ${name}`);
    };
    const surroundings: Surroundings = { world, faults: drawFaults(world), onStored };
    const calm = new Host(surroundings, 'observer', 1);
    const store = createMemoryStore();
    const broken = this.breaking(store, world.random);
    const products = world.pick([['a'], ['a'], ['a', 'b']]);
    const lambdas = new Lambdas(surroundings, broken);
    const service = new Host(surroundings, 'step-functions', 1, false);
    const machine = startMachine(surroundings, lambdas, writingClient(wiredStore(broken, service.wire)));
    const gateways = new Gateways(surroundings, { store: broken, machine });
    const workload = new Workload(world, products);
    const clients = Array.from(
      { length: world.between(2, 4) },
      () => new Client(surroundings, gateways, workload),
    );
    const working = Promise.all(clients.map((client) => client.act(world.between(2, 7))));
    await world.settle();
    surroundings.faults = noFaults;
    const deeds = clients.flatMap((client) => client.deeds);
    await this.#afterwards(world, clients);
    for (const productId of products) void lambdas.invoke(arnOf('repair-log'), { productIds: [productId] });
    await world.settle();
    await working;
    const log = createProductLog({ store, clock: calm.clock });
    const logs = new Map<string, Awaited<ReturnType<typeof wholeLog>>>();
    // What a count found is no part of what was recorded.
    for (const productId of products) {
      const events = (await wholeLog(log, productId)) as (RecordedEvent & { variance?: string })[];
      logs.set(
        productId,
        events.map(({ variance, ...event }) => event),
      );
    }
    const violations = await check({
      deeds,
      commits,
      logs,
      books: gateways.books,
      store,
    });
    const requests = deeds.reduce((sum, { attempts }) => sum + attempts.length, 0);
    const events = [...logs.values()].reduce((sum, { length }) => sum + length, 0);
    return { seed, traceHash: world.traceHash, trace: world.trace, violations, requests, events };
  }

  /** The faults are over: each client without an answer retries once more, and must get one. */
  async #afterwards(world: World, clients: readonly Client[]): Promise<void> {
    const open = (deed: Deed) => {
      const last = deed.attempts.at(-1)?.response;
      return last === undefined || last.status >= 500 || last.status === 429;
    };
    const named = ({ act }: Deed) => act.kind !== 'append' || act.events !== undefined || act.dryRun;
    for (const client of clients) {
      for (const deed of client.deeds) if (open(deed) && named(deed)) void client.insist(deed, 3);
    }
    await world.settle();
  }
}
