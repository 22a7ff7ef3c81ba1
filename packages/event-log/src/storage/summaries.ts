/** The items of a stream's tree of summaries. They are caches: derived, and deleted at any time without loss. */
import { createHash } from 'node:crypto';
import {
  decimalOf,
  millionths,
  type Content,
  type Domain,
  type Judged,
  type Run,
  type Summary,
} from '@hindsight/bitemporal';
import { itemKey, pad, positionKey, summaryPartition, streamOf, type ItemKey } from './keys';
import { isTrusted } from './revision';

/**
 * A run of the history, as its parent describes it. Runs of level 1 are of events; a run of a higher level is an item
 * that lists runs of the level below.
 */
export interface Entry {
  /** The position at which it begins; `''`: the leftmost. It ends where the next one begins. */
  readonly start: string;
  readonly summary: Summary;
  /** Which item lists its parts: the one in this slot with this sum; `''`: its parts are events. */
  readonly slot: 0 | 1;
  readonly sum: string;
}

/** What every summary is reached from. */
export interface Root {
  /** The version of the log that all of the tree is of. */
  readonly through: number;
  /** The first position that is not in the tree. */
  readonly end: string;
  /** Of the entries. */
  readonly level: number;
  readonly entries: readonly Entry[];
}

export type SummaryItem = ItemKey & {
  readonly through: number;
  /** The revision of the code that made it. */
  readonly code: string;
  /** JSON of `Body`; `sum` is of its text. */
  readonly body: string;
  readonly sum: string;
};

interface Body {
  readonly end?: string;
  readonly level?: number;
  /** Effects on attributes, each once: neighboring runs often have the same. */
  readonly effects: readonly string[];
  readonly entries: readonly string[];
}

const ROOT = 'root';
const RADIX = 36;

const itemSortKey = (level: number, start: string, slot: 0 | 1): string => `${level}#${start}#${slot}`;

const sumOf = (item: Omit<SummaryItem, 'sum'>): string =>
  createHash('sha256')
    .update(`${streamOf(item)}|${item.sk}|${item.through}|${item.code}|${item.body}`)
    .digest('base64url')
    .slice(0, 8);

const amountText = (amount: bigint | null): string => (amount === null ? '' : decimalOf(amount));
const amountIn = (text: string): bigint | null => (text === '' ? null : millionths(text));

const timeText = (time: string): string => Date.parse(time).toString(RADIX);
const timeIn = (text: string): string => new Date(parseInt(text, RADIX)).toISOString();

const VERSION_LENGTH = pad(0).length;

function startText(start: string): string {
  if (start === '') return '';
  const version = Number(start.slice(-VERSION_LENGTH));
  return `${timeText(start.slice(0, -VERSION_LENGTH - 1))}.${version.toString(RADIX)}`;
}

function startIn(text: string): string {
  if (text === '') return '';
  const [time = '', version = ''] = text.split('.');
  return positionKey({ effectiveAt: timeIn(time), version: parseInt(version, RADIX) });
}

/** The effects on attributes of one item, each once. */
class Effects {
  readonly texts: string[] = [];

  index(attributes: Run['attributes']): number {
    const text = JSON.stringify(attributes);
    const known = this.texts.indexOf(text);
    return known >= 0 ? known : this.texts.push(text) - 1;
  }
}

const mark = ({ relative, fixed, initial }: Run['low']): string[] => {
  // Most runs lead from nothing where they lead from an amount of zero.
  const same = initial === relative && fixed === null;
  return [amountText(relative), amountText(fixed), same ? '=' : amountText(initial)];
};

const markIn = ([relative = '', fixed = '', initial = '']: readonly string[]): Run['low'] => ({
  relative: amountIn(relative),
  fixed: amountIn(fixed),
  initial: amountIn(initial === '=' ? relative : initial),
});

function runText(start: string, run: Run, effects: Effects): string[] {
  const { instants, moves, keeps, plus, initial, first, last } = run;
  return [
    start.startsWith(run.from) ? '' : timeText(run.from),
    (Date.parse(run.to) - Date.parse(run.from)).toString(RADIX),
    instants === run.events ? '' : String(instants),
    String(moves),
    keeps ? '1' : '',
    amountText(plus),
    initial === plus ? '=' : amountText(initial),
    amountText(first),
    last === first ? '=' : amountText(last),
    String(effects.index(run.attributes)),
    ...mark(run.low),
    ...mark(run.high),
  ];
}

const TIME_LENGTH = 24;

function runIn(start: string, events: number, texts: readonly string[], effects: readonly string[]): Run {
  const [begin = '', length = '', instants, moves, keeps, plus = '', initial = '', first = '', last = ''] =
    texts;
  const amount = (text: string): bigint => amountIn(text) ?? 0n;
  const from = begin === '' ? start.slice(0, TIME_LENGTH) : timeIn(begin);
  return {
    events,
    from,
    to: new Date(Date.parse(from) + parseInt(length, RADIX)).toISOString(),
    instants: instants === '' ? events : Number(instants),
    moves: Number(moves),
    keeps: keeps === '1',
    plus: amount(plus),
    initial: amount(initial === '=' ? plus : initial),
    first: amount(first),
    last: amount(last === '=' ? first : last),
    attributes: JSON.parse(effects[Number(texts[9])] ?? '{}') as Run['attributes'],
    low: markIn(texts.slice(10, 13)),
    high: markIn(texts.slice(13, 16)),
  };
}

function entryText({ start, summary, slot, sum }: Entry, effects: Effects): string {
  const { run, events, minVersion, maxVersion } = summary;
  const numbers = [minVersion, maxVersion, events].map((number) => number.toString(RADIX));
  const texts = run === null ? [] : run === 'opaque' ? ['opaque'] : runText(start, run, effects);
  return [startText(start), slot, sum, ...numbers, ...texts].join();
}

function entryIn(text: string, effects: readonly string[]): Entry {
  const [position = '', slot, sum = '', minVersion, maxVersion, count, ...texts] = text.split(',');
  const start = startIn(position);
  const number = (digits = ''): number => parseInt(digits, RADIX);
  const events = number(count);
  const run =
    texts.length === 0 ? null : texts[0] === 'opaque' ? 'opaque' : runIn(start, events, texts, effects);
  return {
    start,
    slot: slot === '1' ? 1 : 0,
    sum,
    summary: { run, events, minVersion: number(minVersion), maxVersion: number(maxVersion) },
  };
}

type Code<State extends Judged, Event extends Content> = Pick<Domain<State, Event>, 'revision' | 'trusts'>;

function itemOf(
  streamId: string,
  sk: string,
  { through, code, ...body }: { through: number; code: string; entries: readonly Entry[] } & Partial<Root>,
): SummaryItem {
  const effects = new Effects();
  const entries = body.entries.map((entry) => entryText(entry, effects));
  const item = {
    ...itemKey(summaryPartition(streamId), sk),
    through,
    code,
    body: JSON.stringify({ ...body, effects: effects.texts, entries }),
  };
  return { ...item, sum: sumOf(item) };
}

/** The item that lists the parts of a run. */
export const summaryItem = (
  streamId: string,
  level: number,
  { start, slot }: Pick<Entry, 'start' | 'slot'>,
  content: { readonly through: number; readonly code: string; readonly entries: readonly Entry[] },
): SummaryItem => itemOf(streamId, itemSortKey(level, start, slot), { ...content });

export const rootItem = (streamId: string, code: string, root: Root): SummaryItem =>
  itemOf(streamId, ROOT, { ...root, code });

export const rootKey = ROOT;
export const summaryKey = (level: number, { start, slot }: Pick<Entry, 'start' | 'slot'>): string =>
  itemSortKey(level, start, slot);

/** undefined for an item that is damaged, or was made by code that is not trusted. */
function readItem<State extends Judged, Event extends Content>(
  code: Code<State, Event>,
  item: SummaryItem | undefined,
): { readonly body: Body; readonly entries: readonly Entry[] } | undefined {
  if (item === undefined || !isTrusted(code, item.code) || item.sum !== sumOf(item)) return undefined;
  const body = JSON.parse(item.body) as Body;
  return { body, entries: body.entries.map((text) => entryIn(text, body.effects)) };
}

export function readRoot<State extends Judged, Event extends Content>(
  code: Code<State, Event>,
  item: SummaryItem | undefined,
): Root | undefined {
  const read = readItem(code, item);
  if (item === undefined || read === undefined) return undefined;
  const { end = '', level = 1 } = read.body;
  return { through: item.through, end, level, entries: read.entries };
}

/** The parts of a run, if the item is the one that its entry means. */
export function readParts<State extends Judged, Event extends Content>(
  code: Code<State, Event>,
  item: SummaryItem | undefined,
  entry: Entry,
): readonly Entry[] | undefined {
  return item?.sum === entry.sum ? readItem(code, item)?.entries : undefined;
}
