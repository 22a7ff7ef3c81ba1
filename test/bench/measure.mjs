// Timing, one contestant after the other in every round, so that what else the machine does meets all alike.

const median = (values) => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};

async function timed(work) {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/**
 * Runs the sides by turns, each until it has had so many rounds or so much time, and three times at least.
 * @param sides `{ key, run, prepare }`; `run` does the operation once, `prepare` is not timed
 * @param burst how often a side does it in one turn: after once, the processor has the others' code and data
 * @returns milliseconds, the median of each by its key
 */
export async function alternate(sides, { rounds, budget, burst = 1 }) {
  const times = new Map(sides.map(({ key }) => [key, []]));
  for (const { run, prepare } of sides) {
    await prepare?.();
    await run();
  }
  const enough = (key) => {
    const mine = times.get(key);
    const spent = mine.reduce((sum, one) => sum + one, 0);
    return mine.length >= 3 && (mine.length >= rounds || spent >= budget);
  };
  let going = sides;
  while (going.length > 0) {
    for (const { key, run, prepare } of going) {
      for (let i = 0; i < burst && !enough(key); i += 1) {
        await prepare?.();
        times.get(key).push(await timed(run));
      }
    }
    going = going.filter(({ key }) => !enough(key));
  }
  return Object.fromEntries(
    [...times].map(([key, list]) => [key, { median: median(list), runs: list.length }]),
  );
}

/** So many writers, each one append after another, for so long. */
export async function hammer(append, writers, milliseconds) {
  const until = performance.now() + milliseconds;
  const started = performance.now();
  let done = 0;
  const failures = {};
  const writer = async () => {
    while (performance.now() < until) {
      try {
        await append();
        done += 1;
      } catch (error) {
        failures[error.name] = (failures[error.name] ?? 0) + 1;
      }
    }
  };
  await Promise.all(Array.from({ length: writers }, writer));
  return { done, failures, rate: (done * 1000) / (performance.now() - started) };
}
