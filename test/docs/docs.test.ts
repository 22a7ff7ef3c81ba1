import { pagesWithCommands, replays } from './replay';

jest.setTimeout(120_000);

const { quick, slow } = pagesWithCommands();

describe.each(quick)('%s', replays);

test('the README and the pages without the command line are replayed here, the others in the long tests', () => {
  expect(quick).toEqual(expect.arrayContaining(['README.md', 'docs/how-to/http-tour.md']));
  expect(slow.length).toBeGreaterThan(5);
});
