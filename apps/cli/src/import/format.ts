import { timeZoneOf, type TimeZone } from '@hindsight/domain';
import { columnsOf, FIELDS, type Columns, type Field } from './columns';
import { dateFormatOf, hasOffset, type DateFormat } from './dates';
import { MalformedFile } from './malformed-file';
import { decimalMarkOf, type DecimalMark } from './numbers';
import type { Source } from './source';

/** The format options that the caller gives. All others are detected and reported. */
export interface FormatOptions {
  /** `FIELD=COLUMN` */
  readonly map?: readonly string[];
  readonly delimiter?: string;
  readonly decimal?: DecimalMark;
  readonly dates?: DateFormat;
  readonly tz?: string;
  readonly encoding?: string;
}

/** How a file is to be read. */
export interface Format {
  readonly source: Source;
  readonly delimiter: string;
  /** Lines before the header: Excel's `sep=;`, and comments. */
  readonly skippedLines: number;
  readonly header: readonly string[];
  readonly columns: Columns;
  readonly dates: DateFormat;
  readonly zone: TimeZone;
  readonly quantityMark: DecimalMark;
  readonly priceMark: DecimalMark;
  /** Describes each choice in one line, for people. */
  readonly report: readonly string[];
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

/** The preamble before the header, and the column separator. */
export function layoutOf(sample: string, given: string | undefined) {
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
  throw new MalformedFile(
    `it is not clear whether the comma in ${field} "${example}" separates the fraction or groups digits; give --decimal . or --decimal ,`,
  );
}

function datesOf(values: readonly string[], given: DateFormat | undefined): DateFormat {
  if (given !== undefined) return given;
  const { format, example } = dateFormatOf(values);
  if (format !== undefined) return format;
  throw new MalformedFile(
    `it is not clear how invoiceDate "${example || (values[0] ?? '')}" is to be read; give --dates dmy, mdy, iso, excel or unix`,
  );
}

function zoneOf(name: string): TimeZone {
  const zone = timeZoneOf(name);
  if (zone !== undefined) return zone;
  throw new MalformedFile(`--tz must be a time zone such as Europe/Berlin or +02:00, not "${name}"`);
}

/**
 * Chooses the format of a file from the options and a sample of its records. @throws MalformedFile if it is
 * ambiguous
 */
export function formatOf(
  source: Source,
  layout: ReturnType<typeof layoutOf>,
  [header = [], ...records]: readonly (readonly string[])[],
  options: FormatOptions,
): Format {
  const names = header.map((name) => name.trim());
  const columns = columnsOf(names, options.map ?? []);
  const valuesOf = (field: Field): string[] => {
    const at = columns.get(field);
    return at === undefined
      ? []
      : records.map((record) => record[at]?.trim() ?? '').filter((text) => text !== '');
  };
  const times = valuesOf('invoiceDate');
  const dates = records.length === 0 ? 'iso' : datesOf(times, options.dates);
  const quantityMark = markOf('quantity', valuesOf('quantity'), options.decimal);
  const priceMark = markOf('unitPrice', valuesOf('unitPrice'), options.decimal);
  const { tz = 'UTC' } = options;
  const needsZone = dates !== 'unix' && times.some((text) => !hasOffset(text));
  const ignored = names.filter((_, index) => ![...columns.values()].includes(index));
  const by = (given: unknown) => (given === undefined ? 'detected' : 'option');
  const report = [
    `encoding   ${source.encoding} (${source.encodingBy})${source.compression === 'gzip' ? ', gzip' : ''}`,
    `delimiter  ${layout.report}`,
    `columns    ${FIELDS.flatMap((field) => {
      const at = columns.get(field);
      return at === undefined ? [] : [`${field} = ${names[at]}`];
    }).join(', ')}${ignored.length > 0 ? `; ignored: ${ignored.join(', ')}` : ''}`,
    `dates      ${dates} (${by(options.dates)})${needsZone ? `, in ${tz} if they have no offset` : ''}`,
    `decimals   quantity ${MARKS[quantityMark]}, price ${MARKS[priceMark]} (${by(options.decimal)})`,
  ];
  const { delimiter, skippedLines } = layout;
  return {
    ...{ source, delimiter, skippedLines, header: names, columns, dates, zone: zoneOf(tz) },
    ...{ quantityMark, priceMark, report },
  };
}
