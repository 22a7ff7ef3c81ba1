import { effectiveEventOf } from '@hindsight/bitemporal';
import {
  parseEvents,
  registry,
  type ChangeContent,
  type ProductState,
  type RecordedEvent,
} from '@hindsight/domain';
import { CheckerError, Unfolding } from '../../packages/event-log/src/maintenance/verify/unfolding';

const at = (minute: number): string => new Date(Date.UTC(2026, 2, 1, 12, minute)).toISOString();

function recorded(version: number, minute: number, quantity: number): RecordedEvent {
  const sent = { eventId: `e${version}`, eventType: 'productReceived', quantity, effectiveAt: at(minute) };
  const parsed = parseEvents(registry, sent, { productId: 'anvil', newId: () => '' });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
  return {
    ...parsed.events[0],
    version,
    recordedAt: at(30 + version),
    effectiveAt: at(minute),
  } as RecordedEvent;
}

describe('the check itself is checked against the definition', () => {
  const log = [recorded(1, 0, 5), recorded(2, 10, 2), recorded(3, 5, 1)];
  let unfolding: Unfolding<ProductState, ChangeContent>;
  beforeEach(() => {
    unfolding = new Unfolding(registry, 'anvil');
    for (const event of log)
      unfolding.apply({ removed: null, inserted: effectiveEventOf(registry, event, event) });
  });

  it('and agrees, with late events as well', () => {
    expect(() => unfolding.assertDefinition(log)).not.toThrow();
    expect(unfolding.latest?.state.quantity).toBe('8');
  });

  it('and says so if it counts other events', () => {
    for (const other of [log.slice(0, 2), [...log, recorded(4, 20, 1)]])
      expect(() => unfolding.assertDefinition(other)).toThrow(CheckerError);
    expect(() => unfolding.assertDefinition(log.slice(0, 2))).toThrow(
      'the checker has 3 effective events, and the definition 2',
    );
  });

  it('and says so where a state is another', () => {
    const [, slot] = unfolding.slots;
    if (slot?.state) slot.state = { ...slot.state, last: { ...slot.state.last, eventType: 'x' } };
    const error = (() => {
      try {
        return unfolding.assertDefinition(log);
      } catch (reason) {
        return reason;
      }
    })();
    expect(error).toMatchObject({
      name: 'CheckerError',
      message: `the checker differs from the definition at ${at(5)}#000000000003`,
    });
  });
});
