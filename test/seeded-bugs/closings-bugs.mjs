/** Bugs of closings that the orders of the named section find soon. `campaign -- closings` plants others. */
const section = 'closings: late events';
const log = (file) => `packages/event-log/src/${file}`;

export const closingsBugs = [
  {
    name: 'a lock is kept too long',
    section,
    file: log('closings/lock.ts'),
    find: '(since[index] ?? -Infinity)) < keptMs);',
    replace: '(since[index] ?? -Infinity)) < 15 * keptMs);',
  },
];
