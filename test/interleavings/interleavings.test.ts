import { Explorer } from './explore';
import { closingSections } from './closings';
import { crashes } from './crashes';
import { sections } from './sections';
import { viewSections } from './views';

const RUNS = Number(process.env['ORDERS'] ?? 15);

describe('in any order of their calls to the table', () => {
  const explorer = new Explorer();

  // More of them, and other seeds, by `npm run campaign -- interleavings`.
  it.each([...sections, ...crashes].map((section) => [section.name, section] as const))(
    '%s',
    async (_, section) => {
      await expect(explorer.explore(section, { runs: RUNS, seed: 1 })).resolves.toBeUndefined();
    },
    120_000,
  );

  // An order of closings is as long as twenty others.
  const others = [
    ...viewSections.map((section) => [section, RUNS] as const),
    ...closingSections.map((section) => [section, Math.ceil(RUNS / 5)] as const),
  ];
  it.each(others.map(([section, runs]) => [section.name, section, runs] as const))(
    '%s',
    async (_, section, runs) => {
      await expect(section.explore({ runs, seed: 1 })).resolves.toBeUndefined();
    },
    120_000,
  );
});
