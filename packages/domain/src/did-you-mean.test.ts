import fc from 'fast-check';
import { didYouMean, meantBy } from './did-you-mean';

const FIELDS = ['quantity', 'unitPrice', 'color', 'size', 'effectiveAt', 'eventId'];

test.each([
  ['colour', 'color'],
  ['quantty', 'quantity'],
  ['unit_price', 'unitPrice'],
  ['UNITPRICE', 'unitPrice'],
  ['effectiveat', 'effectiveAt'],
  ['eventid', 'eventId'],
])('%s: did you mean %s?', (given, meant) => {
  expect(meantBy(given, FIELDS)).toBe(meant);
  expect(didYouMean(given, FIELDS)).toBe(`; did you mean ${meant}?`);
});

test.each(['warehouse', 'x', '', '__proto__', '数量', 'q'.repeat(100_000)])('%j is no slip', (given) => {
  expect(didYouMean(given, FIELDS)).toBe('');
});

test('a name of 64 characters may be a slip, and none that is longer', () => {
  expect(meantBy(`color${'-'.repeat(59)}`, FIELDS)).toBe('color');
  expect(meantBy(`color${'-'.repeat(60)}`, FIELDS)).toBeUndefined();
});

test('without known names there is no suggestion', () => {
  expect(didYouMean('color', [])).toBe('');
});

test('a name with one letter wrong is still recognized', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...FIELDS),
      fc.nat(),
      fc.constantFrom('x', 'z', '7'),
      (name, where, letter) => {
        const at = where % name.length;
        expect(meantBy(name.slice(0, at) + letter + name.slice(at + 1), FIELDS)).toBe(name);
      },
    ),
  );
});
