import assert from 'node:assert/strict';
import { parseEvents, registry } from '@hindsight/domain';
import { summaryPartition, type Sizes, type Store } from '@hindsight/event-log';
import { createProductLog, type AppendCommand, type ProductLog, type Plan } from '@hindsight/workflow';
import type { Command, Item, Snap, State } from './itf';
import { Rehearsal } from './rehearsal';
import { readTable, timeOf } from './table';

const TYPES: Record<string, string> = {
  receive: 'productReceived',
  ship: 'productShipped',
  count: 'stockCounted',
};

/** The model's command as the workflow would have it. */
function commandOf(productId: string, { id, kind, op, qty, time, target }: Command): AppendCommand {
  const when = time === -1 ? {} : { effectiveAt: timeOf(time) };
  const said = { eventType: TYPES[op], quantity: qty, ...when };
  const body = {
    change: said,
    retract: { eventType: 'eventRetracted', targetEventId: `e${target}` },
    correct: { eventType: 'eventCorrected', targetEventId: `e${target}`, replacement: said },
  }[kind];
  const parsed = parseEvents(registry, { eventId: `e${id}`, ...body }, { productId, newId: () => '' });
  assert(parsed.ok, JSON.stringify(parsed));
  return { productId, events: parsed.events, recordedBy: 'tester', onConflict: 'reject', dryRun: false };
}

function outcomeOf(plan: Plan): string {
  if (plan.outcome === 'store') return 'planned';
  if (plan.outcome === 'done') return plan.result.deduplicated ? 'replayed' : 'done';
  return { RuleBroken: 'refused', TargetNotFound: 'no target' }[plan.refusal.error as string] ?? 'other';
}

/** What the model says of an item that the log can be asked for. */
const recorded = ({ version, id, kind, recordedAt, target, position, from, footing }: Item) => {
  const { at, tip, high, invalidated } = footing;
  return { version, id, kind, recordedAt, target, position, from, footing: { at, tip, high, invalidated } };
};

/** A few events have a tree of several levels. */
const sizes: Partial<Sizes> = { shape: { run: 2, node: 3, root: 2 }, ahead: 2, nearby: 1 };

/** Plays one trace of the model with the real log, step by step, and compares the table after each. */
export class Replay {
  readonly #log: ProductLog;
  readonly #rehearsal: Rehearsal;
  readonly #plans = new Map<number, Extract<Plan, { outcome: 'store' }>>();
  #clock = 0;

  constructor(
    readonly store: Store,
    readonly productId: string,
  ) {
    const clock = () => new Date(timeOf(this.#clock));
    this.#log = createProductLog({ store, clock, sizes });
    this.#rehearsal = new Rehearsal(store, clock, sizes);
  }

  async run(states: readonly State[]): Promise<void> {
    for (const [index, state] of states.entries()) {
      const { did } = state;
      try {
        await this.#step(state);
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        throw new Error(`step ${index}, ${JSON.stringify(did)}: ${why}`, { cause: error });
      }
    }
    await this.#rehearsal.abandon();
  }

  async #step(state: State): Promise<void> {
    const { act, number, clock, outcome } = state.did;
    this.#clock = clock;
    switch (act) {
      case 'plan':
        return this.#plan(state);
      case 'write':
        await this.#write(state);
        break;
      case 'ask':
        return this.#ask(state);
      case 'start repair':
        return this.#rehearsal.start(this.productId, number);
      case 'finish repair':
        await this.#rehearsal.finish(outcome === 'killed');
        break;
      case 'lose tree':
        await this.#loseTrees();
        break;
      default:
        // What a client alone knows of: it sends, it gives up, its request never comes.
        return;
    }
    await this.#compare(state);
  }

  async #loseTrees(): Promise<void> {
    const partition = summaryPartition(this.productId);
    const keys: string[] = [];
    for await (const { sk } of this.store.partition<{ sk: string }>(partition)) keys.push(sk);
    await this.store.replaceCaches(partition, [], keys);
  }

  async #plan({ did }: State): Promise<void> {
    const plan = await this.#log.plan(commandOf(this.productId, did.command), did.number);
    assert.equal(outcomeOf(plan), did.outcome, 'the plan');
    if (plan.outcome === 'store') this.#plans.set(did.who, plan);
  }

  async #write({ did }: State): Promise<void> {
    const plan = this.#plans.get(did.who);
    assert(plan, 'there is a plan');
    const outcome = await this.store.append(plan.items);
    assert.equal(outcome === 'stored' ? outcome : 'cancelled', did.outcome, 'the write');
  }

  async #ask({ read }: State): Promise<void> {
    const { version, time, expected } = read;
    const answer = await this.#log.stateAt(this.productId, { version, asOf: timeOf(time) });
    const said: Snap | string = answer.found
      ? {
          quantity: Number(answer.state.quantity),
          last: {
            time: Date.parse(answer.lastEvent.effectiveAt) - Date.parse(timeOf(0)),
            version: answer.lastEvent.version,
          },
        }
      : answer.why;
    assert.deepEqual(said, expected.last.version === 0 ? 'no-state-at-time' : expected, 'the answer');
  }

  async #compare(state: State): Promise<void> {
    const log = await readTable(this.store, this.productId);
    assert.deepEqual(log, state.log.map(recorded), 'the events');
  }
}
