import { fieldsOf, importCommand, withField } from '../../apps/explorer/src/model/import';

const header = ['when', 'sku', 'qty', 'qty'];
const columns = new Map([
  ['effectiveAt', 0],
  ['productId', 1],
  ['quantity', 2],
] as const);
const beginning = { header, columns };

test('a column is what was found, until it is chosen by hand', () => {
  expect(fieldsOf(header, columns, undefined)).toEqual(['effectiveAt', 'productId', 'quantity', undefined]);
  expect(fieldsOf(header, columns, ['document=sku'])[1]).toBe('document');
});

test('of two columns with one name, each is chosen by its number', () => {
  const map = withField(beginning, undefined, 3, 'quantity');
  expect(map).toEqual(['quantity=#4']);
  expect(fieldsOf(header, new Map([...columns, ['quantity', 3]]), map)[3]).toBe('quantity');
});

test('a column that is ignored is not found again by its name', () => {
  expect(withField(beginning, undefined, 1, undefined)).toEqual(['productId=']);
  expect(withField(beginning, ['document=sku'], 1, undefined)).toEqual(['document=']);
  expect(withField(beginning, ['productId='], 1, 'productId')).toEqual(['productId=sku']);
});

test('a field is one column, and a column one field', () => {
  const once = withField(beginning, undefined, 1, 'document');
  expect(withField(beginning, once, 0, 'document')).toEqual(['document=when']);
  expect(withField(beginning, once, 1, 'name')).toEqual(['name=sku']);
});

test('the command has every choice, quoted for a shell', () => {
  const options = { tz: 'Europe/Berlin', delimiter: ';', map: ["quantity=what's sold"] };
  expect(importCommand('sales of May.csv', options, 'flag')).toBe(
    `npm run hindsight -- import 'sales of May.csv' --tz Europe/Berlin --delimiter ';' --map 'quantity=what'\\''s sold' --on-conflict flag`,
  );
});
