import { tableDefinition } from '@hindsight/event-log';
import { MemoryDatabase, type MemoryRequest } from '@hindsight/local-aws';
import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { wholeLog, openLog } from '../support/log';
import { check, type Violation } from './checkers';
import { Client } from './client';
import { drawFaults, noFaults } from './faults';
import { Gateways } from './gateways';
import type { Commit, Deed } from './history';
import { Host, Lines, type Surroundings } from './host';
import { Lambdas, arnOf } from './lambdas';
import { startMachine } from './machine';
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

interface Put {
  readonly Put?: { readonly Item?: { readonly productId?: string; readonly sk?: string } };
}

const tableName = 'simulated';

/** What of a request wrote events: the versions, by product. */
function commitOf({ operation, input }: MemoryRequest, at: number): Commit | undefined {
  if (operation !== 'TransactWriteItems') return undefined;
  const items = (input as { TransactItems: Put[] }).TransactItems.map(({ Put: put }) => put?.Item);
  const events = items.filter((item) => item?.sk?.startsWith('v#'));
  const versions = events.map((item) => Number(item?.sk?.slice(2))).sort((a, b) => a - b);
  return { at, productId: events[0]?.productId ?? '', versions };
}

/** One simulator; its runs are independent of each other, and share what is expensive to make. */
export class Simulator {
  readonly #lines = new Lines(new MemoryDatabase());

  /** @param keepsTrace keeps every line of what happened */
  async run(seed: number, keepsTrace = false): Promise<Outcome> {
    const world = new World(seed, keepsTrace);
    const lag = (writes: number) => world.between(0, Math.min(writes, 3));
    this.#lines.database = new MemoryDatabase({ clock: () => world.now, lag });
    const leave = inhabit(world);
    try {
      return await this.#run(world, seed);
    } finally {
      leave();
      this.#lines.takeAll();
    }
  }

  async #run(world: World, seed: number): Promise<Outcome> {
    const commits: Commit[] = [];
    const taken = new Set<string>();
    const onCarriedOut = (request: MemoryRequest) => {
      const commit = commitOf(request, world.now);
      // A transaction that is repeated under its token does nothing.
      const name = JSON.stringify([commit?.productId, commit?.versions]);
      if (commit === undefined || taken.has(name)) return;
      taken.add(name);
      commits.push(commit);
      world.note(`commit ${name}`);
    };
    const surroundings: Surroundings = {
      world,
      faults: drawFaults(world),
      onCarriedOut,
    };
    const calm = new Host(surroundings, 'observer', 1);
    const { client: observer } = this.#lines.lay((_, carryOut) => Promise.resolve(carryOut()));
    await observer.send(new CreateTableCommand(tableDefinition(tableName)));
    const products = world.pick([['a'], ['a'], ['a', 'b']]);
    const lambdas = new Lambdas(surroundings, this.#lines, tableName);
    const service = new Host(surroundings, 'step-functions', 1, false);
    const machine = startMachine(surroundings, lambdas, this.#lines.lay(service.wire).client);
    const gateways = new Gateways(surroundings, this.#lines, { tableName, machine });
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
    for (const productId of products) void lambdas.invoke(arnOf('repair-checkpoints'), { productId });
    await world.settle();
    await working;
    const log = openLog({ client: observer, tableName, clock: calm.clock });
    const logs = new Map<string, Awaited<ReturnType<typeof wholeLog>>>();
    for (const productId of products) logs.set(productId, await wholeLog(log, productId));
    const violations = await check({
      deeds,
      commits,
      logs,
      books: gateways.books,
      client: observer,
      tableName,
    });
    const requests = deeds.reduce((sum, { attempts }) => sum + attempts.length, 0);
    const events = [...logs.values()].reduce((sum, { length }) => sum + length, 0);
    return { seed, traceHash: world.traceHash, trace: world.trace, violations, requests, events };
  }

  /** The faults are over: whoever has no answer yet asks once more, and must get one. */
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
