import { figures } from '../support/figures';
import { bugs } from './bugs';
import { runClosings } from './campaign';
import { lastingReport } from './lasting';

const RUNS = Number(process.env['CLOSINGS'] ?? 20);
// A fixed seed, so that only a change of code can make this fail. Set SEED for others, or run the campaign `closings`.
const SEED = Number(process.env['SEED'] ?? 1);

test(
  `${RUNS} random histories with closings: nothing gets into a closed period, and reports are what was known at K`,
  async () => {
    const { fault, ...counts } = await runClosings(RUNS, SEED);
    figures(`${RUNS} histories: ${JSON.stringify(counts)}`);
    expect(fault).toBeUndefined();
    expect(counts.reports).toBeGreaterThan(RUNS / 2);
  },
  10 * 60_000,
);

test.each(Object.entries(bugs))(
  'find a bug: %s',
  async (_, broken) => {
    expect((await runClosings(100, SEED, broken)).fault).toBeDefined();
  },
  10 * 60_000,
);

test('a report is the same to the byte after further events, a rebuild, a later closing and other code', async () => {
  expect(await lastingReport(300, SEED)).toMatch(/^\d+ bytes of a report/);
}, 120_000);
