import { atOf, change, conflictOf, key, type Planted, type State } from './planting';
import { resealed } from './workshop';

const noon = (seconds: number): string => `2026-03-01T12:00:${String(seconds).padStart(2, '0')}.000Z`;
const uncovered = (version: number): string =>
  `an interval over 2026-03-01T11:00:00.000Z that asks for more than version ${version}, whose stored state the fold no longer gives`;

/** Changes a part of the first run that an item lists. */
const changed =
  (edit: (run: string[]) => void) =>
  (body: string): string => {
    const content = JSON.parse(body) as { entries: string[] };
    const [first = '', ...others] = content.entries;
    const run = first.split(',');
    edit(run);
    return JSON.stringify({ ...content, entries: [run.join(), ...others] });
  };

/** What can be wrong with the states that are stored along, and with the rest. */
export const plantedInStates: readonly Planted[] = [
  {
    what: 'a state differs from the fold',
    found: { invariant: 'state-at-event', version: 5 },
    plant: change(key(5), (item) => (atOf(item)['quantity'] = '9')),
  },
  {
    what: 'a state is not one that can be',
    found: { invariant: 'state-shape', version: 5, expected: 'available', found: 'outOfStock' },
    plant: change(key(5), (item) => (atOf(item)['status'] = 'outOfStock')),
  },
  {
    what: 'a shortage does not show',
    found: { invariant: 'conflict-visible', version: 9, found: 'nothing' },
    plant: change(key(9), (item) => delete atOf(item)['conflicts']),
  },
  {
    what: 'a shortage is said to be less than it is',
    found: { invariant: 'conflict-visible', version: 9 },
    plant: change(key(9), (item) => (conflictOf(item)['deficit'] = '1')),
  },
  {
    what: 'a shortage is laid on another event',
    found: { invariant: 'state-at-event', version: 9 },
    plant: change(key(9), (item) => (conflictOf(item)['version'] = 1)),
  },
  {
    what: 'the state after all differs from the fold',
    found: { invariant: 'state-after-all', version: 6 },
    plant: change(key(6), (item) => {
      (item['tip'] as { state: State }).state['quantity'] = '11';
    }),
  },
  {
    what: 'an append kept no state',
    found: {
      invariant: 'state-kept',
      version: 4,
      expected: 'the last event of an append keeps the state that it led to',
    },
    plant: change(key(4), (item) => delete item['at']),
  },
  {
    what: 'the latest effective time is too early',
    found: { invariant: 'latest-effective-time', version: 6 },
    plant: change(key(6), (item) => (item['high'] = '2026-03-01T12:00:01.000Z')),
  },
  {
    what: 'the latest effective time is too late',
    found: { invariant: 'latest-effective-time', version: 6 },
    plant: change(key(6), (item) => (item['high'] = '2026-03-01T12:00:59.000Z')),
  },
  {
    what: 'an event inside a batch knows of a time that no event of the batch has',
    found: { invariant: 'latest-effective-time', version: 11, found: noon(59) },
    plant: change(key(11), (item) => (item['high'] = noon(59))),
  },
  {
    what: 'a late event does not say what is stale',
    found: {
      invariant: 'invalidated-coverage',
      version: 6,
      expected: uncovered(2),
      found: 'no interval there',
    },
    plant: change(key(6), (item) => delete item['stale']),
  },
  {
    what: 'the newest event forgets what is stale',
    found: { invariant: 'invalidated-coverage', version: 15 },
    plant: change(key(15), (item) => delete item['stale']),
  },
  {
    what: 'spans overlap',
    found: {
      invariant: 'invalidated-intervals',
      version: 6,
      expected: expect.stringContaining('in order and disjoint, none beyond') as string,
    },
    plant: change(key(6), (item) => (item['stale'] = `${String(item['stale'])};${String(item['stale'])}`)),
  },
  {
    what: 'a summary lies',
    found: { invariant: 'summary-truth', version: 14 },
    plant: async (shop) =>
      shop.put(
        resealed(
          shop.item('root#'),
          changed((run) => (run[5] = '5')),
        ),
      ),
  },
  {
    what: 'a summary leaves out an event',
    found: { invariant: 'summary-truth', version: 14 },
    plant: async (shop) =>
      shop.put(
        resealed(
          shop.item('root#'),
          changed((run) => (run[4] = '1')),
        ),
      ),
  },
  {
    what: 'a summary includes events that are not there',
    found: { invariant: 'summary-version', version: 99, expected: 'at most 15', found: '99' },
    plant: async (shop) => shop.put(resealed(shop.item('root#'), (body) => body, 99)),
  },
  {
    what: 'a summary says that it includes less than it does',
    found: { invariant: 'summary-truth', version: 5 },
    plant: async (shop) => shop.put(resealed(shop.item('root#'), (body) => body, 5)),
  },
  {
    what: 'an item is none of the log',
    found: { invariant: 'known-item', version: null, item: 'note#1', expected: 'an item of the log' },
    plant: (shop) => shop.put({ sk: 'note#1' }),
  },
  {
    what: 'an item lacks what it should hold',
    found: { invariant: 'readable-item', version: null, item: key(3), expected: 'an item that can be read' },
    plant: change(key(3), (item) => delete item['event']),
  },
  {
    what: 'a state after all is not one that can be',
    found: { invariant: 'state-shape', version: 6, expected: 'available', found: 'outOfStock' },
    plant: change(key(6), (item) => {
      (item['tip'] as { state: State }).state['status'] = 'outOfStock';
    }),
  },
  ...['08', '8.0', '8.10', '-0', '+8', 'x8', '8x', '.5', '', '8,5'].map((quantity) => ({
    what: `a quantity is written as ${quantity || 'nothing'}`,
    found: {
      ...({ invariant: 'state-shape', version: 5 } as const),
      ...{ expected: 'a canonical decimal', found: quantity },
    },
    plant: change(key(5), (item) => (atOf(item)['quantity'] = quantity)),
  })),
  ...['0.125', '12.5', '100.001'].map((quantity) => ({
    what: `a quantity is ${quantity}, which is well written`,
    found: { invariant: 'state-at-event', version: 5 } as const,
    plant: change(key(5), (item) => (atOf(item)['quantity'] = quantity)),
  })),
  {
    what: 'a retraction has a state of its own',
    found: { invariant: 'state-at-event', version: 8, expected: 'no state: the event counts nowhere' },
    plant: change(key(8), (item) => (item['at'] = item['tip'])),
  },
  {
    what: 'a late event asks for no more than is wrong',
    found: { invariant: 'invalidated-coverage', version: 6, expected: uncovered(2) },
    plant: change(key(6), (item) => (item['stale'] = String(item['stale']).replace(/,6,.*$/, ',2'))),
  },
  {
    what: 'spans touch',
    found: { invariant: 'invalidated-intervals', version: 6 },
    plant: change(key(6), (item) => {
      const [, to] = String(item['stale']).split(',');
      item['stale'] = `${String(item['stale'])};${to},${to},6`;
    }),
  },
  {
    what: 'a span lasts beyond the last event',
    found: { invariant: 'invalidated-intervals', version: 6 },
    plant: change(key(6), (item) => {
      const [from, to] = String(item['stale']).split(',');
      item['stale'] = `${from},${(parseInt(to ?? '', 36) + 1).toString(36)},6`;
    }),
  },
  {
    what: 'a span ends before it begins',
    found: { invariant: 'invalidated-intervals', version: 6 },
    plant: change(key(6), (item) => {
      const [from, to] = String(item['stale']).split(',');
      item['stale'] = `${to},${from},6`;
    }),
  },
];
