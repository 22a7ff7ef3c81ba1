import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { readLines, type Line } from './lines';

const header = 'invoiceDate,invoiceNo,stockCode,quantity,unitPrice,description,country';
const folder = mkdtempSync(join(tmpdir(), 'import-lines-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function read(name: string, content: string | Buffer): Promise<Line[]> {
  const file = join(folder, name);
  writeFileSync(file, content);
  const lines: Line[] = [];
  for await (const line of readLines(file)) lines.push(line);
  return lines;
}

const csv = [
  header,
  '2010-12-01T08:26:00Z,536365,85123A,6,2.55,WHITE HANGING HEART T-LIGHT HOLDER,United Kingdom',
  '2011-08-12T15:51:00+01:00,A563186,B,-1,-11062.06,"Bad debt, ""adjusted""",',
  '',
].join('\r\n');

const expected: Line[] = [
  {
    number: 1,
    invoiceNo: '536365',
    stockCode: '85123A',
    effectiveAt: '2010-12-01T08:26:00.000Z',
    quantity: 6,
    unitPrice: '2.55',
    description: 'WHITE HANGING HEART T-LIGHT HOLDER',
    country: 'United Kingdom',
  },
  {
    number: 2,
    invoiceNo: 'A563186',
    stockCode: 'B',
    effectiveAt: '2011-08-12T14:51:00.000Z',
    quantity: -1,
    unitPrice: '-11062.06',
    description: 'Bad debt, "adjusted"',
    country: '',
  },
];

test('reads lines with any line end, quotes and times with an offset', async () => {
  expect(await read('crlf.csv', csv)).toEqual(expected);
  expect(await read('lf.csv', csv.replaceAll('\r', ''))).toEqual(expected);
});

test('reads a packed file, and one that begins with a byte order mark', async () => {
  expect(await read('packed.csv.gz', gzipSync(csv))).toEqual(expected);
  expect(await read('marked.csv', `\uFEFF${csv}`)).toEqual(expected);
});

test('finds the columns by their names', async () => {
  const swapped =
    'country,quantity,invoiceNo,invoiceDate,stockCode,unitPrice,description,more\nFrance,2,1,2010-12-01T08:26:00Z,X,1,a,b\n';
  expect(await read('swapped.csv', swapped)).toMatchObject([
    { country: 'France', quantity: 2, stockCode: 'X' },
  ]);
});

test('a header without lines is an empty file', async () => {
  expect(await read('empty.csv', `${header}\n`)).toEqual([]);
});

test.each([
  ['2010-12-01,1,X,1,1,,', 'line 1: invoiceDate "2010-12-01" is not a time in RFC 3339 with an offset'],
  ['2010-12-01T08:26:00Z,1,X,1.5,1,,', 'line 1: quantity "1.5" must be a whole number of at most 9 digits'],
  ['2010-12-01T08:26:00Z,1,X,,1,,', 'line 1: quantity "" must be a whole number of at most 9 digits'],
  ['2010-12-01T08:26:00Z,1,X,1,1e3,,', 'line 1: unitPrice "1e3" must be a decimal'],
  ['2010-12-01T08:26:00Z,,X,1,1,,', 'line 1: invoiceNo "" must have 1 to 100 printable characters'],
  ['2010-12-01T08:26:00Z,1,,1,1,,', 'line 1: stockCode "" must not be empty'],
])('says what is wrong with %s', async (line, message) => {
  await expect(read('wrong.csv', `${header}\n${line}\n`)).rejects.toMatchObject({
    name: 'MalformedFile',
    message,
  });
});

test('says which columns are missing', async () => {
  await expect(read('header.csv', 'a,stockCode\n1,2\n')).rejects.toMatchObject({
    name: 'MalformedFile',
    message: 'the header lacks invoiceDate, invoiceNo, quantity, unitPrice, description, country',
  });
});

test('passes on what is wrong with the file itself', async () => {
  await expect(read('not-packed.csv.gz', csv)).rejects.toMatchObject({ code: 'Z_DATA_ERROR' });
  await expect(read('ragged.csv', `${header}\n1,2\n`)).rejects.toMatchObject({
    code: 'CSV_RECORD_INCONSISTENT_FIELDS_LENGTH',
  });
  await expect(readLines(join(folder, 'absent.csv')).next()).rejects.toMatchObject({ code: 'ENOENT' });
});
