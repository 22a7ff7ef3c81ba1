import { setImmediate as turn } from 'node:timers/promises';
import { randomFrom } from '../support/random';

/** When every run begins. */
export const START = Date.parse('2026-03-01T12:00:00.000Z');
/** More steps than any run that makes progress takes. */
const MOST_STEPS = 50_000;

export interface Timer {
  cancelled: boolean;
}

interface Entry extends Timer {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

const before = (a: Entry, b: Entry): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);

/** A heap: the earliest first. */
class Agenda {
  readonly #entries: Entry[] = [];

  push(entry: Entry): void {
    const entries = this.#entries;
    let index = entries.push(entry) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!before(entry, entries[parent] as Entry)) break;
      entries[index] = entries[parent] as Entry;
      index = parent;
    }
    entries[index] = entry;
  }

  pop(): Entry | undefined {
    const entries = this.#entries;
    const [first] = entries;
    const last = entries.pop();
    if (first === undefined || last === undefined || entries.length === 0) return first;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= entries.length) break;
      if (child + 1 < entries.length && before(entries[child + 1] as Entry, entries[child] as Entry))
        child += 1;
      if (!before(entries[child] as Entry, last)) break;
      entries[index] = entries[child] as Entry;
      index = child;
    }
    entries[index] = last;
    return first;
  }
}

/**
 * A simulated run: its clock, its randomness, and its event queue. It never waits in real time, and
 * everything in it depends on the seed only.
 */
export class World {
  /** The true time in milliseconds since 1970; the clocks in the run only approximate it. */
  now = START;
  readonly random: () => number;
  readonly #agenda = new Agenda();
  readonly #kept: string[] = [];
  #hash = 0x811c9dc5;
  #steps = 0;
  #made = 0;

  constructor(
    seed: number,
    readonly keepsTrace = false,
  ) {
    this.random = randomFrom(seed);
  }

  chance(probability: number): boolean {
    return probability > 0 && this.random() < probability;
  }

  /** A whole number in [low, high]. */
  between(low: number, high: number): number {
    return low + Math.floor(this.random() * (high - low + 1));
  }

  pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.random() * list.length)] as T;
  }

  /** A name that is new in this run. */
  newName(kind: string): string {
    this.#made += 1;
    return `${kind}-${this.#made}`;
  }

  /** Events due at the same moment run in random order. */
  schedule(milliseconds: number, run: () => void): Timer {
    const at = this.now + Math.max(0, milliseconds);
    const entry = { at, order: this.random(), run, cancelled: false };
    this.#agenda.push(entry);
    return entry;
  }

  sleep = (milliseconds: number): Promise<void> =>
    new Promise((resolve) => void this.schedule(milliseconds, resolve));

  /** Adds to the fingerprint that distinguishes two runs. */
  note(text: string): void {
    const line = `${this.now - START} ${text}`;
    for (let i = 0; i < line.length; i += 1) {
      this.#hash = Math.imul(this.#hash ^ line.charCodeAt(i), 0x01000193);
    }
    if (this.keepsTrace) this.#kept.push(line);
  }

  get trace(): readonly string[] {
    return this.#kept;
  }

  get traceHash(): string {
    return (this.#hash >>> 0).toString(16).padStart(8, '0');
  }

  /** Runs until nothing is due. @throws Error if that seems never to happen */
  async settle(): Promise<void> {
    for (;;) {
      // Whatever follows from the last step without waiting has happened after a turn of the event loop.
      await turn();
      const next = this.#agenda.pop();
      if (next === undefined) return;
      if (next.cancelled) continue;
      this.#steps += 1;
      if (this.#steps > MOST_STEPS) throw new Error(`the run does not end: ${MOST_STEPS} steps`);
      this.now = next.at;
      next.run();
    }
  }
}

/**
 * Replaces the process's global time and randomness by a world's, for third-party code that uses the globals:
 * the interpreter of the state machine, the frameworks of the gateway. Our own code receives them as
 * parameters.
 * @returns a function that restores the globals
 */
export function inhabit(world: World): () => void {
  const real = {
    setTimeout: globalThis.setTimeout,
    clearTimeout: globalThis.clearTimeout,
    setImmediate: globalThis.setImmediate,
    Date: globalThis.Date,
    random: Math.random,
  };
  class VirtualDate extends real.Date {
    constructor(value: number | string | Date = world.now) {
      super(value);
    }
    static override now(): number {
      return world.now;
    }
  }
  const handle = (timer: Timer) => ({
    timer,
    ref: () => undefined,
    unref: () => undefined,
    hasRef: () => true,
  });
  const after = (run: (...args: unknown[]) => void, milliseconds = 0, ...args: unknown[]) =>
    handle(world.schedule(milliseconds, () => run(...args)));
  const clear = (handle?: { timer?: Timer }) => {
    if (handle?.timer) handle.timer.cancelled = true;
  };
  Object.assign(globalThis, {
    setTimeout: after,
    clearTimeout: clear,
    setImmediate: (run: (...args: unknown[]) => void, ...args: unknown[]) => after(run, 0, ...args),
    Date: VirtualDate,
  });
  Math.random = world.random;
  return () => {
    const { random, ...globals } = real;
    Object.assign(globalThis, globals);
    Math.random = random;
  };
}
