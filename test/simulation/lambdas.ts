import { registry } from '@hindsight/domain';
import { periodLock, type Store } from '@hindsight/event-log';
import { validate, type Entered, createProductLog } from '@hindsight/workflow';
import { processing } from '../../apps/handlers/src/processing';
import { repairing, type RepairInput } from '../../apps/handlers/src/repairing';
import { wiredStore } from '../support/wired-store';
import { Host, type Surroundings } from './host';
import { TABLE } from './transactions';

export const arnOf = (task: string): string => `arn:aws:lambda:eu-central-1:000000000000:function:${task}`;

type Handler = (payload: unknown) => Promise<unknown>;

/** A container of a function: warm while it lives, and one call at a time. */
interface Instance {
  readonly host: Host;
  readonly handler: Handler;
  busy: boolean;
}

const LASTS = 30_000;

const failed = (name: string): Error => Object.assign(new Error('injected'), { name });

/** Lambda: starts containers of the functions' own code, and loses some. */
export class Lambdas {
  readonly #instances = new Map<string, Instance[]>();

  constructor(
    readonly surroundings: Surroundings,
    readonly store: Store,
  ) {}

  /** The invocation that Step Functions waits for. */
  invoke = async (arn: string, payload: unknown): Promise<unknown> => {
    const name = arn.slice(arn.lastIndexOf(':') + 1);
    if (name === 'repair-log') return this.#invokeInBackground(name, payload);
    return this.#invoke(name, payload);
  };

  async #invoke(name: string, payload: unknown): Promise<unknown> {
    const { world, faults } = this.surroundings;
    await world.sleep(world.between(0, faults.slowness));
    if (world.chance(faults.service / 2))
      throw failed(
        world.pick([
          'Lambda.TooManyRequestsException',
          'Lambda.ServiceException',
          'Lambda.SdkClientException',
        ]),
      );
    const result = await this.#run(name, payload);
    if (world.chance(faults.service / 4)) throw failed('Lambda.ServiceException');
    return result;
  }

  /** At-least-once delivery: up to two retries, possibly unnecessary ones. */
  async #invokeInBackground(name: string, payload: unknown): Promise<unknown> {
    const { world } = this.surroundings;
    for (let attempt = 0; attempt < 3; attempt += 1) {
      try {
        await this.#invoke(name, payload);
        if (!world.chance(this.surroundings.faults.service)) return {};
      } catch {
        // The service does not report it to the caller.
      }
      await world.sleep(world.between(100, 60_000));
    }
    return {};
  }

  async #run(name: string, payload: unknown): Promise<unknown> {
    const { world } = this.surroundings;
    const instance = this.#idle(name);
    instance.busy = true;
    let over = false;
    const late = world.schedule(LASTS, () => {
      if (!over) instance.host.die();
    });
    const died = instance.host.death().then(() => {
      throw failed(world.now >= deadline ? 'Sandbox.Timedout' : 'Lambda.Unknown');
    });
    const deadline = world.now + LASTS;
    try {
      return await Promise.race([instance.handler(payload), died]);
    } finally {
      over = true;
      late.cancelled = true;
      instance.busy = false;
      died.catch(() => undefined);
    }
  }

  #idle(name: string): Instance {
    const known = (this.#instances.get(name) ?? []).filter(({ host }) => host.alive);
    const idle = known.find(({ busy }) => !busy);
    if (idle !== undefined) return idle;
    const host = new Host(this.surroundings, this.surroundings.world.newName(name), 2);
    const instance = { host, handler: this.#handlerOf(name, host), busy: false };
    this.#instances.set(name, [...known, instance]);
    return instance;
  }

  #handlerOf(name: string, host: Host): Handler {
    const { world } = this.surroundings;
    const { delay, clock } = host;
    const { random } = world;
    if (name === 'validate-event') {
      const newId = () => world.newName('made');
      return async (payload) => {
        await delay(1);
        return validate(registry, payload, { newId, onConflict: 'reject' });
      };
    }
    const store = wiredStore(this.store, host.wire);
    const log = createProductLog({
      store,
      // A steady clock, and no real one: a run is the same each time.
      lock: periodLock(store, { clocks: [() => this.surroundings.world.now] }),
      clock,
      delay,
      random,
    });
    if (name === 'repair-log') {
      const repair = repairing(log);
      return (payload) => repair(payload as RepairInput);
    }
    const process = processing({ log, tableName: TABLE, clock, settleMs: 30_000, delay, random });
    return (payload) => process(payload as Entered);
  }
}
