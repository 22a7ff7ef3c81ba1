import { at, given } from '../../testing/given';
import { adjusted, received, retracted, shipped } from '../../testing/sent';

const usd = (amount: string) => ({ amount, currency: 'USD' });

describe('productAdjusted', () => {
  test('creates a product with the given quantity', () => {
    const { state } = given().when(adjusted('$5', { quantity: '150', color: 'blk', size: '4.3 lbs' }));
    expect(state).toEqual({
      productId: 'anvil',
      name: null,
      unit: null,
      reorderPoint: null,
      quantity: '150',
      unitPrice: usd('5'),
      color: 'blk',
      size: '4.3 lbs',
      status: 'available',
    });
  });

  test('creates a product with nothing of it if it gives no quantity', () => {
    expect(given().when(adjusted('5')).state).toMatchObject({ quantity: '0', status: 'outOfStock' });
  });

  test('sets the unit price of a product, and color and size if given', () => {
    const log = given(received('1', { unitPrice: '4', color: 'red', size: 'L' }));
    expect(log.when(adjusted('5')).state).toMatchObject({ unitPrice: usd('5'), color: 'red', size: 'L' });
    expect(log.when(adjusted('5', { color: 'blue' })).state).toMatchObject({ color: 'blue', size: 'L' });
    expect(log.when(adjusted('5', { size: 'XL' })).state).toMatchObject({ color: 'red', size: 'XL' });
  });

  test.each([
    ['a stock', [received('3')], '3'],
    ['an empty stock', [received('3'), shipped('3')], '0'],
    ['a shortage', [received('3'), shipped('5')], '-2'],
  ])('never changes the quantity of %s', (_, events, quantity) => {
    expect(given(...events).when(adjusted('5', { quantity: '99' })).state).toMatchObject({ quantity });
  });

  test('leaves the status and the conflicts of a shortage alone', () => {
    const { state } = given(received('3'), shipped('5')).when(adjusted('5', { quantity: '99' }));
    expect(state).toMatchObject({ status: 'outOfStock', conflicts: [{ deficit: '2', eventId: 'e2' }] });
  });

  test('sets a name, a unit and a reorder point, from which on the stock is low', () => {
    const named = adjusted('', { unitPrice: undefined, name: 'Lamp', unit: 'pc', reorderPoint: '2' });
    const { log, state } = given(received('3')).when(named);
    expect(state).toMatchObject({ name: 'Lamp', unit: 'pc', reorderPoint: '2', status: 'available' });
    expect(log.when(shipped('1')).state).toMatchObject({ quantity: '2', status: 'low' });
    expect(log.when(shipped('3')).state).toMatchObject({ quantity: '0', status: 'outOfStock' });
  });

  test('clears an attribute with null, which a later receipt may set again', () => {
    const log = given(received('1', { unitPrice: '4', color: 'red' }), adjusted('5', { color: null }));
    expect(log.state).toMatchObject({ unitPrice: usd('5'), color: null });
    expect(log.when(received('1', { color: 'blue' })).state).toMatchObject({ color: 'blue' });
  });

  test('may change the currency', () => {
    const { state } = given(received('1', { unitPrice: '4' })).when(
      adjusted('', { unitPrice: { amount: '4.50', currency: 'EUR' } }),
    );
    expect(state).toMatchObject({ unitPrice: { amount: '4.5', currency: 'EUR' } });
  });

  test('creates the product if the events before it are retracted', () => {
    const { state } = given(received('3'), adjusted('5', { quantity: '150' })).when(retracted('e1'));
    expect(state).toMatchObject({ quantity: '150', unitPrice: usd('5') });
  });

  test('arriving late, applies until the next one', () => {
    const { state, log, comparison } = given(received('1'), adjusted('5')).when(
      adjusted('3', { color: 'red', effectiveAt: at(1.5) }),
    );
    expect(state).toMatchObject({ unitPrice: usd('5'), color: 'red' });
    expect(log.stateAt(at(1.9))).toMatchObject({ unitPrice: usd('3'), color: 'red' });
    expect(comparison.changes).toEqual([
      { from: at(1.5), to: at(2), field: 'unitPrice', before: null, after: usd('3') },
      { from: at(1.5), to: null, field: 'color', before: null, after: 'red' },
    ]);
  });
});
