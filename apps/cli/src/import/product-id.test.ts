import { fc, test as property } from '@fast-check/jest';
import { productIdSchema } from '@hindsight/domain';
import { productIdOf } from './product-id';

describe('productIdOf', () => {
  test.each([
    ['85123A', '85123A'],
    ['85123a', '85123a'],
    ['gift_0001_40', 'gift_0001_40'],
    ['BANK CHARGES', 'BANK.20CHARGES'],
    ['4.5', '4.2E5'],
    ['.', '.2E'],
    ['..', '.2E.2E'],
    ['é', '.C3.A9'],
  ])('%s becomes %s', (stockCode, id) => {
    expect(productIdOf(stockCode)).toBe(id);
  });

  const code = fc.string({
    unit: fc.constantFrom('A', 'a', '2', '0', 'E', '.', ' ', '_', '-', '/', 'é', '😀'),
    minLength: 1,
    maxLength: 10,
  });

  property.prop([code])('makes an id that the API takes', (stockCode) => {
    expect(productIdSchema.safeParse(productIdOf(stockCode)).success).toBe(true);
  });

  property.prop([code, code])('never gives two codes one id', (one, other) => {
    expect(productIdOf(one) === productIdOf(other)).toBe(one === other);
  });

  test.each([[''], ['x'.repeat(129)], [' '.repeat(43)]])('refuses what fits no id: "%s"', (stockCode) => {
    expect(() => productIdOf(stockCode)).toThrow(expect.objectContaining({ name: 'MalformedFile' }));
  });
});
