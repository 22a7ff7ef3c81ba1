import { at, given } from '../../testing/given';
import { counted, received, retracted, shipped } from '../../testing/sent';

describe('stockCounted', () => {
  test.each([
    ['more than expected', '12', '2'],
    ['less than expected', '7.25', '-2.75'],
    ['as many as expected', '10', '0'],
    ['nothing', '0', '-10'],
  ])('sets the quantity and reports the variance: %s', (_, quantity, variance) => {
    const outcome = given(received('10', { color: 'red' })).when(counted(quantity));
    expect(outcome).toMatchObject({ variance, state: { quantity, color: 'red' } });
  });

  test('may be the first event: nothing was expected, and nothing else is known', () => {
    expect(given().when(counted('4'))).toMatchObject({
      variance: '4',
      state: { quantity: '4', unitPrice: null, color: null, size: null, status: 'available' },
    });
    expect(given().when(counted('0'))).toMatchObject({
      variance: '0',
      state: { quantity: '0', status: 'outOfStock' },
    });
  });

  test('heals a shortage, and reports it as its variance', () => {
    const { state, variance } = given(received('1'), shipped('5')).when(counted('2'));
    expect(variance).toBe('6');
    expect(state).toMatchObject({ quantity: '2', status: 'available' });
    expect(state).not.toHaveProperty('conflicts');
  });

  test('ends what a late event changes: whatever was wrong before it stops mattering after it', () => {
    const { comparison, state } = given(received('10'), counted('7'), shipped('1')).when(
      received('5', { effectiveAt: at(1.5) }),
    );
    expect(state).toMatchObject({ quantity: '6' });
    expect(comparison.changes).toEqual([
      { from: at(1.5), to: at(2), field: 'quantity', before: '10', after: '15' },
      { from: at(2), to: at(2), field: 'variance', before: '-3', after: '-8', eventId: 'e2' },
    ]);
    // The events after the count are not even looked at.
    expect(comparison.eventsAffected).toBe(1);
  });

  test('arriving late, is measured against what was expected at its own time', () => {
    const { variance, state } = given(received('10'), shipped('4')).when(
      counted('8', { effectiveAt: at(1.5) }),
    );
    expect(variance).toBe('-2');
    expect(state).toMatchObject({ quantity: '4' });
  });

  test('arriving late, is refused if later shipments exceed the counted stock', () => {
    const log = given(received('10'), shipped('4'));
    expect(log.when(counted('3', { effectiveAt: at(1.5) })).refused?.detail).toBe(
      `stock would be short by 1 at ${at(2)}`,
    );
  });

  test('that is retracted gives way to what was expected', () => {
    const { state, comparison } = given(received('10'), counted('7'), shipped('1')).when(retracted('e2'));
    expect(state).toMatchObject({ quantity: '9' });
    expect(comparison.changes).toEqual([
      { from: at(2), to: at(2), field: 'variance', before: '-3', after: null, eventId: 'e2' },
      { from: at(2), to: at(3), field: 'quantity', before: '7', after: '10' },
      { from: at(3), to: null, field: 'quantity', before: '6', after: '9' },
    ]);
  });
});
