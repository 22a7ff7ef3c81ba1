import { at, given } from '../../testing/given';
import { adjusted, received, retracted, shipped } from '../../testing/sent';

describe('productReceived', () => {
  test('creates a product, with what it says about it', () => {
    const { state } = given().when(received('150', { unitPrice: '$4', color: 'blk', size: '4.3 lbs' }));
    expect(state).toEqual({
      productId: 'anvil',
      name: null,
      unit: null,
      reorderPoint: null,
      quantity: '150',
      unitPrice: { amount: '4', currency: 'USD' },
      color: 'blk',
      size: '4.3 lbs',
      status: 'available',
    });
  });

  test('leaves open what a first event does not say', () => {
    expect(given().when(received('1')).state).toMatchObject({ unitPrice: null, color: null, size: null });
  });

  test('adds to the quantity, exactly', () => {
    expect(given(received('0.1')).when(received('0.2')).state).toMatchObject({ quantity: '0.3' });
  });

  test('sets the attributes that are not set yet, and leaves the others', () => {
    const { state } = given(received('1', { color: 'red' })).when(
      received('1', { unitPrice: '9', color: 'blue', size: 'XL' }),
    );
    const unitPrice = { amount: '9', currency: 'USD' };
    expect(state).toMatchObject({ quantity: '2', unitPrice, color: 'red', size: 'XL' });
  });

  test('a late first receipt without a price does not take away the price that a later one brought', () => {
    const { state } = given(received('1', { unitPrice: '9' })).when(received('1', { effectiveAt: at(-9) }));
    expect(state).toMatchObject({ quantity: '2', unitPrice: { amount: '9', currency: 'USD' } });
  });

  test('makes a product available again', () => {
    expect(given(received('1'), shipped('1')).state).toMatchObject({ quantity: '0', status: 'outOfStock' });
    expect(given(received('1'), shipped('1')).when(received('2')).state).toMatchObject({
      quantity: '2',
      status: 'available',
    });
  });

  test('is accepted if stock is negative: a deficit that does not grow is no conflict', () => {
    const { refused, state } = given(received('1'), shipped('11')).when(received('5'));
    expect(refused).toBeUndefined();
    expect(state).toMatchObject({ quantity: '-5', status: 'outOfStock' });
    expect(state?.conflicts).toEqual([
      { rule: 'insufficient-stock', deficit: '5', eventId: 'e2', version: 2, effectiveAt: at(2) },
    ]);
  });

  test('heals a shortage: at 0 no conflict is left', () => {
    const { state } = given(received('1'), shipped('11')).when(received('10'));
    expect(state).toMatchObject({ quantity: '0', status: 'outOfStock' });
    expect(state).not.toHaveProperty('conflicts');
  });

  test('arriving late before an adjustment, is the first event and describes the product', () => {
    const { state } = given(adjusted('5', { quantity: '7', color: 'red' })).when(
      received('10', { unitPrice: '4', color: 'blue', size: 'L', effectiveAt: at(0) }),
    );
    // The adjustment is no first event any more, so its quantity does not count.
    expect(state).toMatchObject({
      quantity: '10',
      unitPrice: { amount: '5', currency: 'USD' },
      color: 'red',
      size: 'L',
    });
  });

  test('becomes the first event when the one before it is retracted', () => {
    const { state } = given(received('3', { color: 'red' }), received('4', { color: 'blue' })).when(
      retracted('e1'),
    );
    expect(state).toMatchObject({ quantity: '4', color: 'blue' });
  });

  test('may be in the future: stored, and invisible until it is due', () => {
    const { state, log } = given(received('1')).when(received('9', { effectiveAt: at(60) }));
    expect(state).toMatchObject({ quantity: '1' });
    expect(log.stateAt(at(60))).toMatchObject({ quantity: '10' });
  });
});
