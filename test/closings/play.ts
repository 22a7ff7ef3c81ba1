import {
  CLOSING_WAIT_MS,
  ClosingRegister,
  createMemoryStore,
  type LatePolicy,
  type Store,
  type StoredItem,
} from '@hindsight/event-log';
import { advanceClosings, createMemoryViewStore, Indexer, Views } from '@hindsight/views';
import { createProductLog, type ProductLog } from '@hindsight/workflow';
import { World } from '../simulation/world';
import { command, corrected, counted, received, retracted, shipped } from '../support/commands';
import { overriding } from '../support/overriding';
import { wiredStore, type Wire } from '../support/wired-store';
import type { Parts } from './bugs';
import type { Closed, Sent } from './check';

const SETTLE_MS = 6_000;
/** How long closings, appends and jumps of clocks go on, and how long everything that has begun may take to end. */
const BUSY_MS = 60_000;
const QUIET_MS = 90_000;
const PRODUCTS = ['lamp', 'desk', 'chair'];
const WRITERS = 3;
/** Of the clocks that `settled` relies on. */
const TOLERATED_MS = 1_000;
const HOUR_MS = 3_600_000;

interface Clock {
  now(): Date;
  /** Sets it to another time, now and then. */
  jump(): void;
}

const iso = (ms: number): string => new Date(ms).toISOString();

/** Three writers, clients who close and reopen, and an indexer, on one store, in virtual time. */
export class Play implements Closed {
  readonly world: World;
  readonly store = createMemoryStore();
  /** For the checker; clients have their own. */
  readonly closings = new ClosingRegister(this.store);
  readonly #gateway: ClosingRegister;
  readonly #gatewayClock: Clock;
  readonly sent = new Map<string, Sent>();
  /** When each closing was asked to be reopened, by the true time. */
  readonly reopenedAt = new Map<string, number>();
  /** The rows of each report when it was seen first. */
  readonly reports = new Map<string, string>();
  #changed = new Set<string>();
  #made = 0;

  constructor(
    seed: number,
    readonly parts: Parts,
  ) {
    this.world = new World(seed);
    this.#gatewayClock = this.#jumping();
    this.#gateway = new ClosingRegister(this.#wired(), this.#gatewayClock.now);
  }

  async run(): Promise<void> {
    const { world } = this;
    const until = world.now + BUSY_MS;
    const busy = (act: () => Promise<void>, pauseMs: number) => this.#repeat(act, pauseMs, until);
    const all = [
      ...Array.from({ length: WRITERS }, () => this.#writer()).map((append) => busy(append, 5_000)),
      busy(() => this.#close(), 25_000),
      busy(() => this.#reopen(), 60_000),
      this.#repeat(this.#indexer(), 1_500, until + QUIET_MS),
    ];
    await world.settle();
    await Promise.all(all);
  }

  async #repeat(act: () => Promise<void>, pauseMs: number, until: number): Promise<void> {
    for (;;) {
      await this.world.sleep(this.world.between(0, pauseMs));
      if (this.world.now > until) return;
      await act();
    }
  }

  /** A store behind a network. What it was asked for happens some time between the request and its answer. */
  #wired(store: Store = this.store): Store {
    const { world } = this;
    const wire: Wire = async (_, carryOut) => {
      await world.sleep(world.between(0, world.chance(0.1) ? 1_500 : 40));
      const done = await carryOut();
      await world.sleep(world.between(0, world.chance(0.1) ? 400 : 20));
      return done;
    };
    return wiredStore(store, wire);
  }

  /** A clock that is wrong by some minutes at times, for a while: it never jumps twice within one append. */
  #jumping(): Clock {
    const { world } = this;
    let offset = world.between(-50, 50);
    return {
      now: () => new Date(world.now + offset),
      jump: () => {
        if (!world.chance(0.2)) return;
        offset = world.chance(0.5) ? world.between(-50, 50) : world.between(-60_000, 60_000);
      },
    };
  }

  #writer(): () => Promise<void> {
    const { world, parts } = this;
    const store = this.#wired(parts.store(this.#observed()));
    const clock = this.#jumping();
    const lock = parts.lock(store, [() => world.now, () => clock.now().getTime()]);
    const log = createProductLog({ store, clock: clock.now, lock, delay: world.sleep, random: world.random });
    return () => this.#append(log, store, clock);
  }

  /** Notes when events are stored. */
  #observed(): Store {
    return overriding(this.store, {
      append: async (items: readonly StoredItem[]) => {
        const outcome = await this.store.append(items);
        if (outcome === 'lost race') return outcome;
        for (const { productId, idKey } of items) {
          this.#changed.add(productId);
          const sent = this.sent.get(String(idKey));
          if (sent !== undefined) sent.storedAt = this.world.now;
        }
        return outcome;
      },
    });
  }

  /** An event or a batch of two, at any time of the last hours; some correct an earlier one. */
  #body(policy: LatePolicy): object[] {
    const { world } = this;
    return Array.from({ length: world.chance(0.2) ? 2 : 1 }, () => {
      const eventId = `e${(this.#made += 1)}`;
      const effectiveAt = world.chance(0.3) ? undefined : iso(world.now - world.between(0, HOUR_MS));
      this.sent.set(eventId, { policy, effectiveAt, storedAt: Infinity });
      const at = { eventId, ...(effectiveAt !== undefined && { effectiveAt }) };
      const target = `e${world.between(1, this.#made)}`;
      const quantity = world.between(1, 5);
      return world.pick([
        () => received(quantity, at),
        () => shipped(quantity, at),
        () => counted(quantity, at),
        () => retracted(target, { eventId }),
        () => corrected(target, received(quantity, effectiveAt ? { effectiveAt } : {}), { eventId }),
      ])();
    });
  }

  /** As the state machine does it: a plan, a look at its own clock, and the write; again after a lost race. */
  async #append(log: ProductLog, store: Store, clock: Clock): Promise<void> {
    const { world } = this;
    clock.jump();
    const onLate = world.pick<LatePolicy>(['reject', 'reject', 'carry', 'reopen']);
    const sent = command(world.pick(PRODUCTS), this.#body(onLate), { onConflict: 'flag', onLate });
    for (let attempt = 0; attempt < 6; attempt += 1) {
      const plan = await log.plan(sent, attempt);
      const stampedAt = clock.now().getTime();
      if (plan.outcome !== 'store') return;
      await world.sleep(world.between(0, 300));
      const recordedAt = Date.parse(plan.result.events[0]?.recordedAt ?? '');
      const isInTime = world.now >= stampedAt - 1_000 && world.now <= recordedAt + SETTLE_MS / 3;
      if (isInTime && (await store.append(plan.items)) === 'stored') return;
    }
  }

  /** A gateway takes its own clock for what is past. */
  async #close(): Promise<void> {
    const { world } = this;
    const closingId = `c${(this.#made += 1)}`;
    this.#gatewayClock.jump();
    const now = this.#gatewayClock.now().getTime();
    const asOf = iso(now - (world.chance(0.3) ? world.between(0, 3_000) : world.between(0, HOUR_MS)));
    await this.#gateway.begin({ closingId, asOf }, 'accounting');
  }

  async #reopen(): Promise<void> {
    const last = (await this.#gateway.list()).findLast(({ status }) => status !== 'reopened');
    if (last === undefined) return;
    this.reopenedAt.set(last.closingId, this.reopenedAt.get(last.closingId) ?? this.world.now);
    await this.#gateway.reopen(last.closingId, 'accounting');
  }

  #indexer(): () => Promise<void> {
    const { world, parts } = this;
    const offset = world.between(-TOLERATED_MS, TOLERATED_MS);
    const clock = () => new Date(world.now + offset);
    const log = createProductLog({ store: this.#wired(), clock });
    const store = createMemoryViewStore();
    const settleMs = parts.settleMs(SETTLE_MS);
    const views = new Views({ store, log, clock, settleMs });
    const indexer = new Indexer({ store, log, clock });
    const closings = new ClosingRegister(this.#wired(), clock);
    const waitMs = parts.waitMs(CLOSING_WAIT_MS);
    const gateway = this.#gatewayClock.now;
    const chosen = parts.clock(clock, gateway);
    return async () => {
      const at = clock().toISOString();
      const changed = this.#changed;
      this.#changed = new Set();
      await indexer.index(changed);
      await indexer.control.beat(0, at);
      await advanceClosings({ closings, views, clock: chosen, waitMs });
      await this.#seeReports();
    };
  }

  async rowsOf(closingId: string): Promise<string> {
    const found: string[] = [];
    for await (const rows of this.closings.report(closingId).rows())
      found.push(...rows.map(({ json }) => json));
    return found.join('\n');
  }

  async #seeReports(): Promise<void> {
    for (const { closingId, rows } of await this.closings.list())
      if (rows !== null && !this.reports.has(closingId))
        this.reports.set(closingId, await this.rowsOf(closingId));
  }
}
