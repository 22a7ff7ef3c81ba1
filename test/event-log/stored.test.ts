import { verifyProduct } from '../support/log';
import type { EventItem } from '../../packages/event-log/src/storage/items';
import { decodeInvalidated } from '../../packages/event-log/src/storage/validity';
import { at, corrected, counted, received, retracted, stock as e } from '../support/commands';
import { itemsOf, opened } from '../support/items';
import { TickingLog } from '../support/ticking-log';

interface StoredStateAt {
  readonly state: Readonly<Record<string, unknown>>;
  readonly last?: { readonly version: number };
}

const EPOCH = Date.parse(at(0));
const seconds = (ms: number): number => (ms - EPOCH) / 1000;

/** What an event item says of the states at and after it: quantities, seconds, and spans as from..to@version. */
function footing(item: EventItem): string {
  const { at: own, tip } = opened<{ at?: StoredStateAt; tip?: StoredStateAt | null }>(item);
  const parts = [
    own && `at ${String(own.state['quantity'])}`,
    own?.last && `(of ${own.last.version})`,
    tip && `tip ${String(tip.state['quantity'])} (of ${tip.last?.version ?? 'itself'})`,
    tip === null && 'tip nothing',
    item.high && `high ${seconds(Date.parse(item.high))}`,
    ...decodeInvalidated(item.stale).map(
      ({ from, to, version }) => `${seconds(from)}..${seconds(to)}@${version}`,
    ),
  ];
  return parts.filter(Boolean).join(' ');
}

const c = (quantity: number, time: number) => counted(quantity, { effectiveAt: at(time) });

/** Appends, batches among them, and what the item of each event says then. Recorded from 1,001 s on. */
const cases: readonly [string, (object | object[])[], string[]][] = [
  ['an event in order', [e(5, 0), e(-2, 10)], ['at 5', 'at 3']],
  ['a late event', [e(5, 0), e(1, 10), e(2, 5)], ['at 5', 'at 6', 'at 7 tip 8 (of 2) high 10 5..10@3']],
  [
    'a late event that a count makes not matter',
    [e(5, 0), c(7, 10), e(-1, 20), e(-1, 30), e(2, 5)],
    ['at 5', 'at 7', 'at 6', 'at 5', 'at 7 tip 5 (of 4) high 30 5..20@5'],
  ],
  [
    'the same where nothing stands after the count',
    [e(5, 0), c(7, 10), e(2, 5)],
    ['at 5', 'at 7', 'at 7 tip 7 (of 2) high 10 5..10@3'],
  ],
  [
    'a correction',
    [e(5, 0, 'a'), e(-1, 10), corrected('a', received(6))],
    ['at 5', 'at 4', 'at 6 tip 5 (of 2) high 10 0..10@3'],
  ],
  [
    'a correction that moves the last event later',
    [e(5, 0), e(2, 1, 'a'), e(-1, 10), corrected('a', e(2, 20))],
    ['at 5', 'at 7', 'at 6', 'at 6 high 20 1..20@4'],
  ],
  [
    'a correction that moves an event back',
    [e(5, 0), e(2, 7, 'a'), e(-1, 10), corrected('a', e(2, 3))],
    ['at 5', 'at 7', 'at 6', 'at 7 tip 6 (of 3) high 10 3..10@4'],
  ],
  [
    'an event that is retracted and put back',
    [e(5, 0), e(2, 7, 'a'), e(-1, 10), retracted('a'), corrected('a', e(3, 7))],
    ['at 5', 'at 7', 'at 6', 'tip 4 (of 3) high 10 7..10@4', 'at 8 tip 7 (of 3) high 10 7..10@5'],
  ],
  [
    'a retraction of what is retracted',
    [e(5, 0), e(2, 7, 'a'), e(-1, 10), retracted('a'), retracted('a'), e(1, 20)],
    [
      'at 5',
      'at 7',
      'at 6',
      'tip 4 (of 3) high 10 7..10@4',
      'tip 4 (of 3) high 10 7..10@4',
      'at 5 7..19.999@4',
    ],
  ],
  [
    'a retraction of all that there was',
    [e(5, 0, 'a'), retracted('a'), e(1, 20)],
    ['at 5', 'tip nothing high 0 0..0@2', 'at 1 0..19.999@2'],
  ],
  [
    'a retraction of the last event',
    [e(5, 0), e(-2, 10, 'a'), retracted('a'), e(1, 20)],
    ['at 5', 'at 3', 'tip 5 (of 1) high 10 10..10@3', 'at 6 10..19.999@3'],
  ],
  [
    'events in order after a late one',
    [e(5, 0), e(1, 10), e(2, 5), e(1, 20), e(1, 30)],
    ['at 5', 'at 6', 'at 7 tip 8 (of 2) high 10 5..10@3', 'at 9 5..19.999@3', 'at 10 5..19.999@3'],
  ],
  [
    'one of the very same millisecond',
    [e(5, 0), e(1, 10), e(2, 5), e(1, 10), e(1, 30)],
    [
      'at 5',
      'at 6',
      'at 7 tip 8 (of 2) high 10 5..10@3',
      'at 9 5..9.999@3 10..10@4',
      'at 10 5..9.999@3 10..29.999@4',
    ],
  ],
  [
    'events in order after stale states that end before',
    [e(5, 0), c(7, 10), e(-1, 20), e(-1, 30), e(2, 5), e(1, 40)],
    ['at 5', 'at 7', 'at 6', 'at 5', 'at 7 tip 5 (of 4) high 30 5..20@5', 'at 6 5..20@5'],
  ],
  ['a batch in order', [e(5, 0), [e(1, 10), e(2, 20)]], ['at 5', 'at 6', 'at 8']],
  ['a batch of one millisecond', [e(5, 0), [e(1, 10), e(2, 10)]], ['at 5', 'at 6', 'at 8']],
  [
    'a batch after all else, not in order',
    [e(5, 0), [e(1, 20), e(2, 10)]],
    ['at 5', '10..20@3', 'at 7 tip 8 (of 2) high 20 10..20@3'],
  ],
  [
    'the same as the first of all',
    [[e(1, 20), e(2, 10)], e(1, 30)],
    ['10..20@2', 'at 2 tip 3 (of 1) high 20 10..20@2', 'at 4 10..29.999@2'],
  ],
  ['a batch in order as the first of all', [[e(1, 10), e(2, 20)]], ['at 1', 'at 3']],
  [
    'a batch that is late in part',
    [e(5, 0), e(1, 30), [e(1, 10), e(2, 40)]],
    ['at 5', 'at 6', 'high 40 10..40@4', 'at 9 10..40@4'],
  ],
  [
    'a batch that is late in its middle',
    [e(5, 0), e(1, 30), [e(2, 40), e(1, 10), e(1, 20)]],
    ['at 5', 'at 6', '10..40@5', 'high 40 10..40@5', 'at 7 tip 10 (of 3) high 40 10..40@5'],
  ],
  [
    'a batch that moves its own event later',
    [e(5, 0), [e(1, 20, 'a'), corrected('a', e(1, 30))], e(1, 40)],
    ['at 5', 'high 30 20..30@3', 'at 6 high 30 30..30@3', 'at 7 30..39.999@3'],
  ],
  [
    'a batch that moves its own event back',
    [e(5, 0), [e(1, 20, 'a'), corrected('a', e(1, 10))], e(1, 40)],
    ['at 5', '10..20@3', 'at 6 high 20 10..10@3', 'at 7 10..10@3'],
  ],
  [
    'a batch that corrects its own event',
    [e(5, 0), [e(1, 20, 'a'), corrected('a', e(3, 20))], e(1, 40)],
    ['at 5', '20..20@3', 'at 8 high 20 20..20@3', 'at 9 20..39.999@3'],
  ],
  [
    'a batch that takes its own event back',
    [e(5, 0), e(1, 10), e(1, 5), [e(1, 20, 'a'), retracted('a')], e(1, 40)],
    [
      'at 5',
      'at 6',
      'at 6 tip 7 (of 2) high 10 5..10@3',
      '5..10@3 20..20@5',
      'tip 7 (of 2) high 20 5..10@3',
      'at 8 5..10@3',
    ],
  ],
  [
    'a batch that takes one of its own events back',
    [e(5, 0), [e(1, 20, 'a'), retracted('a'), e(1, 30)], e(1, 40)],
    ['at 5', 'high 30 20..30@4', 'high 30 20..30@4', 'at 6 30..30@4', 'at 7 30..39.999@4'],
  ],
  [
    'a batch that takes its own late event back',
    [e(5, 0), e(1, 10), [e(1, 5, 'a'), retracted('a')], e(1, 40)],
    ['at 5', 'at 6', 'high 10 5..10@4', 'tip 6 (of 2) high 10', 'at 7'],
  ],
  [
    'a batch that retracts and goes on',
    [e(5, 0), e(1, 10, 'a'), [retracted('a'), e(1, 20)], e(1, 40)],
    ['at 5', 'at 6', 'high 20 10..20@4', 'at 6 10..20@4', 'at 7 10..39.999@4'],
  ],
  [
    'a batch that retracts in its middle',
    [e(5, 0), e(1, 10, 'a'), e(1, 15), [e(1, 20), retracted('a'), e(1, 25)], e(1, 40)],
    ['at 5', 'at 6', 'at 7', 'high 25 10..25@6', 'high 25 10..25@6', 'at 8 10..25@6', 'at 9 10..39.999@6'],
  ],
  [
    'a batch in order after stale states',
    [e(5, 0), e(1, 10), e(1, 5), [e(1, 20), e(1, 30)]],
    ['at 5', 'at 6', 'at 6 tip 7 (of 2) high 10 5..10@3', 'at 8 5..19.999@3', 'at 9 5..19.999@3'],
  ],
  [
    'a batch not in order after stale states',
    [e(5, 0), e(1, 10), e(1, 5), [e(1, 30), e(1, 20)]],
    [
      'at 5',
      'at 6',
      'at 6 tip 7 (of 2) high 10 5..10@3',
      '5..19.999@3 20..30@5',
      'at 8 tip 9 (of 4) high 30 5..19.999@3 20..30@5',
    ],
  ],
  [
    'an event after one that was moved beyond it',
    [e(5, 0), e(1, 10, 'a'), corrected('a', e(1, 30)), e(1, 20)],
    ['at 5', 'at 6', 'at 6 high 30 10..30@3', 'at 6 tip 7 (of 2) high 30 10..19.999@3 20..30@4'],
  ],
  [
    'late events at two places, neither of which matters long',
    [e(5, 0), c(7, 10), e(-1, 11), c(3, 30), e(-1, 31), e(1, 40), e(1, 25), e(1, 5)],
    [
      'at 5',
      'at 7',
      'at 6',
      'at 3',
      'at 2',
      'at 3',
      'at 7 tip 3 (of 6) high 40 25..31@7',
      'at 6 tip 3 (of 6) high 40 5..11@8 25..31@7',
    ],
  ],
];

describe('what is stored with each event', () => {
  const ticking = new TickingLog();
  const { own } = ticking;

  it.each(cases)(
    'says which states are right, and which are not any more: %s',
    async (_, bodies, expected) => {
      for (const body of bodies) await ticking.append(body);
      const items = await itemsOf<EventItem>(own.table, own.product, 'v#');
      expect(items.map(footing)).toEqual(expected);
      expect((await verifyProduct(own.table, own.product)).difference).toBeUndefined();
    },
  );
});
