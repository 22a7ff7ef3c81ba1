import { historyOf } from '@hindsight/bitemporal';
import { registry } from '../../registry.generated';
import { at, given, type Given } from '../../testing/given';
import { adjusted, corrected, counted, received, retracted, shipped } from '../../testing/sent';

const facts = (log: Given) =>
  historyOf(registry, log.events).map(
    ({ event, content }) => `${event.eventId} ${content.eventType} ${String(content['quantity'])}`,
  );

describe('eventCorrected', () => {
  test('makes its target as if it had been the replacement', () => {
    const { state, log } = given(received('150'), shipped('3')).when(corrected('e1', received('15')));
    expect(state).toMatchObject({ quantity: '12' });
    expect(log.stateAt(at(1))).toMatchObject({ quantity: '15' });
  });

  test('is known only from its own recording on', () => {
    const { log } = given(received('150')).when(corrected('e1', received('15')));
    expect(log.stateAt(at(9), { knownAt: at(1) })).toMatchObject({ quantity: '150' });
    expect(log.stateAt(at(9), { knownAt: at(2) })).toMatchObject({ quantity: '15' });
  });

  test('may change the type: what was thought a receipt was a count', () => {
    const outcome = given(received('10'), received('4')).when(corrected('e2', counted('4')));
    expect(outcome).toMatchObject({ state: { quantity: '4' } });
  });

  test('of corrections the last recorded wins', () => {
    const log = given(received('1'), corrected('e1', received('2')), corrected('e1', received('3')));
    expect(log.state).toMatchObject({ quantity: '3' });
    expect(log.stateAt(at(9), { version: 2 })).toMatchObject({ quantity: '2' });
  });

  test('undoes a retraction', () => {
    const log = given(received('1'), received('5'), retracted('e2'));
    expect(log.when(corrected('e2', received('4'))).state).toMatchObject({ quantity: '5' });
  });

  test('keeps the time of its target if the replacement has none', () => {
    const { log } = given(received('1'), received('5')).when(corrected('e1', received('2')));
    expect(historyOf(registry, log.events)[0]).toMatchObject({
      event: {
        eventId: 'e1',
        eventType: 'productReceived',
        version: 1,
        effectiveAt: at(1),
        recordedAt: at(1),
      },
      content: { quantity: '2' },
    });
  });

  test('moves its target in time', () => {
    const { log, comparison } = given(received('1'), shipped('1'), received('5')).when(
      corrected('e3', received('5', { effectiveAt: at(1.5) })),
    );
    expect(facts(log)).toEqual(['e1 productReceived 1', 'e3 productReceived 5', 'e2 productShipped 1']);
    expect(comparison.changes).toEqual([
      { from: at(1.5), to: at(2), field: 'quantity', before: '1', after: '6' },
      { from: at(2), to: at(3), field: 'quantity', before: '0', after: '5' },
      { from: at(2), to: at(3), field: 'status', before: 'outOfStock', after: 'available' },
    ]);
  });

  test('without a time moves a target that was moved back to its first place', () => {
    const log = given(
      received('1'),
      received('5'),
      corrected('e2', received('5', { effectiveAt: at(0) })),
      corrected('e2', received('6')),
    );
    expect(facts(log)).toEqual(['e1 productReceived 1', 'e2 productReceived 6']);
  });

  test('may move its target into the future', () => {
    const { state, log } = given(received('1'), received('5')).when(
      corrected('e2', received('5', { effectiveAt: at(60) })),
    );
    expect(state).toMatchObject({ quantity: '1' });
    expect(log.stateAt(at(60))).toMatchObject({ quantity: '6' });
  });

  test('keeps the version of its target for ties', () => {
    const log = given(
      received('1', { effectiveAt: at(0) }),
      counted('4', { effectiveAt: at(0) }),
      received('10', { effectiveAt: at(0) }),
    );
    // Still before the count, by its version, though it is recorded last.
    const { state, log: after } = log.when(corrected('e1', received('7')));
    expect(facts(after)).toEqual(['e1 productReceived 7', 'e2 stockCounted 4', 'e3 productReceived 10']);
    expect(state).toMatchObject({ quantity: '14' });
  });

  test('of the first event keeps it the first', () => {
    const { state } = given(received('1', { color: 'red' }), received('1')).when(
      corrected('e1', received('1', { color: 'blue', unitPrice: '4' })),
    );
    expect(state).toMatchObject({ quantity: '2', color: 'blue', unitPrice: { amount: '4' } });
  });

  test('that moves the first event makes another one the first', () => {
    const log = given(received('1', { color: 'red' }), adjusted('4', { quantity: '3', color: 'blue' }));
    const { state } = log.when(corrected('e1', received('1', { color: 'red', effectiveAt: at(2.5) })));
    expect(state).toMatchObject({ quantity: '4', color: 'blue' });
  });

  test('is refused if stock would go negative in the corrected history', () => {
    const log = given(received('150'), shipped('20'));
    expect(log.when(corrected('e1', received('15'))).refused?.detail).toBe(
      `stock would be short by 5 at ${at(2)}`,
    );
    expect(log.when(corrected('e1', received('15')), 'flag').state).toMatchObject({ quantity: '-5' });
  });

  test('of a shipment to less heals what was short', () => {
    const { refused, state } = given(received('5'), shipped('50')).when(corrected('e2', shipped('5')));
    expect(refused).toBeUndefined();
    expect(state).toMatchObject({ quantity: '0' });
    expect(state).not.toHaveProperty('conflicts');
  });

  test('of a later event, unknown at a moment, leaves that moment alone', () => {
    const { log } = given(received('1'), received('5')).when(corrected('e2', received('4')));
    expect(log.stateAt(at(9), { version: 1 })).toMatchObject({ quantity: '1' });
  });
});
