/**
 * Closings against appends, in any order of their calls to the store. Time passes with each call, so that a lock that a
 * writer keeps grows old, and an append can be under way for as long as the state machine allows, and no longer.
 */
import assert from 'node:assert/strict';
import {
  CLOSING_WAIT_MS,
  ClosingRegister,
  createMemoryStore,
  periodLock,
  type LatePolicy,
  type Store,
} from '@hindsight/event-log';
import { advanceClosings, createMemoryViewStore, Indexer, Views } from '@hindsight/views';
import { createProductLog, type ProductLog } from '@hindsight/workflow';
import fc from 'fast-check';
import { faultOf, type Closed, type Sent } from '../closings/check';
import { at, command, corrected, received, retracted } from '../support/commands';
import { overriding } from '../support/overriding';
import { refusalOf } from '../support/log';
import { wiredStore, type Wire } from '../support/wired-store';
import { turns } from './turns';

const PRODUCT = 'p';
const CALL_MS = 200;
const SETTLE_MS = 6_000;
/** A write is in the log at most this long after its stamp, or it is planned again. */
const BEGINS_MS = SETTLE_MS / 3;

/** The write came too late after its stamp. */
class OutOfTime extends Error {}

class Scene implements Closed {
  now = Date.parse(at(100));
  readonly store = createMemoryStore();
  readonly closings = new ClosingRegister(this.store, () => new Date(this.now));
  readonly sent = new Map<string, Sent>();
  readonly reopenedAt = new Map<string, number>();
  readonly reports = new Map<string, string>();
  /** What is still to be done before the section is over. */
  busy = 0;

  constructor(readonly turn: () => Promise<void>) {}

  readonly clock = () => new Date(this.now);

  wired(store: Store = this.store): Store {
    const wire: Wire = async (_, carryOut) => {
      await this.turn();
      const done = await carryOut();
      await this.turn();
      return done;
    };
    return wiredStore(store, wire);
  }

  /** A process that appends. Its lock lives as long as it does. */
  writer(): ProductLog {
    const append: Store['append'] = async (items) => {
      const stamps = items.map((item) => ('recordedAt' in item ? String(item.recordedAt) : ''));
      if (this.now > Date.parse(stamps.sort().at(-1) ?? '') + BEGINS_MS) throw new OutOfTime();
      const outcome = await this.store.append(items);
      for (const { idKey } of outcome === 'stored' ? items : []) {
        const sent = this.sent.get(String(idKey));
        if (sent !== undefined) sent.storedAt = this.now;
      }
      return outcome;
    };
    const store = this.wired(overriding(this.store, { append }));
    const lock = periodLock(store, { clocks: [() => this.now] });
    return createProductLog({ store, clock: this.clock, lock, delay: this.turn, random: () => 0.5 });
  }

  async rowsOf(closingId: string): Promise<string> {
    const found: string[] = [];
    for await (const rows of this.closings.report(closingId).rows())
      found.push(...rows.map(({ json }) => json));
    return found.join('\n');
  }
}

/** Appends until it is in the log or refused; then once more, as a client whose answer was lost. */
async function sends(log: ProductLog, body: unknown, onLate: LatePolicy): Promise<string> {
  const send = async (): Promise<string> => {
    for (;;) {
      const work = log.append(command(PRODUCT, body, { onLate, onConflict: 'flag' }));
      const end = await work.then(
        ({ deduplicated }) => (deduplicated ? 'known' : 'stored'),
        (error: unknown) => error,
      );
      if (end instanceof OutOfTime) continue;
      return typeof end === 'string' ? end : (await refusalOf(work)).error;
    }
  };
  const first = await send();
  const again = await send();
  if (first === 'stored')
    assert.equal(again, 'known', 'what is in the log is a repetition, whatever is closed');
  return first;
}

interface Step {
  readonly eventId: string;
  readonly body: object;
  readonly onLate: LatePolicy;
}

async function writes(scene: Scene, steps: readonly Step[]): Promise<void> {
  const log = scene.writer();
  for (const { eventId, body, onLate } of steps) {
    const { effectiveAt } = body as { effectiveAt?: string };
    scene.sent.set(eventId, { policy: onLate, effectiveAt, storedAt: Infinity });
    const end = await sends(log, { ...body, eventId }, onLate);
    if (onLate === 'reopen' || (onLate === 'carry' && 'quantity' in body)) assert.equal(end, 'stored');
    else assert.ok(['stored', 'PeriodClosed'].includes(end), end);
  }
}

async function closes(scene: Scene): Promise<void> {
  const register = new ClosingRegister(scene.wired(), scene.clock);
  await register.begin({ closingId: 'a', asOf: at(50) }, 'x');
  await register.begin({ closingId: 'b', asOf: at(60) }, 'x');
}

/** What the indexer does when it is called, until every closing has its report. */
async function indexes(scene: Scene): Promise<void> {
  const { clock } = scene;
  const store = createMemoryViewStore();
  const log = createProductLog({ store: scene.store, clock });
  const views = new Views({ store, log, clock, settleMs: SETTLE_MS });
  const indexer = new Indexer({ store, log, clock });
  const closings = new ClosingRegister(scene.wired(), clock);
  for (;;) {
    await scene.turn();
    const isLast = scene.busy === 0;
    const beat = clock().toISOString();
    await indexer.index([PRODUCT]);
    await indexer.control.beat(0, beat);
    await advanceClosings({ closings, views, clock, waitMs: CLOSING_WAIT_MS });
    const list = await scene.closings.list();
    for (const { closingId, rows } of list)
      if (rows !== null && !scene.reports.has(closingId))
        scene.reports.set(closingId, await scene.rowsOf(closingId));
    if (isLast && list.every(({ status }) => status !== 'closing')) return;
  }
}

const event = (eventId: string, seconds: number, onLate: LatePolicy = 'reject'): Step => ({
  eventId,
  body: received(1, { effectiveAt: at(seconds) }),
  onLate,
});

const WRITERS: readonly (readonly Step[])[] = [
  [event('w1', 10), event('w2', 45, 'carry'), event('w3', 55), event('w4', 20)],
  [
    event('v1', 90),
    event('v2', 30, 'carry'),
    { eventId: 'v3', body: retracted('old'), onLate: 'reject' },
    event('v4', 40, 'reopen'),
    event('v5', 50),
  ],
  [
    { eventId: 'u1', body: corrected('old', received(3, { effectiveAt: at(70) })), onLate: 'carry' },
    event('u2', 60),
  ],
];

async function play(scene: Scene): Promise<void> {
  const before = createProductLog({ store: scene.store, clock: scene.clock });
  await before.append(command(PRODUCT, received(5, { eventId: 'old', effectiveAt: at(5) })));
  const works = [() => closes(scene), ...WRITERS.map((steps) => () => writes(scene, steps))];
  scene.busy = works.length;
  const done = works.map((work) => work().finally(() => (scene.busy -= 1)));
  await Promise.all([...done, indexes(scene)]);
  assert.equal(await faultOf(scene), undefined);
}

/** The section of closings, as those of the log are explored. */
export const closingSections = ['closings: late events, carried ones, corrections and repetitions'].map(
  (name) => ({
    name,
    async explore({ runs, seed }: { runs: number; seed: number }): Promise<void> {
      const property = fc.asyncProperty(fc.scheduler(), turns, async (scheduler, waits) => {
        const calls = waits[Symbol.iterator]();
        const scene: Scene = new Scene(async () => {
          const left = calls.next().value as number;
          for (let turn = 0; turn < left; turn += 1) {
            await scheduler.schedule(Promise.resolve(), 'call');
            scene.now += CALL_MS;
          }
        });
        await scheduler.waitFor(play(scene));
      });
      await fc.assert(property, { numRuns: runs, seed });
    },
  }),
);
