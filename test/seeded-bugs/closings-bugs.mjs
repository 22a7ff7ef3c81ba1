/** Bugs of closings, which the orders of the named section must find. */
const section = 'closings: late events';
const log = (file) => `packages/event-log/src/${file}`;
const views = (file) => `packages/views/src/${file}`;

export const closingsBugs = [
  {
    name: 'a lock is kept too long',
    section,
    file: log('closings/lock.ts'),
    find: '(since[index] ?? -Infinity)) < keptMs);',
    replace: '(since[index] ?? -Infinity)) < 15 * keptMs);',
  },
  {
    name: 'a report does not wait until K is settled',
    section,
    file: views('closings.ts'),
    find: '!isSettledAt(knownAt, await views.settled())',
    replace: 'knownAt > clock().toISOString()',
  },
];
