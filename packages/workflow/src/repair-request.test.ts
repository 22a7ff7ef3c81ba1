import { repairRouted } from './repair-request';

test('a repair request has its product at the same path as an append', () => {
  expect(repairRouted({ productId: 'a/b', repair: true })).toEqual({
    route: 'repair',
    plan: { repair: ['a/b'], result: { productId: 'a/b' } },
    trace: {},
  });
});

test.each([
  [{ productId: 'anvil', body: {} }],
  [{ productId: 'anvil', repair: false }],
  [{ productId: '', repair: true }],
  [{ productId: 'anvil', repair: true, body: {} }],
  [null],
])('%j is none', (input) => {
  expect(repairRouted(input)).toBeUndefined();
});
