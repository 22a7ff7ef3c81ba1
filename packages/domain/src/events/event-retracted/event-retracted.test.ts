import { at, given } from '../../testing/given';
import { adjusted, corrected, received, retracted, shipped } from '../../testing/sent';

describe('eventRetracted', () => {
  test('makes its target as if it had never happened', () => {
    const { state, log } = given(received('10'), received('5'), shipped('3')).when(retracted('e2'));
    expect(state).toMatchObject({ quantity: '7' });
    expect(log.stateAt(at(2))).toMatchObject({ quantity: '10' });
  });

  test('is known only from its own recording on', () => {
    const { log } = given(received('10'), received('5')).when(retracted('e2'));
    expect(log.stateAt(at(9), { knownAt: at(2) })).toMatchObject({ quantity: '15' });
    expect(log.stateAt(at(9), { version: 2 })).toMatchObject({ quantity: '15' });
    expect(log.stateAt(at(9), { version: 3 })).toMatchObject({ quantity: '10' });
  });

  test('has no position of its own: it takes effect at the position of its target', () => {
    const { log, comparison } = given(received('10'), received('5')).when(
      retracted('e1', { effectiveAt: at(30) }),
    );
    expect(log.stateAt(at(1))).toBeNull();
    expect(comparison.changes[0]).toMatchObject({
      from: at(1),
      field: 'quantity',
      before: '10',
      after: null,
    });
  });

  test('of the only event leaves a product without a state, and its log remains', () => {
    const { state, log } = given(received('10')).when(retracted('e1'));
    expect(state).toBeNull();
    expect(log.events).toHaveLength(2);
    expect(log.when(received('2', { color: 'red' })).state).toMatchObject({ quantity: '2', color: 'red' });
  });

  test('is refused if it removes stock that was shipped later', () => {
    const { refused, comparison } = given(received('10'), received('5'), shipped('12')).when(retracted('e2'));
    expect(refused?.detail).toBe(`stock would be short by 2 at ${at(3)}`);
    expect(comparison.conflicts).toMatchObject([{ eventId: 'e3', version: 3, deficit: '2' }]);
  });

  test('of a shipment gives back the stock, and its conflicts go', () => {
    const { refused, state } = given(received('1'), shipped('5')).when(retracted('e2'));
    expect(refused).toBeUndefined();
    expect(state).toMatchObject({ quantity: '1', status: 'available' });
    expect(state).not.toHaveProperty('conflicts');
  });

  test('of the first event makes the next one the first', () => {
    const log = given(received('10', { color: 'red' }), adjusted('4', { quantity: '3' }));
    expect(log.when(retracted('e1')).state).toMatchObject({ quantity: '3', color: null });
  });

  test('again changes nothing', () => {
    const { state, comparison } = given(received('10'), received('5'), retracted('e2')).when(retracted('e2'));
    expect(state).toMatchObject({ quantity: '10' });
    expect(comparison).toMatchObject({ changes: [], conflicts: [] });
  });

  test('wins over an earlier correction', () => {
    const log = given(received('10'), corrected('e1', received('7')), retracted('e1'));
    expect(log.state).toBeNull();
  });

  test('can be undone by a later correction', () => {
    const { state } = given(received('10'), received('5'), retracted('e2')).when(
      corrected('e2', received('5')),
    );
    expect(state).toMatchObject({ quantity: '15' });
  });

  test('and its target may come as one batch', () => {
    const { state } = given(received('10')).when([received('5'), retracted('e2'), received('1')]);
    expect(state).toMatchObject({ quantity: '11' });
  });
});
