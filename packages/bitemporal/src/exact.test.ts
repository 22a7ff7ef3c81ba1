import { fc, test as property } from '@fast-check/jest';
import { decimalOf, millionths } from './exact';

test.each([
  ['0', 0n],
  ['-3', -3_000_000n],
  ['0.5', 500_000n],
  ['-0.000001', -1n],
  ['123456789012.123456', 123_456_789_012_123_456n],
])('%s is %s millionths, and back', (text, value) => {
  expect(millionths(text)).toBe(value);
  expect(decimalOf(value)).toBe(text);
});

property.prop([fc.bigInt()])('every number of millionths has one text', (value) => {
  expect(decimalOf(value)).toMatch(/^(0|-?(0|[1-9]\d*)(\.\d{0,5}[1-9])?)$/);
  expect(millionths(decimalOf(value))).toBe(value);
});
