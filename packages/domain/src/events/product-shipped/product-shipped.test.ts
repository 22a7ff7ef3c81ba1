import { at, given } from '../../testing/given';
import { counted, received, shipped } from '../../testing/sent';

describe('productShipped', () => {
  test('takes from the quantity, exactly', () => {
    expect(given(received('1')).when(shipped('0.9')).state).toMatchObject({
      quantity: '0.1',
      status: 'available',
    });
  });

  test('may take all there is', () => {
    const { refused, state } = given(received('5')).when(shipped('5'));
    expect(refused).toBeUndefined();
    expect(state).toMatchObject({ quantity: '0', status: 'outOfStock' });
  });

  test('is refused when stock is insufficient, and says by how much', () => {
    const { refused, state, comparison } = given(received('5')).when(shipped('5.5'));
    expect(refused).toEqual({
      rule: 'insufficient-stock',
      detail: `stock would be short by 0.5 at ${at(2)}`,
    });
    expect(state).toMatchObject({ quantity: '5' });
    expect(comparison.conflicts).toEqual([
      {
        rule: 'insufficient-stock',
        deficit: '0.5',
        eventId: 'e2',
        version: 2,
        effectiveAt: at(2),
        first: true,
        deepest: true,
      },
    ]);
  });

  test('is refused as the first event', () => {
    expect(given().when(shipped('1'))).toMatchObject({
      refused: { rule: 'insufficient-stock' },
      state: null,
    });
  });

  test('as a first event that is flagged, leaves a negative quantity and no attributes', () => {
    const { state } = given().when(shipped('2', { unitPrice: '4', color: 'blk', size: 'L' }), 'flag');
    expect(state).toEqual({
      productId: 'anvil',
      name: null,
      unit: null,
      reorderPoint: null,
      quantity: '-2',
      unitPrice: null,
      color: null,
      size: null,
      status: 'outOfStock',
      conflicts: [
        { rule: 'insufficient-stock', deficit: '2', eventId: 'e1', version: 1, effectiveAt: at(1) },
      ],
    });
  });

  test('changes no attribute, whatever it carries along', () => {
    const { state } = given(received('5', { color: 'red' })).when(shipped('1', { color: 'blk', size: 'L' }));
    expect(state).toMatchObject({ quantity: '4', color: 'red', size: null });
  });

  test('that deepens a flagged shortage is refused; the start of the conflict does not change', () => {
    const log = given(received('1'), shipped('3'));
    expect(log.when(shipped('1')).refused?.detail).toBe(`stock would be short by 3 at ${at(3)}`);
    expect(log.when(shipped('1'), 'flag').state?.conflicts).toEqual([
      { rule: 'insufficient-stock', deficit: '3', eventId: 'e2', version: 2, effectiveAt: at(2) },
    ]);
  });

  test('arriving late, is checked against the whole later history and not against the present', () => {
    const log = given(received('10'), shipped('8'), received('20'));
    const { refused, state, comparison } = log.when(shipped('5', { effectiveAt: at(1.5) }));
    expect(refused).toEqual({
      rule: 'insufficient-stock',
      detail: `stock would be short by 3 at ${at(2)}`,
    });
    expect(state).toMatchObject({ quantity: '22' });
    expect(comparison.conflicts).toMatchObject([{ eventId: 'e2', first: true, deepest: true }]);
  });

  test('arriving late, reports the start and the deepest point of the shortage', () => {
    const log = given(received('10'), shipped('6'), shipped('3'), received('20'));
    const { refused, comparison } = log.when(shipped('5', { effectiveAt: at(1.5) }));
    expect(refused?.detail).toBe(`stock would be short by 1 at ${at(2)}, and at worst by 4 at ${at(3)}`);
    expect(comparison.conflicts).toMatchObject([
      { eventId: 'e2', deficit: '1', first: true },
      { eventId: 'e3', deficit: '4', deepest: true },
    ]);
  });

  test('arriving late but flagged, shows the shortage while it lasts', () => {
    const { log } = given(received('10'), shipped('8'), counted('7')).when(
      shipped('5', { effectiveAt: at(1.5) }),
      'flag',
    );
    expect(log.stateAt(at(1.5))).not.toHaveProperty('conflicts');
    expect(log.stateAt(at(2))?.conflicts).toMatchObject([{ deficit: '3', eventId: 'e2' }]);
    expect(log.stateAt(at(3))).not.toHaveProperty('conflicts');
  });

  test('at the exact time of a receipt, takes effect after it if recorded after it', () => {
    const log = given(received('5', { effectiveAt: at(0) }));
    expect(log.when(shipped('5', { effectiveAt: at(0) })).state).toMatchObject({ quantity: '0' });
  });

  test('and its receipt may be of one instant, in whatever order they were typed', () => {
    const both = [received('5', { effectiveAt: at(0) }), shipped('5', { effectiveAt: at(0) })];
    expect(given().when(both).refused).toBeUndefined();
    expect(given().when(both.toReversed())).toMatchObject({ state: { quantity: '0' } });
    const short = [received('4', { effectiveAt: at(0) }), shipped('5', { effectiveAt: at(0) })];
    expect(given().when(short.toReversed()).refused).toBeDefined();
  });
});
