import { at, given } from './testing/given';
import { adjusted, received, shipped } from './testing/sent';
import type { Given, Sent } from './testing/given';

/** The codes of the notices of an append, with the fields that they are about. */
function noticesOf(log: Given, sent: Sent): string[] {
  const { comparison } = log.when(sent);
  return [...comparison.outcomes.values()]
    .flatMap(({ notices }) => notices)
    .map(({ code, path }) => `${code}: ${path ?? ''}`);
}

const known = given(received('1', { unitPrice: '4', color: 'red' }));

test('a price that a receipt brought is not ignored in silence', () => {
  expect(noticesOf(known, received('1', { unitPrice: '5', color: 'red' }))).toEqual([
    'attribute-not-applied: unitPrice',
  ]);
  expect(noticesOf(known, received('1', { unitPrice: '4', size: 'L' }))).toEqual([]);
  expect(noticesOf(given(), received('1', { unitPrice: '5' }))).toEqual([]);
});

test('attributes of a shipment change nothing, and a quantity of an adjustment only makes a new product', () => {
  expect(noticesOf(known, shipped('1', { color: 'red' }))).toEqual([]);
  expect(noticesOf(known, shipped('1', { color: 'blue', size: 'L' }))).toEqual([
    'attribute-not-applied: color',
    'attribute-not-applied: size',
  ]);
  expect(noticesOf(known, adjusted('4', { quantity: '7' }))).toEqual(['quantity-not-applied: quantity']);
  expect(noticesOf(given(), adjusted('4', { quantity: '7' }))).toEqual([]);
});

test('another currency than the price of the product has', () => {
  const euros = { unitPrice: { amount: '5', currency: 'EUR' } };
  expect(noticesOf(known, received('1', euros))).toEqual([
    'attribute-not-applied: unitPrice',
    'other-currency: unitPrice',
  ]);
  expect(noticesOf(known, adjusted('5', euros))).toEqual(['other-currency: unitPrice']);
  expect(noticesOf(known, adjusted('5'))).toEqual([]);
});

test('a moment far ahead, or more than ten years ago', () => {
  expect(noticesOf(known, received('1', { effectiveAt: '2062-01-01T00:00:00Z' }))).toEqual([
    'far-future: effectiveAt',
  ]);
  expect(noticesOf(known, received('1', { effectiveAt: '2015-11-23T00:00:00Z' }))).toEqual([
    'far-past: effectiveAt',
  ]);
  expect(noticesOf(known, shipped('1', { effectiveAt: at(60) }))).toEqual([]);
});
