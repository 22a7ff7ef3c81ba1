import type { Adjustment, Content, Judged } from '@hindsight/bitemporal';
import { highWaterMarkOf, recordedEventOf, type EventItem, type Logged } from '../storage/items';
import { eventKey, LAST, streamOf } from '../storage/keys';
import type { Followed, FollowOptions } from '../types';
import { evaluate } from './evaluate';
import type { ReadContext } from './context';
import { findingsWhenRecorded } from './findings';
import { emptyLog, knownThrough } from './known-log';
import { stateAtTime } from './state-at';

/** Items in one request: a follower that is up to date reads one or two, and no follower holds more than this. */
const ITEMS_AT_ONCE = 25;

/** What the event of an item changed in the history that was known before it; read from the log as it was then. */
async function adjustmentOf<State extends Judged, Event extends Content>(
  context: ReadContext<State, Event>,
  item: EventItem,
  event: Logged<Event>,
  before: EventItem | undefined,
): Promise<Adjustment<State> | undefined> {
  const { domain } = context;
  const isLate = before !== undefined && item.effectiveAt < highWaterMarkOf(before);
  if (!isLate && domain.correction(event) === undefined) return undefined;
  const log = before ? knownThrough(domain, before) : emptyLog(streamOf(item));
  const evaluation = await evaluate(context, log, [{ event, sent: event, hash: item.hash }], {
    now: item.recordedAt,
  });
  return 'error' in evaluation || !evaluation.adjusts ? undefined : evaluation.adjustment;
}

/** The state that an event led to: at the moment of its recording, as known through it. */
async function stateWhenRecorded<State extends Judged, Event extends Content>(
  context: ReadContext<State, Event>,
  item: EventItem,
): Promise<State | null> {
  const log = knownThrough(context.domain, item);
  return (await stateAtTime(context, log, item.recordedAt))?.state ?? null;
}

/** An event, what it found, and what the options ask for besides. */
async function followedOf<State extends Judged, Event extends Content>(
  context: ReadContext<State, Event>,
  item: EventItem,
  before: EventItem | undefined,
  { adjustments = true, states = false }: FollowOptions,
): Promise<Followed<State, Event>> {
  const recorded = recordedEventOf(context.domain, item);
  const findings = await findingsWhenRecorded(context, item, recorded, before);
  const event = { ...recorded, ...findings };
  const adjustment = adjustments ? await adjustmentOf(context, item, recorded, before) : undefined;
  const state = states ? { state: await stateWhenRecorded(context, item) } : {};
  return { event, ...state, ...(adjustment && { adjustment }) };
}

/**
 * The events after a version, to the end of the log, each with what it changed in the past. Beside the pages of
 * events it reads what the late ones among them made their appends read.
 */
export async function* follow<State extends Judged, Event extends Content>(
  context: ReadContext<State, Event>,
  streamId: string,
  options: FollowOptions,
): AsyncGenerator<Followed<State, Event>> {
  const { after, through, asStored = false, again = false } = options;
  // To say what an event changed, the one before it is needed.
  const first = Math.max(1, after - (again ? 1 : 0));
  const last = through === undefined ? `v#${LAST}` : eventKey(through);
  const range = { after: eventKey(first), before: last, limit: options.atOnce ?? ITEMS_AT_ONCE };
  let before: EventItem | undefined;
  for await (const items of context.store.pages<EventItem>(streamId, range)) {
    for (const item of items) {
      if (item.version > after || (again && item.version === after)) {
        if (asStored) yield { event: recordedEventOf(context.domain, item) };
        else yield await followedOf(context, item, before, options);
      }
      before = item;
    }
  }
}
