import { read, refusals, written } from '../testing/files';
import type { FormatOptions } from '@hindsight/import';
import { openFile } from './files';

describe('kinds', () => {
  const kindOf = async (names: string, options: FormatOptions = {}) =>
    (await openFile(written('file.csv', `${names}\n`), options)).kind;

  test.each([
    ['date,order,sku,qty', 'sales'],
    ['date,sku,units sold', 'sales'],
    ['date,sku,qty received', 'receipts'],
    ['sku,name,on hand', 'counts'],
    ['Artikelnummer;Bestand', 'counts'],
    ['date,item code,qty change,voucher no', 'movements'],
    ['Datum;Artikel;Zugang;Abgang', 'movements'],
    ['date,type,sku,qty', 'movements'],
    ['productId,eventType,quantity', 'events'],
  ])('%s has %s', async (names, kind) => {
    expect(await kindOf(names, { at: '2026-11-01' })).toBe(kind);
  });

  test('what is not clear is asked for, or said by --kind', async () => {
    await expect(kindOf('date,sku,qty')).rejects.toMatchObject({
      message: expect.stringContaining('give --kind sales, receipts, movements, counts or events') as string,
      question: { option: 'kind' },
    });
    expect(await kindOf('date,sku,qty', { kind: 'receipts' })).toBe('receipts');
    await expect(kindOf('sku,on hand')).rejects.toThrow(/does not say when the stock was counted; give --at/);
    await expect(kindOf('sku,on hand', { at: 'today' })).rejects.toThrow(/--at must be a date/);
  });

  test('counts without a date are of the time that --at says', async () => {
    const content = 'sku,name,on hand,price\nA,Lamp,7,\u20ac4.50\nB,,0,\nC,,,\nD,,-1,\n';
    const options: FormatOptions = { at: '2026-10-31', tz: 'Europe/Berlin' };
    expect(await refusals(content, options)).toEqual([
      { line: 4, why: 'has neither a quantity nor an attribute' },
      { line: 5, why: 'quantity "-1" must not be negative' },
    ]);
    expect(await read(content.split('C')[0]!, options)).toMatchObject([
      { effectiveAt: '2026-10-30T23:00:00.000Z', quantity: '7', unitPrice: '4.5', currency: 'EUR' },
      { quantity: '0', unitPrice: '' },
    ]);
  });

  test('movements have a sign, a type, or a column for each direction', async () => {
    const quantities = async (content: string, options: FormatOptions = {}) =>
      (await read(content, options)).map(({ quantity, eventType, reason }) => [quantity, eventType, reason]);
    expect(
      await quantities('date,sku,in,out\n2026-11-01,A,3,\n2026-11-01,A,,2\n2026-11-01,A,1,-4\n'),
    ).toEqual([
      ['3', '', ''],
      ['-2', '', ''],
      ['-3', '', ''],
    ]);
    const typed = ['Zugang,3', 'Verkauf,2', 'Sale,-2', 'Damage,-1', 'Inventur,9', 'transfer,-4', 'return,1'];
    const rows = typed.map((row) => `2026-11-01,A,${row}`).join('\n');
    expect(await quantities(`date,sku,type,qty\n${rows}\n`)).toEqual([
      ['3', '', ''],
      ['-2', '', ''],
      ['-2', '', ''],
      ['-1', 'quantityAdjusted', 'Damage'],
      ['9', 'stockCounted', ''],
      ['-4', '', ''],
      ['1', '', ''],
    ]);
    expect(await refusals('date,sku,type,qty\n2026-11-01,A,transfer,4\n')).toEqual([
      {
        line: 2,
        why: expect.stringMatching(/^eventType "transfer" is not known; write receipt, shipment,/) as string,
      },
    ]);
  });

  test('a day and a time of day may be in two columns', async () => {
    const content =
      'Posting Date,Posting Time,Voucher No,Item Code,Qty Change\n02-11-2026,09:15:30,PR-1,A,3\n';
    expect(await read(content, { dates: 'dmy', tz: '+01:00' })).toMatchObject([
      { effectiveAt: '2026-11-02T08:15:30.000Z', document: 'PR-1', quantity: '3' },
    ]);
  });
});
