import { atOf, change, conflictOf, key, type Planted, type State } from './planting';
import { resealed } from './workshop';

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
    found: { invariant: 'state-kept', version: 4 },
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
    what: 'a late event does not say what is stale',
    found: { invariant: 'stale-coverage', version: 6 },
    plant: change(key(6), (item) => delete item['stale']),
  },
  {
    what: 'the newest event forgets what is stale',
    found: { invariant: 'stale-coverage', version: 15 },
    plant: change(key(15), (item) => delete item['stale']),
  },
  {
    what: 'spans overlap',
    found: { invariant: 'stale-spans', version: 6 },
    plant: change(key(6), (item) => (item['stale'] = `${String(item['stale'])};${String(item['stale'])}`)),
  },
  {
    what: 'a checkpoint lies',
    found: { invariant: 'checkpoint-truth', version: 14 },
    plant: async (shop) =>
      shop.put(resealed(shop.item('c#'), (body) => body.replace('"quantity":"17"', '"quantity":"18"'))),
  },
  {
    what: 'a checkpoint leaves out a fact',
    found: { invariant: 'checkpoint-truth', version: 14 },
    plant: async (shop) =>
      shop.put(
        resealed(shop.item('c#'), (body) => {
          const content = JSON.parse(body) as { states: unknown[] };
          content.states.splice(-1);
          return JSON.stringify(content);
        }),
      ),
  },
  {
    what: 'a checkpoint includes events that are not there',
    found: { invariant: 'checkpoint-version', version: 99 },
    plant: async (shop) => shop.put(resealed(shop.item('c#'), (body) => body, 99)),
  },
  {
    what: 'a checkpoint says that it includes less than it does',
    found: { invariant: 'checkpoint-truth', version: 5 },
    plant: async (shop) => shop.put(resealed(shop.item('c#'), (body) => body, 5)),
  },
  {
    what: 'an item is none of the log',
    found: { invariant: 'known-item', version: null, item: 'note#1' },
    plant: (shop) => shop.put({ sk: 'note#1' }),
  },
  {
    what: 'an item lacks what it should hold',
    found: { invariant: 'readable-item', version: null, item: key(3) },
    plant: change(key(3), (item) => delete item['event']),
  },
];
