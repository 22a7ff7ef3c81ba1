import { Simulator } from './simulate';

const RUNS = 40;
// Other seeds, and more of them, by `npm run campaign -- simulate`.
const SEED = 1;

describe('simulated runs of the whole path, with faults', () => {
  const simulator = new Simulator();

  it('are the same for the same seed, step by step', async () => {
    const first = await simulator.run(7, true);
    const again = await new Simulator().run(7, true);
    expect(again.trace).toEqual(first.trace);
    expect(again.traceHash).toBe(first.traceHash);
    expect((await simulator.run(8)).traceHash).not.toBe(first.traceHash);
  });

  it(`violate nothing (${RUNS}, from seed ${SEED})`, async () => {
    const found: unknown[] = [];
    for (let seed = SEED; seed < SEED + RUNS; seed += 1) {
      const { violations } = await simulator.run(seed);
      if (violations.length > 0) found.push({ seed, violations });
    }
    expect(found).toEqual([]);
  }, 120_000);
});
