import { inKeyOrder } from '@hindsight/bitemporal';
import { asWritten, parseDecimal, parseTime } from '@hindsight/domain';
import { digestOf } from './digest';
import { lineOf, type Line } from './line';
import { MalformedFile } from './malformed-file';
import { problemOf } from './reader';
import type { RefusedLine } from './records';

/*
 * Files of events: one JSON object on each line (NDJSON), the elements of a JSON array on a line each, or a CSV file with
 * a column for each field. Events stay in the order of their file, as corrections come after what they correct.
 */

type Fields = Readonly<Record<string, unknown>>;

/** What an export says about the recording; an import records again. */
const RECORDING = ['version', 'recordedAt', 'recordedBy', 'eventCategory', 'variance'];
/** Fields that a CSV file has as JSON. */
const STRUCTURED = ['replacement', 'metadata', 'other'];
/** Longer texts of digits may not be what a binary number is. */
const SAFE_DIGITS = 15;

/** Long numbers are kept digit by digit, as texts, which every decimal field takes. */
const exactly = (json: string): string =>
  json.replace(/"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g, (token) =>
    token.startsWith('"') || token.length <= SAFE_DIGITS ? token : `"${token}"`,
  );

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** An event without what its recording added. */
function contentOf(fields: Fields): Fields {
  const { productId: _, ...event } = Object.fromEntries(
    Object.entries(asWritten(fields)).filter(([name]) => !RECORDING.includes(name)),
  );
  return event;
}

const momentIn = (value: unknown): string => (typeof value === 'string' ? (parseTime(value) ?? '') : '');

function quantityIn(value: unknown): string {
  const parsed =
    typeof value === 'string' || typeof value === 'number' ? parseDecimal(value) : { problem: '' };
  return 'value' in parsed ? parsed.value : '';
}

/** One event as a line; answers the reason if it is refused. */
function eventLine(fields: Fields, number: number): Line | string {
  const { productId } = fields;
  if (typeof productId !== 'string' || productId === '') return 'productId must be a text';
  const { eventId, ...content } = contentOf(fields);
  if (eventId !== undefined && typeof eventId !== 'string') return 'eventId must be a text';
  const line = lineOf(number, productId.normalize('NFC'), {
    // A computed id counts equal events; one of the file must be unique.
    ...(eventId === undefined ? { document: digestOf(JSON.stringify(inKeyOrder(content))) } : { eventId }),
    effectiveAt: momentIn(content['effectiveAt']),
    quantity: quantityIn(content['quantity']),
    content: JSON.stringify(content),
  });
  return problemOf('events', line) ?? line;
}

export type OnRefused = (refused: RefusedLine) => void;

/** Whether a text begins as JSON does. */
export const isJson = (sample: string): boolean => /^\s*[{[]/.test(sample);

/** The events of NDJSON, or of a JSON array with one element on each line. */
export async function* jsonRecords(
  text: AsyncIterable<string>,
  longest = 1_048_576,
): AsyncGenerator<{ line: number; text: string }> {
  let rest = '';
  let number = 0;
  for await (const chunk of text) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > longest)
      throw new MalformedFile(`line ${number + lines.length + 1} is longer than 1 MiB`);
    for (const line of lines) {
      number += 1;
      yield { line: number, text: line };
    }
  }
  if (rest !== '') yield { line: number + 1, text: rest };
}

/** The fields of a JSON line; undefined: it is blank, or a bracket of the array around; a text: why it is refused. */
export function fieldsOf(text: string): Fields | string | undefined {
  const json = text.trim().replace(/,$/, '');
  if (json === '' || json === '[' || json === ']') return undefined;
  try {
    const value = JSON.parse(exactly(json.replace(/^\[(?=\{)/, '').replace(/(?<=\})\]$/, ''))) as unknown;
    return isObject(value) ? value : 'is not an object';
  } catch (error) {
    return `is not JSON: ${(error as Error).message}`;
  }
}

/** The lines of a JSON file of events. */
export async function* linesOfJson(text: AsyncIterable<string>, onRefused: OnRefused): AsyncGenerator<Line> {
  for await (const { line, text: json } of jsonRecords(text)) {
    const fields = fieldsOf(json);
    if (fields === undefined) continue;
    const result = typeof fields === 'string' ? fields : eventLine(fields, line);
    if (typeof result === 'string') onRefused({ line, why: result });
    else yield result;
  }
}

/** A spreadsheet would run a cell that begins with one of these as a formula, so an export puts `'` before it. */
export const FORMULA = /^[=+\-@\t\r]/;
const unprotected = (text: string): string =>
  text.startsWith("'") && FORMULA.test(text.slice(1)) ? text.slice(1) : text;

/** An event from the columns of a CSV file; empty ones are fields that it does not have. */
export function csvEvent(
  header: readonly string[],
): (record: readonly string[], number: number) => Line | string {
  return (record, number) => {
    if (record.length !== header.length)
      return `has ${record.length} fields, and the header ${header.length}`;
    const cells = header.map((name, index) => [name, unprotected(record[index] ?? '')] as const);
    const fields: Record<string, unknown> = Object.fromEntries(
      cells.filter(([name, text]) => name !== '' && text !== ''),
    );
    for (const name of STRUCTURED) {
      const text = fields[name];
      if (typeof text !== 'string') continue;
      const value = fieldsOf(text);
      if (typeof value !== 'object') return `${name} ${value ?? 'is not JSON'}`;
      fields[name] = value;
    }
    const { currency, schemaVersion, cleared, other, ...rest } = fields;
    if (typeof cleared === 'string') for (const name of cleared.split(' ')) rest[name] = null;
    if (typeof other === 'object') Object.assign(rest, other);
    if (typeof rest['unitPrice'] === 'string' && typeof currency === 'string')
      rest['unitPrice'] = { amount: rest['unitPrice'], currency };
    return eventLine(
      { ...rest, ...(schemaVersion !== undefined && { schemaVersion: Number(schemaVersion) }) },
      number,
    );
  };
}
