import { repairRouted } from './repair-request';

test('a request for a repair goes to where the product of an append is read', () => {
  expect(repairRouted({ productId: 'a/b', repair: true })).toEqual({
    route: 'repair',
    plan: { result: { productId: 'a/b' } },
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
