import type { Content, EffectiveEvent, Judged, PositionRange, Run } from '@hindsight/bitemporal';
import { LAST, positionKey } from '../storage/keys';
import type { ReadContext } from './context';
import { effectiveEvents } from './effective-events';
import type { KnownLog } from './known-log';
import type { Piece, SummaryTree } from './summary-tree';

type Context<State extends Judged, Event extends Content> = Pick<
  ReadContext<State, Event>,
  'store' | 'domain'
>;

/** Goes through a history in effective order, by runs where it can, and by events. */
export interface Visitor<State extends Judged, Event extends Content> {
  /** @returns false: the run has to be opened */
  pass(run: Run, range: PositionRange): boolean;
  fold(effective: EffectiveEvent<Event>): void;
  /**
   * Whether to stop before what comes next.
   * @param tree the tree of the runs that were passed over
   */
  stops?(tree: SummaryTree<State, Event> | undefined): boolean | Promise<boolean>;
}

/** Events in one request where several ranges in a row are read. */
const AHEAD = 40;
/** Sorts before every position. */
const FIRST = ' ';

/** All effective events of a range, which were read already. */
export interface Seen<Event extends Content> extends PositionRange {
  readonly events: readonly EffectiveEvent<Event>[];
}

/** Reads events of ranges; where one range continues another, ahead. */
class EventReader<State extends Judged, Event extends Content> {
  #events: AsyncGenerator<EffectiveEvent<Event>> | undefined;
  #next: EffectiveEvent<Event> | undefined;
  #end: string | undefined;
  read = 0;

  constructor(
    readonly context: Context<State, Event>,
    readonly log: KnownLog<State>,
    readonly seen: Seen<Event> | undefined,
  ) {}

  async *range({ start, end }: PositionRange): AsyncGenerator<EffectiveEvent<Event>> {
    const { streamId, version } = this.log;
    const { seen } = this;
    if (seen !== undefined && seen.start <= start && start < seen.end) {
      yield* seen.events.filter(({ event }) => start <= positionKey(event) && positionKey(event) < end);
      if (end > seen.end) yield* this.range({ start: seen.end, end });
      return;
    }
    const continues = this.#end === start;
    const range = { after: start === '' ? FIRST : start, version };
    if (!continues) this.#events = this.#next = undefined;
    const events =
      this.#events ??
      effectiveEvents(this.context, streamId, {
        ...range,
        before: continues ? LAST : end,
        ...(continues && { limit: AHEAD }),
      });
    this.#events = continues ? events : undefined;
    this.#end = undefined;
    for (;;) {
      const next = this.#next ?? (await this.#read(events));
      this.#next = undefined;
      if (next === undefined) break;
      if (positionKey(next.event) >= end) {
        this.#next = next;
        break;
      }
      yield next;
    }
    this.#end = end;
  }

  async #read(events: AsyncGenerator<EffectiveEvent<Event>>): Promise<EffectiveEvent<Event> | undefined> {
    const next = await events.next();
    if (next.done === true) return undefined;
    this.read += 1;
    return next.value;
  }
}

/** What a visit read. */
export interface Visited {
  /** Events that were folded one by one. */
  readonly folded: number;
  /** The effective time before which the visitor stopped. */
  readonly stoppedAt?: string;
}

interface Tour<State extends Judged, Event extends Content> extends PositionRange {
  readonly context: Context<State, Event>;
  readonly log: KnownLog<State>;
  readonly tree: SummaryTree<State, Event> | undefined;
  readonly visitor: Visitor<State, Event>;
  /** Events that need not be read again. */
  readonly seen?: Seen<Event> | undefined;
  /** Short ranges in which runs will have to be opened. */
  readonly next?: readonly PositionRange[] | undefined;
}

/** What became of a piece: it was passed, its parts are to be visited, its events are, or the visitor has stopped. */
type Fate = 'passed' | 'events' | readonly Piece[] | { readonly stoppedAt: string };

async function fateOf<State extends Judged, Event extends Content>(
  { tree, visitor, start, end }: Tour<State, Event>,
  piece: Piece | PositionRange,
): Promise<Fate> {
  if (tree === undefined || !('entry' in piece)) return 'events';
  const run = tree.runOf(piece);
  if (run === 'none') return 'passed';
  if (run !== undefined && start <= piece.start && piece.end <= end) {
    if ((await visitor.stops?.(tree)) === true) return { stoppedAt: run.from };
    if (visitor.pass(run, piece)) return 'passed';
  }
  return (await tree.parts(piece)) ?? 'events';
}

/** Shows the events of a piece one by one. @returns where the visitor stopped */
async function foldRange<State extends Judged, Event extends Content>(
  { tree, visitor, start, end }: Tour<State, Event>,
  reader: EventReader<State, Event>,
  piece: PositionRange,
): Promise<string | undefined> {
  const range = {
    start: piece.start < start ? start : piece.start,
    end: piece.end < end ? piece.end : end,
  };
  for await (const effective of reader.range(range)) {
    const { effectiveAt } = effective.event;
    if ((await visitor.stops?.(tree)) === true) return effectiveAt;
    visitor.fold(effective);
  }
  return undefined;
}

/** Shows the events of a range to a visitor, by the summaries of a tree if there is one. */
export async function visit<State extends Judged, Event extends Content>(
  tour: Tour<State, Event>,
): Promise<Visited> {
  const { context, log, tree, start, end, seen, next } = tour;
  const reader = new EventReader(context, log, seen);
  await tree?.approach(tour, next);
  const later: (Piece | PositionRange)[] = [...(tree?.pieces ?? [{ start: '', end: LAST }])].reverse();
  for (let piece = later.pop(); piece !== undefined; piece = later.pop()) {
    if (piece.end <= start || piece.start >= end) continue;
    const fate = await fateOf(tour, piece);
    if (fate === 'passed') continue;
    if (typeof fate === 'object' && 'stoppedAt' in fate) return { folded: reader.read, ...fate };
    if (fate !== 'events') {
      later.push(...[...fate].reverse());
      continue;
    }
    const stoppedAt = await foldRange(tour, reader, piece);
    if (stoppedAt !== undefined) return { folded: reader.read, stoppedAt };
  }
  return { folded: reader.read };
}
