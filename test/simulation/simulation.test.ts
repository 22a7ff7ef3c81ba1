import { Simulator } from './simulate';

const RUNS = 40;
// Other seeds, and more of them, by `npm run campaign -- simulate`.
const SEED = 1;

describe('simulated runs of the whole path, with faults', () => {
  const simulator = new Simulator();

  it('are the same for the same seed, step by step', async () => {
    const again = new Simulator();
    const hashes = new Set<string>();
    for (const seed of [1, 2, 3, 4, 7]) {
      const first = await simulator.run(seed, true);
      const second = await again.run(seed, true);
      expect(second.trace).toEqual(first.trace);
      expect(second.traceHash).toBe(first.traceHash);
      hashes.add(first.traceHash);
    }
    expect(hashes.size).toBe(5);
  }, 60_000);

  it(`violate nothing (${RUNS}, from seed ${SEED})`, async () => {
    const found: unknown[] = [];
    for (let seed = SEED; seed < SEED + RUNS; seed += 1) {
      const { violations } = await simulator.run(seed);
      if (violations.length > 0) found.push({ seed, violations });
    }
    expect(found).toEqual([]);
  }, 120_000);
});
