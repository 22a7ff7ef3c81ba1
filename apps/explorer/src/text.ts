/** Every text of the page, in one place; those about closings, the importer and signing in are in files beside it. */
import { closingsPage, differences } from './text-closings';
import { importText } from './text-import';
import { signIn } from './text-sign-in';
import { plural } from './plural';

export const text = {
  name: 'Hindsight',
  products: 'Products',
  stock: 'Stock',
  closings: 'Closings',
  api: 'API',
  plural,

  cursor: {
    title: 'Which moment, as known when',
    asOf: 'As of',
    asOfHelp: 'The moment you ask about',
    knownAt: 'As known at',
    knownAtHelp: 'Only what was recorded by then counts',
    now: 'now',
    toNow: 'Back to now',
    setNow: (label: string) => `${label}: now`,
    slider: (label: string) => `${label}: step through the events`,
    past: (asOf: string, knownAt: string) => `You see ${asOf}, as it ${knownAt}.`,
    asOfNow: 'the state now',
    at: (moment: string) => `the state on ${moment}`,
    knownNow: 'is known now',
    knownThen: (moment: string) => `was known on ${moment}`,
  },

  status: { available: 'available', low: 'low', outOfStock: 'out of stock' } as Readonly<
    Record<string, string>
  >,

  product: {
    reading: (count: number) => `Reading the log: ${plural(count, 'event')} so far …`,
    live: 'live',
    lost: 'not connected; trying again',
    quantity: 'quantity',
    knownNow: (quantity: string, difference: string) => `Known now: ${quantity} (${difference})`,
    same: 'What is known now says the same.',
    nothing: 'Nothing yet',
    nothingAt: (first: string) =>
      `At this moment the product does not exist yet. Its first event is on ${first}.`,
    nothingKnown: 'By then nothing was recorded of this product.',
    nothingCounts: 'None of its events counts any more.',
    goThere: 'Go there',
    unknown: (id: string) => `There is no product ${id} yet.`,
    first: 'Record its first event below, and it exists.',
    toProducts: 'All products',
    why: 'Why?',
    whySame: 'What was recorded since?',
    conflict: (deficit: string, moment: string) => `short by ${deficit} since ${moment}`,
    version: (version: number) => `version ${version}`,
  },

  line: {
    title: 'What was in stock',
    known: 'as known now',
    ghost: (moment: string) => `as believed on ${moment}`,
    draft: 'as it would be',
    nothing: 'No event counts yet.',
    range: (from: string, low: string, high: string, now: string) =>
      `Since ${from}, the quantity was between ${low} and ${high}; now it is ${now}.`,
    late: (count: number) =>
      `${plural(count, 'event')} ${count === 1 ? 'was' : 'were'} recorded late: ${count === 1 ? 'an arrow leads' : 'arrows lead'} from when ${count === 1 ? 'it was' : 'they were'} recorded to when ${count === 1 ? 'it counts' : 'they count'}.`,
    negative: 'It was negative at times.',
    future: (count: number) => `${plural(count, 'event')} ${count === 1 ? 'is' : 'are'} still to come.`,
    believed: (knownAt: string, asOf: string, believed: string, known: string) =>
      `On ${knownAt}, ${believed} was believed of ${asOf}; what is known now is ${known}.`,
    zoomIn: 'Zoom in',
    zoomOut: 'Zoom out',
    earlier: 'Earlier',
    later: 'Later',
    all: 'All',
    help: 'Click: as of that moment. Drag: zoom in. Keys: ← → step through the events, + and − zoom, 0 shows all, Shift with ← → pans.',
    futureLabel: 'to come',
  },

  map: {
    title: 'Both time axes',
    help: 'Across is when it happened, up is when it was recorded, and the color is the quantity that was believed. Dots are events; amber ones were recorded late. On the dashed diagonal, things were recorded as they happened.',
    byTime: 'by time',
    byOrder: 'by order',
    vertical: 'Vertical axis',
    cell: (quantity: string, asOf: string, knownAt: string) =>
      `${quantity} on ${asOf}, as known on ${knownAt}`,
    nothing: 'nothing',
    caption: 'Click sets both times. Keys: ← → as of, ↑ ↓ as known at.',
  },

  ledger: {
    title: 'The ledger behind the number',
    when: 'when',
    what: 'what',
    change: 'change',
    balance: 'balance',
    recorded: 'recorded',
    actions: 'correct or retract',
    earlier: (count: number) => `Show ${plural(count, 'earlier event')}, before the last count`,
    more: (count: number) => `Show ${plural(count, 'more event')}`,
    afterwards: 'after the moment shown',
    late: (distance: string) => `${distance} later`,
    ahead: (distance: string) => `${distance} ahead`,
    atOnce: 'at once',
    by: (who: string) => `by ${who}`,
    correctedBy: (moment: string) => `corrected on ${moment}`,
    retractedBy: (moment: string) => `retracted on ${moment}`,
    variance: (difference: string) => `counted ${difference}`,
    correct: 'Correct',
    retract: 'Retract',
    correctThis: (what: string, when: string) => `Correct: ${what}, ${when}`,
    retractThis: (what: string, when: string) => `Retract: ${what}, ${when}`,
    ends: (quantity: string) => `It ends in ${quantity}, which is what the API answers.`,
    isLate: 'recorded late',
    seeBefore: 'what was believed before?',
  },

  why: {
    explain: 'What makes this number?',
    explainThis: (quantity: string) => `${quantity}: what makes this number?`,
    explained: (count: number, quantity: string) =>
      `${plural(count, 'event')} since the last count, one after another, ${count === 1 ? 'makes' : 'make'} ${quantity}.`,
    opening: 'before',
    earlier: 'Show earlier events',
    total: 'So the quantity is',
    was: (parts: readonly string[]) =>
      `was ${parts.filter((part) => part !== '' && part !== '—').join(', ')}`,
    diff: 'What changed this number since?',
    differs: (knownAt: string, before: string, after: string) =>
      `On ${knownAt} it was believed to be ${before}; now it is known to be ${after}. These events were recorded in between:`,
    without: (count: number) =>
      count === 0 ? '' : `${plural(count, 'other event')} recorded since changed nothing at this moment.`,
    later: 'Show more events',
    sum: 'Together that makes',
    close: 'Close the explanation',
  },

  whatIf: {
    open: 'What if …?',
    title: 'What if …?',
    intro: 'Nothing is recorded until you say so. The green line is how it would be.',
    close: 'Close',
    type: 'event',
    when: 'happened at',
    whenHelp: 'Empty: the moment it is recorded.',
    more: 'More fields',
    optional: 'optional',
    clear: 'clear it',
    choose: 'choose …',
    target: 'the event to correct',
    replacement: 'what it should have been',
    incomplete: 'Fill in the fields that are required, and the line shows what would happen.',
    asking: 'Asking …',
    would: (before: string, after: string) => `The quantity now would be ${after} instead of ${before}.`,
    wouldStay: (quantity: string) => `The quantity now stays ${quantity}.`,
    changes: (count: number) => `${plural(count, 'later event')} would be affected.`,
    record: 'Record',
    recordFlagged: 'Record it anyway, flagged',
    recorded: (version: number) => `Recorded as version ${version}.`,
    refused: 'This is refused',
    conflicts: (count: number) => plural(count, 'conflict'),
    conflictAt: (deficit: string, moment: string) => `short by ${deficit} on ${moment}`,
    remedies: 'What would fit',
    fits: (quantity: string) => `Make it ${quantity}`,
    possibleFrom: (moment: string) => `Let it happen on ${moment}`,
    needs: (quantity: string, by: string) => `Receive ${quantity} by ${by} as well`,
    withReceipt: (quantity: string, moment: string) => `Together with a receipt of ${quantity} on ${moment}`,
    withoutReceipt: 'Without it',
    closed: 'What can be done with it',
    onLate: {
      carry: 'Carry it to the first open moment',
      reopen: 'Record it where it belongs; the closing’s difference shows it',
    },
    notSo: 'Undo this choice',
    receiptReason: 'needed for a later shipment',
  },

  workflow: {
    title: 'The path of an event through the workflow',
    intro:
      'Every append runs this state machine, in the cloud and here. The path of the chosen type is marked.',
    type: 'event type',
    failures: 'Named failures that it can end in',
    path: (states: string) => `Path: ${states}.`,
  },

  home: {
    intro: 'Stock as it is, as it was at any moment, and as it was believed to be at any other.',
    empty: 'Nothing is recorded here yet.',
    sampleYear: 'Load a sample year',
    sampleYearHelp:
      'Eight products of a gift shop: a year of receipts, sales and counts, with late news and corrections.',
    sampleThree: 'Load three events',
    sampleThreeHelp: 'One product: received, shipped, and its price adjusted.',
    loading: (done: number, all: number) =>
      `Recorded ${done.toLocaleString('en-US')} of ${plural(all, 'event')}`,
    open: 'Open or create',
    openHelp: 'a product id',
    go: 'Go',
    search: 'Id or name',
    filter: 'filter',
    filters: {
      all: 'all',
      outOfStock: 'out of stock',
      low: 'low',
      negative: 'negative',
      late: 'late news',
    },
    below: 'below',
    columns: {
      product: 'product',
      quantity: 'quantity',
      status: 'status',
      line: 'lately',
      price: 'price',
      changed: 'last change',
    },
    sort: 'by',
    sorts: { productId: 'id', quantity: 'quantity', changed: 'last change' },
    now: (difference: string) => `now ${difference}`,
    more: 'Show more',
    csv: 'CSV',
    none: 'No product matches.',
    clear: 'Show all',
    late: 'late news',
    comes: (moment: string) => `next event to come: ${moment}`,
  },

  import: importText,

  stockPage: {
    title: 'The stock of everything',
    compare: 'Compare',
    comparedWith: 'Compared with',
    emptyIsNow: 'empty: now',
    changed: (count: number) =>
      `${plural(count, 'product')} ${count === 1 ? 'differs' : 'differ'}; they come first.`,
    same: 'Nothing differs.',
    there: 'at the other',
    difference: 'difference',
    other: 'other fields',
    happened: (from: string, to: string) => `What happened between ${from} and ${to}`,
    learned: (from: string, to: string) => `What was learned between ${from} and ${to}`,
    rest: (change: string) => `Events before them, and further ones, contribute ${change} together.`,
    nothing: 'At this moment there is no product.',
  },

  closingsPage,
  differences,

  token: {
    title: 'This server asks for a token',
    help: 'It is kept in this tab until you close it, and sent to this server only.',
    label: 'token',
    wrong: 'The server does not accept this token.',
    use: 'Use it',
    forget: 'Forget the token',
  },

  signIn,

  copyCurl: 'copy as curl',
  copied: 'copied',
  retry: 'Try again',
  notFound: 'There is no such page.',
} as const;
