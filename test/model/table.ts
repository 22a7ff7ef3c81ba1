import type { Store } from '@hindsight/event-log';
import { opened } from '../support/items';
import type { Item, Position, Snap } from './itf';

/** One step of the model's time is one millisecond, which is the smallest of the log's. */
const EPOCH = Date.parse('2026-03-01T12:00:00.000Z');
export const timeOf = (time: number): string => new Date(EPOCH + time).toISOString();
const since = (time: string | number): number => new Date(time).getTime() - EPOCH;

const NOWHERE: Position = { time: -1, version: 0 };
const ABSENT: Snap = { quantity: 0, last: NOWHERE };

/** The position that a key of the index starts with. */
const positionIn = (key: string | null | undefined): Position =>
  typeof key === 'string' ? { time: since(key.slice(0, 24)), version: Number(key.slice(25, 37)) } : NOWHERE;

interface Last {
  readonly effectiveAt: string;
  readonly version: number;
}
interface StoredSnap {
  readonly state: { readonly quantity: string };
  readonly last?: Last;
}
type Row = Record<string, unknown> & { readonly sk: string; readonly version: number };

const positionOf = ({ effectiveAt, version }: Last): Position => ({ time: since(effectiveAt), version });

function snapOf(stored: StoredSnap | null | undefined, own: Position): Snap {
  if (stored === null || stored === undefined) return ABSENT;
  return { quantity: Number(stored.state.quantity), last: stored.last ? positionOf(stored.last) : own };
}

function intervalsIn(text: unknown): Item['footing']['invalidated'] {
  if (typeof text !== 'string') return [];
  return text.split(';').map((interval) => {
    const [from = 0, to = 0, version = 0] = interval.split(',').map((n) => parseInt(n, 36));
    return { from: since(from), to: since(to), version };
  });
}

const KINDS: Record<string, string> = { eventRetracted: 'retract', eventCorrected: 'correct' };

function itemOf(stored: Row, marks: readonly Row[]): Item {
  const row = opened<Row>(stored);
  const { version, effectiveKey, event, target, at, tip, high, stale } = row as Row & {
    event: { eventId: string; eventType: string };
    target?: { version: number };
  } & Record<'at' | 'tip', StoredSnap | undefined>;
  const position = positionIn(effectiveKey as string | undefined);
  const landed = snapOf(at, position);
  const mark = marks.find((found) => found.version === version);
  return {
    version,
    id: Number(event.eventId.slice(1)),
    kind: KINDS[event.eventType] ?? 'change',
    recordedAt: since(row['recordedAt'] as string),
    target: target?.version ?? 0,
    position,
    from: positionIn(mark?.['effectiveKey'] as string | undefined),
    footing: {
      at: landed,
      tip: tip === undefined ? landed : snapOf(tip, NOWHERE),
      high: since((high ?? row['effectiveAt']) as string),
      invalidated: intervalsIn(stale),
    },
  };
}

/** The events of a product, in the model's terms. */
export async function readTable(store: Store, productId: string): Promise<readonly Item[]> {
  const all: Row[] = [];
  for await (const row of store.partition<Row>(productId)) all.push(row);
  const rows = (prefix: string) => all.filter(({ sk }) => sk.startsWith(prefix));
  const marks = rows('m#');
  return rows('v#').map((row) => itemOf(row, marks));
}
