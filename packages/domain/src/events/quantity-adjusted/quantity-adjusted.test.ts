import { parseEvents, registry } from '../../index';
import { at, given, type Sent } from '../../testing/given';
import { received, shipped } from '../../testing/sent';

const adjustedBy = (quantity: string, more: Sent = {}): Sent => ({
  eventType: 'quantityAdjusted',
  quantity,
  reason: 'broken',
  ...more,
});

describe('quantityAdjusted', () => {
  test('adds a signed difference, exactly', () => {
    expect(given(received('10')).when(adjustedBy('-0.1')).state).toMatchObject({ quantity: '9.9' });
    expect(given(received('10')).when(adjustedBy('+0.1')).state).toMatchObject({ quantity: '10.1' });
  });

  test('is refused like a shipment, also if a later shipment lacks the pieces', () => {
    expect(given(received('2')).when(adjustedBy('-3')).refused).toMatchObject({ rule: 'insufficient-stock' });
    const sold = given(received('5'), shipped('4'));
    expect(sold.when(adjustedBy('-2', { effectiveAt: at(1.5) })).refused).toBeDefined();
    expect(sold.when(adjustedBy('-1', { effectiveAt: at(1.5) })).refused).toBeUndefined();
  });

  test('has remedies like a shipment', () => {
    expect(
      registry.remedies(
        { eventType: 'quantityAdjusted', schemaVersion: 1, quantity: '-3' },
        'insufficient-stock',
      ),
    ).toBeDefined();
    expect(
      registry.remedies(
        { eventType: 'quantityAdjusted', schemaVersion: 1, quantity: '3' },
        'insufficient-stock',
      ),
    ).toBeUndefined();
  });

  test.each([
    ['no reason', { eventType: 'quantityAdjusted', quantity: '1' }, 'reason', 'is required'],
    ['no difference', adjustedBy('0'), 'quantity', 'must not be 0'],
  ])('with %s is invalid', (_, sent, path, message) => {
    expect(parseEvents(registry, sent, { productId: 'anvil', newId: () => 'e' })).toMatchObject({
      ok: false,
      errors: [{ path, message }],
    });
  });
});
