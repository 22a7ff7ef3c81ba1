/**
 * The items of a stream's trees of summaries. They are caches: derived, and deleted at any time without loss.
 *
 * | sk                        | item                                                                  |
 * | ------------------------- | --------------------------------------------------------------------- |
 * | `<level>#<start>#<sum>`   | a node: runs of the level below, from a position on                   |
 * | `root#<version>`          | the root of the tree of the log as known through a version            |
 *
 * A node is named by the sum of its content. So it never changes: a tree shares with the one before it all that no event
 * touched, older trees stay as they were, and two repairs can't overwrite each other's work.
 */
import { createHash } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import {
  decimalOf,
  millionths,
  type Content,
  type Domain,
  type Judged,
  type Run,
  type Summary,
} from '@hindsight/bitemporal';
import { itemKey, LAST, pad, positionKey, summaryPartition, streamOf, type ItemKey } from './keys';
import { isTrusted } from './revision';

/**
 * A run of the history, as its parent describes it. Runs of level 1 are of events; a run of a higher level is an item
 * that lists runs of the level below.
 */
export interface Entry {
  /** The position at which it begins; `''`: the leftmost. It ends where the next one begins. */
  readonly start: string;
  readonly summary: Summary;
  /** Which item lists its parts: the one with this sum; `''`: its parts are events. */
  readonly sum: string;
}

/** What every summary of one version is reached from. */
export interface Root {
  /** The version of the log that the tree is of. */
  readonly through: number;
  /** The first position that is not in the tree. */
  readonly end: string;
  /** Whether the tree has all that was known through its version; otherwise it is to be continued at its end. */
  readonly isWhole: boolean;
  /** Of the entries. */
  readonly level: number;
  readonly entries: readonly Entry[];
}

export type SummaryItem = ItemKey & {
  /** The revision of the code that made it. */
  readonly code: string;
  /** JSON of `Body`, compressed to half; `sum` is of its text. */
  readonly body: string;
  readonly sum: string;
};

interface Body {
  /** Of a root. */
  readonly through?: number;
  readonly end?: string;
  readonly isWhole?: boolean;
  readonly level?: number;
  /** Effects on attributes, each once: neighboring runs often have the same. */
  readonly effects: readonly string[];
  readonly entries: readonly string[];
}

const RADIX = 36;
/** How items are written. It is part of their sums: an item of another format is as good as a damaged one. */
const FORMAT = 2;

/** @param place where the item belongs: it is not the same content anywhere else */
const sumOf = (
  partition: string,
  place: string,
  { code, body }: Pick<SummaryItem, 'code' | 'body'>,
): string =>
  createHash('sha256')
    .update(`${FORMAT}|${partition}|${place}|${code}|${body}`)
    .digest('base64url')
    .slice(0, 8);

const compressed = (text: string): string => deflateRawSync(text).toString('base64');
const restored = (text: string): string => inflateRawSync(Buffer.from(text, 'base64')).toString();

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

const extremeText = ({ relative, fixed, initial }: Run['low']): string[] => {
  // Most runs lead from nothing where they lead from an amount of zero.
  const same = initial === relative && fixed === null;
  return [amountText(relative), amountText(fixed), same ? '=' : amountText(initial)];
};

const extremeIn = ([relative = '', fixed = '', initial = '']: readonly string[]): Run['low'] => ({
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
    ...extremeText(run.low),
    ...extremeText(run.high),
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
    low: extremeIn(texts.slice(10, 13)),
    high: extremeIn(texts.slice(13, 16)),
  };
}

function entryText({ start, summary, sum }: Entry, effects: Effects): string {
  const { run, events, minVersion, maxVersion } = summary;
  const numbers = [minVersion, maxVersion, events].map((number) => number.toString(RADIX));
  const texts = run === null ? [] : run === 'opaque' ? ['opaque'] : runText(start, run, effects);
  return [startText(start), sum, ...numbers, ...texts].join();
}

function entryIn(text: string, effects: readonly string[]): Entry {
  const [position = '', sum = '', minVersion, maxVersion, count, ...texts] = text.split(',');
  const start = startIn(position);
  const number = (digits = ''): number => parseInt(digits, RADIX);
  const events = number(count);
  const run =
    texts.length === 0 ? null : texts[0] === 'opaque' ? 'opaque' : runIn(start, events, texts, effects);
  return {
    start,
    sum,
    summary: { run, events, minVersion: number(minVersion), maxVersion: number(maxVersion) },
  };
}

type Code<State extends Judged, Event extends Content> = Pick<Domain<State, Event>, 'revision' | 'trusts'>;

/** The place of an item, which its sum is of too. */
const nodePlace = (level: number, start: string): string => `${level}#${start}#`;
const ROOT = 'root#';

function bodyOf(root: Omit<Body, 'effects' | 'entries'>, entries: readonly Entry[]): string {
  const effects = new Effects();
  const texts = entries.map((entry) => entryText(entry, effects));
  return compressed(JSON.stringify({ ...root, effects: effects.texts, entries: texts }));
}

/** The item that lists the parts of a run which begins at a position. */
export function nodeItem(
  streamId: string,
  code: string,
  {
    level,
    start,
    entries,
  }: { readonly level: number; readonly start: string; readonly entries: readonly Entry[] },
): SummaryItem {
  const [partition, place] = [summaryPartition(streamId), nodePlace(level, start)];
  const content = { code, body: bodyOf({}, entries) };
  const sum = sumOf(partition, place, content);
  return { ...itemKey(partition, `${place}${sum}`), ...content, sum };
}

export function rootItem(streamId: string, code: string, { entries, ...root }: Root): SummaryItem {
  const [partition, sk] = [summaryPartition(streamId), rootKey(root.through)];
  const content = { code, body: bodyOf(root, entries) };
  return { ...itemKey(partition, sk), ...content, sum: sumOf(partition, sk, content) };
}

export const nodeKey = (level: number, { start, sum }: Pick<Entry, 'start' | 'sum'>): string =>
  `${nodePlace(level, start)}${sum}`;
export const isRootKey = (sk: string): boolean => sk.startsWith(ROOT);
const rootKey = (through: number): string => `${ROOT}${pad(through)}`;
/** Between these are the roots of the trees of all versions up to one, and of those after it. */
export const rootsThrough = (version: number) => ({ after: ROOT, before: rootKey(version) });
export const rootsAfter = (version: number) => ({ after: rootKey(version + 1), before: `${ROOT}${LAST}` });

/** undefined for an item that is damaged, or was made by code that is not trusted. */
function readItem<State extends Judged, Event extends Content>(
  code: Code<State, Event>,
  item: SummaryItem | undefined,
  place: string,
): { readonly body: Body; readonly entries: readonly Entry[] } | undefined {
  if (item === undefined || !isTrusted(code, item.code)) return undefined;
  if (item.sum !== sumOf(streamOf(item), place, item)) return undefined;
  const body = JSON.parse(restored(item.body)) as Body;
  return { body, entries: body.entries.map((text) => entryIn(text, body.effects)) };
}

export function readRoot<State extends Judged, Event extends Content>(
  code: Code<State, Event>,
  item: SummaryItem | undefined,
): Root | undefined {
  const read = item && readItem(code, item, item.sk);
  if (read === undefined) return undefined;
  const { through = 0, end = '', isWhole = false, level = 1 } = read.body;
  return { through, end, isWhole, level, entries: read.entries };
}

/** The parts of a run, if the item is the one that its entry means. */
export function readParts<State extends Judged, Event extends Content>(
  code: Code<State, Event>,
  item: SummaryItem | undefined,
  level: number,
  entry: Entry,
): readonly Entry[] | undefined {
  return item?.sum === entry.sum ? readItem(code, item, nodePlace(level, entry.start))?.entries : undefined;
}
