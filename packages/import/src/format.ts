import { parseTimeOrDay, timeZoneOf, type TimeZone } from '@hindsight/domain';
import { FIELDS, type Field } from './column-names';
import { columnsOf, requireColumns, type Columns } from './columns';
import { DATE_FORMATS, dateFormatOf, hasOffset, type DateFormat } from './dates';
import { kindOf, requiredBy, type Kind } from './kinds';
import { recognize } from './known-exports';
import { MalformedFile, Unclear } from './malformed-file';
import { amountIn, decimalMarkOf, type DecimalMark } from './numbers';
import type { Source } from './source';

/** The format options that the caller gives. All others are detected and reported. */
export interface FormatOptions {
  readonly kind?: Kind;
  /** `FIELD=COLUMN` */
  readonly map?: readonly string[];
  readonly delimiter?: string;
  readonly decimal?: DecimalMark;
  readonly dates?: DateFormat;
  readonly tz?: string;
  readonly encoding?: string;
  /** When the lines without a time happened. */
  readonly at?: string;
  /** Of prices without one. */
  readonly currency?: string;
}

const NUMBERS = ['quantity', 'quantityIn', 'quantityOut', 'unitPrice', 'reorderPoint'] as const;
type NumberField = (typeof NUMBERS)[number];

/** How a file is to be read. */
export interface Format {
  readonly source: Source;
  readonly kind: Kind;
  readonly delimiter: string;
  /** Lines before the header: Excel's `sep=;`, and comments. */
  readonly skippedLines: number;
  readonly header: readonly string[];
  readonly columns: Columns;
  readonly dates: DateFormat;
  readonly zone: TimeZone;
  /** When a line without a time happened; empty: it must have one. */
  readonly at: string;
  readonly currency: string;
  readonly marks: Readonly<Record<NumberField, DecimalMark>>;
  /** Quantities have the sign of their movement, so a type that is not known adds nothing. */
  readonly signed: boolean;
  readonly report: readonly Choice[];
}

/** What was chosen of a format and how, for people. */
export interface Choice {
  readonly name: 'encoding' | 'delimiter' | 'kind' | 'columns' | 'dates' | 'time' | 'decimals';
  readonly text: string;
}

const DELIMITERS = [',', ';', '\t', '|'];
const NAMES: Readonly<Record<string, string>> = { ',': 'comma', ';': 'semicolon', '\t': 'tab', '|': 'bar' };

/** Lines before the header, and the delimiter that Excel's `sep=;` names among them. */
function preambleOf(lines: readonly string[]): { skippedLines: number; separator: string | undefined } {
  let separator: string | undefined;
  for (const [index, line] of lines.entries()) {
    const [, named] = /^"?sep=([^"])"?$/.exec(line) ?? [];
    separator = named ?? separator;
    const isHeader = named === undefined && !line.startsWith('#') && line.trim() !== '';
    if (isHeader) return { skippedLines: index, separator };
  }
  return { skippedLines: 0, separator };
}

/** The delimiter that divides the header into the most columns. */
function detected(header: string): string {
  const unquoted = header.replace(/"[^"]*"/g, '');
  const counts = DELIMITERS.map((one) => unquoted.split(one).length);
  return DELIMITERS[counts.indexOf(Math.max(...counts))] ?? ',';
}

export interface Layout {
  readonly skippedLines: number;
  readonly delimiter: string;
  readonly report: string;
}

/** The preamble before the header, and the column separator. */
export function layoutOf(sample: string, given: string | undefined): Layout {
  const lines = sample.split(/\r\n|\n|\r/);
  const { skippedLines, separator } = preambleOf(lines);
  const option = given === 'tab' || given === '\\t' ? '\t' : given;
  const delimiter = option ?? separator ?? detected(lines[skippedLines] ?? '');
  const by = option !== undefined ? 'option' : separator !== undefined ? 'sep= line' : 'detected';
  return { skippedLines, delimiter, report: `${NAMES[delimiter] ?? delimiter} (${by})` };
}

const MARKS = { '.': 'point', ',': 'comma' };

function markOf(field: Field, values: readonly string[], given: DecimalMark | undefined): DecimalMark {
  const mark = given ?? decimalMarkOf(values);
  if (mark !== undefined) return mark;
  const example = values.find((value) => value.includes(',')) ?? '';
  throw new Unclear(
    `it is not clear whether the comma in ${field} "${example}" separates the fraction or groups digits; give --decimal . or --decimal ,`,
    {
      option: 'decimal',
      text: `Which character separates the fraction in "${example}"?`,
      choices: ['.', ','],
    },
  );
}

function datesOf(values: readonly string[], given: DateFormat | undefined): DateFormat {
  if (given !== undefined) return given;
  const { format, example } = dateFormatOf(values);
  if (format !== undefined) return format;
  const shown = example || (values[0] ?? '');
  throw new Unclear(
    `it is not clear how effectiveAt "${shown}" is to be read; give --dates dmy, mdy, iso, excel or unix`,
    { option: 'dates', text: `How is the date "${shown}" written?`, choices: DATE_FORMATS },
  );
}

function zoneOf(name: string): TimeZone {
  const zone = timeZoneOf(name);
  if (zone !== undefined) return zone;
  throw new MalformedFile(`--tz must be a time zone such as Europe/Berlin or +02:00, not "${name}"`);
}

/** The time of lines that have none. @throws MalformedFile if it is none, Unclear if counts need one */
function momentOf({ at }: FormatOptions, zone: TimeZone, needed: boolean): string {
  if (at === undefined && needed)
    throw new Unclear(
      'the file does not say when the stock was counted; give --at, such as --at 2026-10-31',
      {
        ...{ option: 'at', text: 'When was the stock counted (a date, or a time)?', choices: [] },
      },
    );
  if (at === undefined) return '';
  const moment = parseTimeOrDay(at, zone, 'first');
  if (moment === undefined)
    throw new MalformedFile(
      `--at must be a date such as 2026-10-31, or RFC 3339 with an offset, not "${at}"`,
    );
  return moment;
}

/** What a column says in each record of a sample. */
const sampleOf =
  (columns: Columns, records: readonly (readonly string[])[]) =>
  (field: Field): readonly string[] => {
    const at = columns.get(field);
    if (at === undefined) return [];
    return records.map((record) => record[at]?.trim() ?? '').filter((text) => text !== '');
  };

function columnsReport(header: readonly string[], columns: Columns): Choice {
  const used = FIELDS.flatMap((field) => {
    const at = columns.get(field);
    return at === undefined ? [] : [`${field} = ${header[at]}`];
  });
  const ignored = header.filter((name, index) => name !== '' && ![...columns.values()].includes(index));
  const rest = ignored.length > 0 ? `; ignored: ${ignored.join(', ')}` : '';
  return { name: 'columns', text: `${used.join(', ')}${rest}` };
}

export const sourceReport = ({ encoding, encodingBy, bytes: { compression } }: Source): Choice => ({
  name: 'encoding',
  text: `${encoding} (${encodingBy})${compression === 'none' ? '' : `, ${compression}`}`,
});

/** What is known before a kind is chosen. */
export const layoutReport = (source: Source, layout: Layout): readonly Choice[] => [
  sourceReport(source),
  { name: 'delimiter', text: layout.report },
];

/** The first header that a file of events has. */
const eventsFormat = (source: Source, layout: Layout, header: readonly string[]) => ({
  ...{ source, kind: 'events' as const, header, columns: new Map(), dates: 'iso' as const, signed: true },
  ...{ delimiter: layout.delimiter, skippedLines: layout.skippedLines },
  marks: marksOf(() => '.'),
});

const marksOf = (of: (field: NumberField) => DecimalMark): Format['marks'] =>
  Object.fromEntries(NUMBERS.map((field) => [field, of(field)])) as Format['marks'];

/** The times of a sample as their lines write them, date and time of day together. */
function timesOf(columns: Columns, records: readonly (readonly string[])[]): readonly string[] {
  const [day, time] = [columns.get('effectiveAt'), columns.get('timeOfDay')];
  if (day === undefined) return [];
  return records
    .map((record) => writtenTime(record[day] ?? '', time === undefined ? '' : (record[time] ?? '')))
    .filter((text) => text !== '');
}

export const writtenTime = (day: string, time: string): string => `${day.trim()} ${time.trim()}`.trim();

/** The columns that a kind of file has a use for. Beside a column for each direction, a quantity is a balance. */
function relevantTo(kind: Kind, columns: Columns): Columns {
  const directed = columns.has('quantityIn') || columns.has('quantityOut');
  const others: readonly Field[] =
    kind !== 'movements' ? ['eventType', 'quantityIn', 'quantityOut'] : directed ? ['quantity'] : [];
  return new Map([...columns].filter(([field]) => !others.includes(field)));
}

/** The kind of a file and its columns, by the program that wrote it, if it is known, or by the names. */
function kindIn(header: readonly string[], records: readonly (readonly string[])[], options: FormatOptions) {
  const known = recognize(header, records, options);
  const columns = columnsOf(header, [...known.map, ...(options.map ?? [])], records);
  if (options.kind === undefined && known.kind !== undefined)
    return { kind: known.kind, by: `detected: ${known.program}`, columns };
  return { ...kindOf(header, columns, options.kind), columns };
}

/**
 * Chooses the format of a file from the options and a sample of its records. @throws Unclear or MalformedFile if it is
 * ambiguous
 */
export function formatOf(
  source: Source,
  layout: Layout,
  [first = [], ...records]: readonly (readonly string[])[],
  options: FormatOptions,
): Format {
  const header = first.map((name) => name.trim());
  const { kind, by, columns } = kindIn(header, records, options);
  const found = relevantTo(kind, columns);
  const { tz = 'UTC', currency = '' } = options;
  const zone = zoneOf(tz);
  const start: readonly Choice[] = [
    ...layoutReport(source, layout),
    { name: 'kind', text: `${kind} (${by})` },
  ];
  if (kind === 'events')
    return {
      ...eventsFormat(source, layout, header),
      zone,
      currency,
      at: momentOf(options, zone, false),
      report: start,
    };
  requireColumns(found, header, requiredBy(kind, found, options.at !== undefined));
  const valuesOf = sampleOf(found, records);
  const times = timesOf(found, records);
  const at = momentOf(options, zone, kind === 'counts' && !found.has('effectiveAt'));
  const dates = times.length === 0 ? (options.dates ?? 'iso') : datesOf(times, options.dates);
  const marks = marksOf((field) => {
    const values = valuesOf(field);
    return markOf(
      field,
      field === 'unitPrice' ? values.map((text) => amountIn(text).amount) : values,
      options.decimal,
    );
  });
  const needsZone = dates !== 'unix' && times.some((text) => !hasOffset(text));
  const chosen = (given: unknown) => (given === undefined ? 'detected' : 'option');
  const numbers = NUMBERS.filter((field) => found.has(field)).map(
    (field) => `${field} ${MARKS[marks[field]]}`,
  );
  const inZone = needsZone ? `, in ${tz} if they have no offset` : '';
  const some = (name: Choice['name'], isThere: boolean, text: string): readonly Choice[] =>
    isThere ? [{ name, text }] : [];
  const report: readonly Choice[] = [
    ...start,
    columnsReport(header, found),
    ...some('dates', times.length > 0, `${dates} (${chosen(options.dates)})${inZone}`),
    ...some('time', at !== '', `${at}, of lines without one (option)`),
    { name: 'decimals', text: `${numbers.join(', ')} (${chosen(options.decimal)})` },
  ];
  const { delimiter, skippedLines } = layout;
  const signed = valuesOf('quantity').some((text) => /^[-(]/.test(text));
  return {
    ...{ source, kind, delimiter, skippedLines, header, columns: found, dates, zone, at, currency, marks },
    ...{ signed, report },
  };
}
