/** The texts about closings and differences. */
import { plural } from './plural';

export const closingsPage = {
  title: 'Periods that are closed, and what changed in them since',
  list: 'Closings',
  none: 'No period is closed yet. A closing keeps the stock at the end of a period for ever, and refuses what would change it.',
  closedThrough: (through: string) => `Everything through ${through} is closed.`,
  open: 'Nothing is closed: events may take effect at any time.',
  endOf: (day: string) => `the end of ${day}`,
  columns: {
    closing: 'closing',
    through: 'closes everything through',
    status: 'status',
    products: 'products',
    begun: 'closed',
  },
  status: { closing: 'waiting for its report', closed: 'closed', reopened: 'reopened' },
  later: 'begun after the moment shown',
  by: (who: string) => `by ${who}`,
  reopenedBy: (moment: string, who: string) => `reopened on ${moment} by ${who}`,
  waiting: 'The period is locked. Its report is stored as soon as no earlier append can still be under way.',
  begin: 'Close a period',
  beginHelp:
    'Nothing is closed until you say so. Afterwards, an event that takes effect in the period is refused, unless its sender chooses otherwise.',
  day: 'through the end of',
  id: 'id',
  idHelp: 'Names the closing for ever.',
  name: 'name for people',
  close: 'Close the period',
  begun: (id: string) => `Closing ${id} has begun.`,
  asking: 'Looking for what is missing …',
  ready: (products: string) => `The report would have ${products}. Nothing is missing.`,
  missing: (products: string) =>
    `The report would have ${products}. It can be closed like this; these would stay in it:`,
  unsettled: 'Answers cannot become final at the moment, and so the report has to wait.',
  settled: (moment: string) => `Answers are final through what was known on ${moment}.`,
  setAside: (count: number) => `${plural(count, 'product')} can’t be indexed:`,
  belowZero: (count: number) => `${plural(count, 'product')} below zero:`,
  conflicts: (count: number) => `${plural(count, 'broken rule')} that no later event has healed:`,
  conflict: (deficit: string, moment: string) => `short by ${deficit} since ${moment}`,
  report: 'The report',
  reportHelp: (moment: string) => `As it was known on ${moment}. It never changes.`,
  asStock: 'Open the stock at this moment',
  hide: 'Close the closing',
  reopen: 'Reopen',
  reopenTitle: (id: string) => `Reopen ${id}?`,
  reopenHelp:
    'Events may take effect in its period again. The closing and its report stay on record, and so does who reopened it.',
  reopenNow: 'Reopen the period',
  cancel: 'Cancel',
  reopened: (id: string) => `Closing ${id} is reopened.`,
  diff: 'What changed in this period since',
  against: 'compared with',
  now: 'what is known now',
  knownAt: (moment: string) => `what was known on ${moment}`,
  unchanged: 'Nothing changed: what is known of this period is what the report says.',
  changed: (count: number, hasMore: boolean) =>
    `${hasMore ? 'More than ' : ''}${plural(count, 'product')} ${count === 1 ? 'differs' : 'differ'} from the report, because of these events:`,
} as const;

export const differences = {
  reads: (before: string, after: string) => `${before} → ${after}`,
  rest: (change: string) => `Later events contribute ${change} together.`,
  all: 'All of them',
} as const;
