import { parseOptions } from './options';

test('has defaults for all but the file', () => {
  expect(parseOptions(['file.csv'])).toEqual({
    file: 'file.csv',
    url: 'http://127.0.0.1:3000',
    direct: undefined,
    limit: Infinity,
    concurrency: 4,
    batch: 25,
  });
});

test('reads every option', () => {
  const argv = ['--url', 'https://example.com/x', '--limit=100', 'f', '--concurrency', '8', '--batch', '1'];
  expect(parseOptions(argv)).toEqual({
    file: 'f',
    url: 'https://example.com/x',
    direct: undefined,
    limit: 100,
    concurrency: 8,
    batch: 1,
  });
  expect(parseOptions(['f', '--token', 'secret'])).toMatchObject({ token: 'secret' });
  expect(parseOptions(['--help'])).toBe('help');
});

test('takes a table in place of a server', () => {
  expect(parseOptions(['f', '--table', 'stock'])).toMatchObject({ direct: { tableName: 'stock' } });
  expect(parseOptions(['f', '--table', 'stock', '--endpoint', 'http://127.0.0.1:8000'])).toMatchObject({
    direct: { tableName: 'stock', endpoint: 'http://127.0.0.1:8000' },
  });
});

test.each([
  [[], 'name the file to replay'],
  [['a', 'b'], 'one file at a time, not also b'],
  [['a', '--batch', '26'], '--batch must be a whole number from 1 to 25, not "26"'],
  [['a', '--limit', '0'], '--limit must be a whole number from 1 to 9007199254740991, not "0"'],
  [['a', '--concurrency', '1.5'], '--concurrency must be a whole number from 1 to 64, not "1.5"'],
  [['a', '--url', 'localhost:3000'], '--url must be an http or https address, not "localhost:3000"'],
  [['a', '--endpoint', 'http://127.0.0.1:8000'], '--endpoint needs a --table'],
  [['a', '--table', 't', '--endpoint', '8000'], '--endpoint must be an http or https address, not "8000"'],
  [['a', '--table', 't', '--url', 'http://127.0.0.1:1'], '--url or --table, not both'],
  [['a', '--speed', '9'], expect.stringContaining('--speed')],
])('says what is wrong with %p', (argv, message) => {
  expect(() => parseOptions(argv)).toThrow(expect.objectContaining({ name: 'Usage', message }));
});
