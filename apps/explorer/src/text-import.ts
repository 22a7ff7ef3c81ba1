import type { Choice, Field, FormatOptions, Kind } from '@hindsight/import';

const count = (number: number, one: string, many = `${one}s`): string =>
  `${number.toLocaleString('en-US')} ${number === 1 ? one : many}`;

const labels = {
  encoding: 'Encoding',
  delimiter: 'Delimiter',
  kind: 'Kind of file',
  dates: 'Dates',
  tz: 'Time zone',
  decimal: 'Decimal mark',
  currency: 'Currency',
  at: 'Counted at',
} as const;

/** The texts of the page that imports a file. */
export const importText = {
  title: 'Import a file',
  nav: 'Import',
  intro:
    'Sales, receipts, movements, stock counts or events: a CSV file from a spreadsheet or another program, or NDJSON; also packed (.gz, .zip). Nothing is sent until you have seen how it is read.',
  choose: 'Choose a file',
  chooseAnother: 'Choose another file',
  drop: 'or drop it here',
  hint: 'Drop a CSV file anywhere on this page to import it, or',
  chooseOne: 'choose one',
  dropAnywhere: 'Drop the file to import it',
  offerHelp: 'A CSV file, from a spreadsheet or another program. Choose it, or drop it on this page.',
  again: 'Import another file',
  oneFile: (files: number) => `You dropped ${files} files. Import one at a time.`,
  noMemory: 'The browser could not read the file. Import it by the command line: hindsight import FILE.',
  size: (bytes: number) =>
    bytes < 1_024
      ? count(bytes, 'byte')
      : bytes < 1_048_576
        ? `${(bytes / 1_024).toFixed(0)} KB`
        : `${(bytes / 1_048_576).toFixed(1)} MB`,
  reading: 'Reading the file',
  unreadable: 'This file can’t be imported as it is',
  unclear: 'One thing is not clear from the file',

  format: 'How the file is read',
  detect: 'detect it',
  labels,
  names: {
    encoding: labels.encoding,
    delimiter: labels.delimiter,
    kind: labels.kind,
    columns: 'Columns',
    dates: labels.dates,
    time: labels.at,
    decimals: labels.decimal,
  } satisfies Readonly<Record<Choice['name'], string>>,
  help: {
    encoding: '',
    delimiter: '',
    kind: '',
    dates: '',
    decimal: '',
    tz: 'of times without an offset',
    currency: 'of prices without one; the server has a default',
    at: 'for lines without a time',
  },
  examples: { currency: 'EUR', at: '2026-10-31' },
  here: (zone: string) => `${zone} (yours)`,
  kinds: {
    sales: 'sales: a quantity above zero was shipped',
    receipts: 'receipts: a quantity above zero came in',
    movements: 'movements: plus came in, minus went out',
    counts: 'counts: what was there',
    events: 'events of Hindsight',
  } satisfies Readonly<Record<Kind, string>>,
  delimiters: { ',': 'comma', ';': 'semicolon', tab: 'tab', '|': 'bar' },
  marks: { '.': 'point: 1,234.5', ',': 'comma: 1.234,5' },
  dateFormats: {
    iso: '2026-10-31',
    dmy: '31.10.2026 or 31/10/2026',
    mdy: '10/31/2026',
    excel: 'days of a spreadsheet: 46326',
    unix: 'seconds since 1970',
  },

  columns: 'What the columns are',
  column: 'column',
  values: 'first values',
  is: 'is',
  ignored: 'ignored',
  unused: (kind: string) => `not used in a file of ${kind}`,
  noName: (number: number) => `column ${number}`,
  which: (column: string) => `What ${column} is`,
  fields: {
    effectiveAt: 'date and time',
    timeOfDay: 'time of day',
    document: 'document (invoice, order)',
    cancelledAt: 'when it was canceled',
    eventId: 'id of the line',
    productId: 'product',
    quantityIn: 'quantity in',
    quantityOut: 'quantity out',
    quantity: 'quantity',
    eventType: 'type of movement',
    unitPrice: 'unit price',
    currency: 'currency',
    name: 'name',
    unit: 'unit',
    color: 'color',
    size: 'size',
    reorderPoint: 'reorder point',
    reason: 'reason',
    country: 'country',
  } satisfies Readonly<Record<Field, string>>,

  check: 'What would be imported',
  first: 'The first lines, as they are understood:',
  none: 'The file has no line that can be imported.',
  counts: (events: number, lines: number, products: number) =>
    `${count(events, 'event')} of ${count(products, 'product')}, from ${count(lines, 'line')}. Nothing was sent yet.`,
  withoutEffect: (lines: number) => `${count(lines, 'line')} with a quantity of 0 moves nothing.`,
  allFit: 'Every line can be read.',
  refused: (lines: number) => `${count(lines, 'line')} can’t be imported`,
  refusedHelp:
    'The numbers are those of an editor. Correct them in the file and choose it again, or import the others and correct these later, in a file of their own.',
  line: (number: number) => `line ${number.toLocaleString('en-US')}`,
  lineHead: 'line',
  why: 'reason',
  showAll: (lines: number) => `Show ${count(lines, 'more line')}`,
  inFile: (lines: number) => `and ${count(lines, 'more line')}, which the file has`,
  save: 'Save these lines as a file',
  command: 'copy as command',
  conflicts: 'If the stock of a product would fall below zero',
  policies: {
    reject: 'refuse that line, and the product’s later lines',
    flag: 'record it, and flag the product',
  },
  rulesLater: 'Whether the stock suffices is judged when the lines are sent.',
  start: (events: number, isRest: boolean) =>
    isRest ? `Import the other ${count(events, 'event')}` : `Import ${count(events, 'event')}`,

  progress: 'Import',
  sent: (done: number, all: number) => `${done.toLocaleString('en-US')} of ${count(all, 'event')}`,
  comparing: 'Comparing the log with the file',
  meanwhile: 'You can look at other pages meanwhile; keep this tab open.',
  stop: 'Stop',
  stopping: 'Stopping after the requests under way',
  stopped: 'Stopped. Nothing is lost, and nothing is recorded twice when you go on.',
  failed: 'The import stopped',
  goOn: 'Go on',
  later: 'You can also choose the same file again later: what is recorded is not recorded twice.',
  done: 'Imported',
  doneWithRefused: 'Imported, except for some lines',
  doneWithDifference: 'The log does not have what the file has',
  same: 'Each product has in the log what a separate sum over the file says.',
  toProducts: 'See the products',
};

/** An option of the command line as the page calls it. */
export const inWords = (message: string): string =>
  message
    .replace(/give --at, such as --at (\S+)/, `fill in “${labels.at}”, such as $1`)
    .replace(
      /--(encoding|delimiter|kind|dates|tz|decimal|currency|at)\b/g,
      (_, name: keyof FormatOptions & keyof typeof labels) => `“${labels[name]}”`,
    )
    .replace('--on-conflict flag', `choose “${importText.policies.flag}”`)
    .replace(/--map "?(\w+)=[^"]*"?/, 'choose the column');
