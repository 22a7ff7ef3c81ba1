/** How the appends to one product are done. */
export interface Way {
  readonly name: string;
  /** Events that one append takes at most, of those that wait. */
  readonly batch: number;
  /** Products among which the hot one's events are divided. */
  readonly shards: number;
}

export interface Product {
  /** Events a second that come in. */
  readonly rate: number;
  /** Write units of one append of so many events. */
  readonly unitsOf: (events: number) => number;
  readonly unitsPerSecond: number;
  /** Of one append, milliseconds. */
  readonly appendMs: number;
}

export interface Outcome {
  /** Of those that came in, how many were stored by the end. */
  readonly storedShare: number;
  /** Milliseconds from coming in to being stored, of those that were. */
  readonly median: number;
  readonly p99: number;
  /** Appends that had to wait for units. */
  readonly throttledShare: number;
}

/** An hour's unused units are not saved up: DynamoDB keeps five minutes of them, which a lasting load has used up. */
const BURST_SECONDS = 1;

/** Poisson arrivals: an exponentially distributed gap, in milliseconds. */
const gap = (rate: number, random: () => number): number => (-Math.log(1 - random()) * 1000) / rate;

/**
 * One shard of a product: events wait in line; appends go one after another, each with as many events as wait and fit,
 * as soon as its partition has the units for them.
 * @param random numbers in [0, 1)
 */
function simulateShard(product: Product, batch: number, seconds: number, random: () => number) {
  const { rate, unitsOf, unitsPerSecond, appendMs } = product;
  const end = seconds * 1000;
  const arrivals: number[] = [];
  for (let at = gap(rate, random); at < end; at += gap(rate, random)) arrivals.push(at);
  const waits: number[] = [];
  let [next, now, appends, throttled] = [0, 0, 0, 0];
  let units = unitsPerSecond * BURST_SECONDS;
  let filled = 0;
  for (;;) {
    const first = arrivals[next];
    if (first === undefined) break;
    now = Math.max(now, first);
    if (now >= end) break;
    let last = next + 1;
    while (last - next < batch && (arrivals[last] ?? Infinity) <= now) last += 1;
    const needed = unitsOf(last - next);
    units = Math.min(unitsPerSecond * BURST_SECONDS, units + ((now - filled) / 1000) * unitsPerSecond);
    if (units < needed) {
      throttled += 1;
      const wait = ((needed - units) / unitsPerSecond) * 1000;
      now += wait;
      units = needed;
    }
    filled = now;
    units -= needed;
    now += appendMs;
    appends += 1;
    for (; next < last; next += 1) waits.push(now - (arrivals[next] ?? now));
  }
  return { came: arrivals.length, waits, appends, throttled };
}

const at = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;

/** The whole product, for so many seconds. */
export function simulate(product: Product, way: Way, seconds: number, random: () => number): Outcome {
  const part = { ...product, rate: product.rate / way.shards };
  const shards = Array.from({ length: way.shards }, () => simulateShard(part, way.batch, seconds, random));
  const sum = (of: (shard: (typeof shards)[number]) => number) =>
    shards.reduce((total, shard) => total + of(shard), 0);
  const waits = shards.flatMap((shard) => shard.waits).sort((a, b) => a - b);
  return {
    storedShare:
      waits.length /
      Math.max(
        1,
        sum(({ came }) => came),
      ),
    median: at(waits, 0.5),
    p99: at(waits, 0.99),
    throttledShare:
      sum(({ throttled }) => throttled) /
      Math.max(
        1,
        sum(({ appends }) => appends),
      ),
  };
}
