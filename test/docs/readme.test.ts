import { readPage } from './pages';

const lines = readPage('README.md').trimEnd().split('\n');

test('the README is short, and no line of it is long', () => {
  expect(lines.length).toBeLessThan(200);
  expect(lines.filter((line) => line.length > 160)).toEqual([]);
});
