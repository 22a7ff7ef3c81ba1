import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { folder, read, refusals, written } from '../testing/files';
import { zipOf } from '../testing/zip';
import { lineOf, type FormatOptions, type Line } from '@hindsight/import';
import { openFile } from './files';

const header = 'invoiceDate,invoiceNo,stockCode,quantity,unitPrice,description,country';
const csv = [
  header,
  '2010-12-01T08:26:00Z,536365,85123A,6,2.55,WHITE HANGING HEART T-LIGHT HOLDER,United Kingdom',
  '2011-08-12T15:51:00+01:00,A563186,B,-1,-11062.06,"Bad debt, ""adjusted""",',
  '',
].join('\r\n');

const expected: Line[] = [
  lineOf(2, '85123A', {
    document: '536365',
    effectiveAt: '2010-12-01T08:26:00.000Z',
    writtenAt: '2010-12-01T08:26:00.000Z',
    quantity: '6',
    unitPrice: '2.55',
    name: 'WHITE HANGING HEART T-LIGHT HOLDER',
    country: 'United Kingdom',
  }),
  lineOf(3, 'B', {
    document: 'A563186',
    effectiveAt: '2011-08-12T14:51:00.000Z',
    writtenAt: '2011-08-12T14:51:00.000Z',
    quantity: '-1',
    unitPrice: '-11062.06',
    name: 'Bad debt, "adjusted"',
  }),
];
const withoutNumbers = (lines: readonly Line[]) => lines.map((line) => ({ ...line, line: 0 }));

describe('bytes', () => {
  const text = `${header}\n2010-12-01T08:26:00Z,1,\u00c944075,1,1,CAF\u00c9,\n`;

  test('any line end, and quotes', async () => {
    expect(await read(csv)).toEqual(expected);
    expect(await read(csv.replaceAll('\r', ''))).toEqual(expected);
    expect(await read(csv.replaceAll('\n', ''))).toEqual(expected);
  });

  test('gzip is recognized by its bytes, whatever the name', async () => {
    expect(await read(gzipSync(csv), {}, 'packed.csv')).toEqual(expected);
    expect(await read(csv, {}, 'plain.csv.gz')).toEqual(expected);
    await expect(read(Buffer.from('PK\u0003\u0004...'))).rejects.toThrow(/is a damaged ZIP archive/);
  });

  test('a ZIP archive of one file is recognized by its bytes', async () => {
    expect(await read(zipOf({ 'sales.csv': csv, '__MACOSX/._sales.csv': 'x' }))).toEqual(expected);
    await expect(read(zipOf({ 'a.csv': csv, 'b.csv': csv }))).rejects.toThrow(
      /is a ZIP archive of 2 files \(a.csv, b.csv\); unpack it/,
    );
    await expect(read(zipOf({}))).rejects.toThrow(/is a ZIP archive without a file/);
  });

  test('a byte order mark says the encoding', async () => {
    expect(await read(`\uFEFF${text}`)).toMatchObject([{ productId: '\u00c944075' }]);
    const utf16 = Buffer.from(`\uFEFF${text}`, 'utf16le');
    expect(await read(utf16)).toMatchObject([{ productId: '\u00c944075' }]);
    expect(await read(gzipSync(Buffer.from(utf16).swap16()))).toMatchObject([{ productId: '\u00c944075' }]);
    await expect(read(utf16, { encoding: 'latin1' })).rejects.toThrow(
      /begins with the byte order mark of utf-16le/,
    );
  });

  test('bytes that are not UTF-8 are an error with their line, or have the encoding that is named', async () => {
    const latin1 = Buffer.from(text, 'latin1');
    await expect(read(latin1)).rejects.toMatchObject({
      name: 'MalformedFile',
      message: expect.stringMatching(
        /^line 2 has bytes that are not utf-8; .* --encoding windows-1252$/,
      ) as string,
    });
    expect(await read(latin1, { encoding: 'latin1' })).toMatchObject([
      { productId: '\u00c944075', name: 'CAF\u00c9' },
    ]);
    await expect(read(text, { encoding: 'klingon' })).rejects.toThrow(/there is no encoding "klingon"/);
  });

  test('a wrong byte far behind the first ones has its line, too', async () => {
    const rows = Array.from({ length: 5_000 }, (_, at) => `2010-12-01T08:26:00Z,${at},X,1,1,"two\nlines",`);
    const bytes = Buffer.concat([Buffer.from(`${header}\n${rows.join('\n')}\n`), Buffer.from([0xff])]);
    await expect(read(bytes)).rejects.toThrow(/^line 10002 has bytes/);
  });
});

describe('columns', () => {
  const row = '2010-12-01T08:26:00Z,1,X,2,1';

  test.each([
    'invoiceDate,invoiceNo,stockCode,quantity,unitPrice',
    'InvoiceDate,InvoiceNo,StockCode,Quantity,UnitPrice',
    'Date,Order ID,SKU,Qty,Price',
    'Rechnungsdatum,Beleg-Nr.,Artikelnummer,Menge,Einzelpreis',
    'Date,Facture,R\u00e9f\u00e9rence,Quantit\u00e9,Prix unitaire',
    'Fecha,Factura,C\u00f3digo,Cantidad,Precio',
  ])('by their usual names: %s', async (names) => {
    expect(await read(`${names},more\n${row},\n`)).toMatchObject([
      { document: '1', productId: 'X', quantity: '2', unitPrice: '1' },
    ]);
  });

  test('by --map', async () => {
    const map = ['quantity=Sold', 'productId=sku'];
    const swapped = 'Sold,sku,SKU,date,order\n2,Y,X,2010-12-01T08:26:00Z,1\n';
    expect(await read(swapped, { map })).toMatchObject([{ productId: 'Y', quantity: '2' }]);
    await expect(read(swapped, { map: ['quantity=Qty'] })).rejects.toThrow(
      /there is no such column in: Sold, sku/,
    );
    await expect(read(swapped, { map: ['amount=Sold'] })).rejects.toThrow(
      /--map takes FIELD=COLUMN with one of/,
    );
    await expect(read(swapped, { map: ['quantity=Sold'] })).rejects.toThrow(
      /several columns may be productId/,
    );
  });

  test('those that are missing are named', async () => {
    await expect(read('a,sku\n1,2\n', { kind: 'sales' })).rejects.toThrow(
      'the header lacks effectiveAt, quantity; it has: a, sku. Say which column is which: --map "effectiveAt=COLUMN"',
    );
  });
});

describe('layout', () => {
  test('blank lines, comments before the header, and Excel\u2019s first line are skipped', async () => {
    const [head = '', ...rows] = csv.split('\r\n');
    const lines = async (content: string) => withoutNumbers(await read(content));
    const plain = withoutNumbers(expected);
    expect(await lines(`\n\n${head}\n\n${rows.join('\n   \n,,,,,,\n')}\n\n`)).toEqual(plain);
    expect(await lines(`# exported 2026\n${csv}`)).toEqual(plain);
    expect(await lines(`sep=;\r\n${csv.replaceAll(',', ';').replace('debt;', 'debt,')}`)).toEqual(plain);
  });

  test('the delimiter is detected or given, and reported', async () => {
    const semicolons = csv.replaceAll(',', ';').replace('debt;', 'debt,');
    expect(await read(semicolons)).toEqual(expected);
    const file = await openFile(written('file.csv', semicolons));
    expect(file.report).toContainEqual({ name: 'delimiter', text: 'semicolon (detected)' });
    const tabs = csv.replaceAll(',', '\t').replace('debt\t', 'debt,');
    expect(await read(tabs, { delimiter: 'tab' })).toEqual(expected);
  });

  test('line numbers are those of an editor', async () => {
    const row = '2010-12-01T08:26:00Z,1,X';
    const content = [header, `${row},1,1,"a\r\nb\nc",`, '', `${row},x,1,d,`, `${row},1,1,d`, `${row},1,y,e,`];
    expect(await refusals(content.join('\r\n'))).toMatchObject([
      { line: 6, why: 'quantity "x" must be a decimal of at most 6 places' },
      { line: 7, why: 'has 6 fields, and the header 7' },
      { line: 8, why: 'unitPrice "y" must be a decimal of at most 6 places' },
    ]);
  });

  test('a quotation mark that is never closed ends the reading early', async () => {
    const row = '2010-12-01T08:26:00Z,1,X,1,1,"open,\n';
    await expect(read(`${header}\n${row}`)).rejects.toMatchObject({ name: 'MalformedFile' });
    await expect(read(`${header}\n${row}${row.replace('"', '').repeat(60_000)}`)).rejects.toThrow(
      /a quotation mark that was opened before is never closed/,
    );
  });
});

describe('values', () => {
  const one = async (quantity: string, price: string, options: FormatOptions = {}) => {
    const content = `${header.replaceAll(',', ';')}\n2010-12-01T08:26:00Z;1;X;${quantity};${price};;\n`;
    const [line] = await read(content, options);
    return [line!.quantity, line!.unitPrice];
  };

  test.each([
    ['6.0', '2,55', '6', '2.55'],
    ['1,5', '2.55', '1.5', '2.55'],
    ['2.5', '1.234,56', '2.5', '1234.56'],
    ['-1,234,567.5', '0', '-1234567.5', '0'],
    ['123456789012.123456'.slice(1), '', '23456789012.123456', ''],
  ])('%s at %s', async (quantity, price, millionths, unitPrice) => {
    expect(await one(quantity, price)).toEqual([millionths, unitPrice]);
  });

  test('a comma before three digits may mean both, and is asked for', async () => {
    await expect(one('1,234', '1')).rejects.toThrow(/quantity "1,234" .*; give --decimal/);
    expect(await one('1,234', '1', { decimal: '.' })).toEqual(['1234', '1']);
    expect(await one('1,234', '1', { decimal: ',' })).toEqual(['1.234', '1']);
  });

  test('blanks around a value are no part of it', async () => {
    expect(await read(`${header}\n2010-12-01T08:26:00Z,1, SKU1 ,6,1,,\n`)).toMatchObject([
      { productId: 'SKU1' },
    ]);
  });

  test.each([
    ['2010-12-01,1,X,1.1234567,1,,', 'quantity "1.1234567" must be a decimal of at most 6 places'],
    ['2010-12-01,1,X,,1,,', 'quantity "" must be a decimal of at most 6 places'],
    ['2010-12-01,1,X,1,1e3,,', 'unitPrice "1e3" must be a decimal of at most 6 places'],
    ['2010-13-01,1,X,1,1,,', 'effectiveAt "2010-13-01" is not a time of the format iso'],
    ['2010-12-01,1,,1,1,,', 'productId "" must not be empty'],
    [`2010-12-01,1,X,1,1,${'x'.repeat(2100)},`, 'metadata must not exceed 2 KiB'],
    [`2010-12-01,1,${'\u00e9'.repeat(129)},1,1,,`, 'productId must have 1 to 128 characters'],
  ])('says why it refuses %s', async (line, why) => {
    expect(await refusals(`${header}\n${line}\n`)).toEqual([expect.objectContaining({ line: 2, why })]);
  });
});

describe('dates', () => {
  const times = async (dates: readonly string[], options: FormatOptions = {}) => {
    const rows = dates.map((date) => `${date};1;X;1;1;;`);
    const lines = await read(`${header.replaceAll(',', ';')}\n${rows.join('\n')}\n`, options);
    return lines.map(({ effectiveAt }) => effectiveAt);
  };

  test.each([
    [['2010-12-01'], {}, ['2010-12-01T00:00:00.000Z']],
    [['2010-12-01 08:26:00'], { tz: 'Europe/Berlin' }, ['2010-12-01T07:26:00.000Z']],
    [['2010-12-01T08:26'], { tz: '-05:00' }, ['2010-12-01T13:26:00.000Z']],
    [['12/1/2010 8:26', '12/13/2010 8:26 PM'], {}, ['2010-12-01T08:26:00.000Z', '2010-12-13T20:26:00.000Z']],
    [['12/1/2010', '13/1/2010'], {}, ['2010-01-12T00:00:00.000Z', '2010-01-13T00:00:00.000Z']],
    [['1.12.2010 08:26'], { tz: 'Europe/Berlin' }, ['2010-12-01T07:26:00.000Z']],
    [['12/1/2010 8:26'], { dates: 'mdy' }, ['2010-12-01T08:26:00.000Z']],
    [['40513.351389'], { dates: 'excel' }, ['2010-12-01T08:26:00.000Z']],
    [['1291191960'], { dates: 'unix' }, ['2010-12-01T08:26:00.000Z']],
    [['1291191960123'], { dates: 'unix' }, ['2010-12-01T08:26:00.123Z']],
    [['2010-12-01 08:26:00 -0500'], {}, ['2010-12-01T13:26:00.000Z']],
    [['2010-12-01 08:26:00 UTC'], { tz: 'Europe/Berlin' }, ['2010-12-01T08:26:00.000Z']],
    [['12/13/10 8:26'], {}, ['2010-12-13T08:26:00.000Z']],
  ] as [string[], FormatOptions, string[]][])('%p with %p', async (dates, options, utc) => {
    expect(await times(dates, options)).toEqual(utc);
  });

  test.each([['3/4/2010'], ['40513.35'], ['1291191960'], ['1 Dec 2010']])(
    '%s is not guessed; the error says what to give',
    async (date) => {
      await expect(times([date])).rejects.toThrow(
        `it is not clear how effectiveAt "${date}" is to be read; give --dates dmy, mdy, iso, excel or unix`,
      );
    },
  );

  test('a zone that is needed is reported, and one that there is not is an error', async () => {
    const file = await openFile(written('file.csv', csv.replace('08:26:00Z', '08:26:00')), {
      tz: 'Asia/Tokyo',
    });
    expect(file.report).toContainEqual({
      name: 'dates',
      text: 'iso (detected), in Asia/Tokyo if they have no offset',
    });
    await expect(read(csv, { tz: 'Tokyo' })).rejects.toThrow(/--tz must be a time zone/);
  });
});

test('a header without lines is an empty file', async () => {
  expect(await read(`${header}\n`)).toEqual([]);
  await expect(openFile(join(folder, 'absent.csv'))).rejects.toMatchObject({ code: 'ENOENT' });
});
