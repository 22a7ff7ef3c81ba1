import {
  positionKey,
  type Content,
  type Domain,
  type EffectiveEvent,
  type Findings,
  type Judged,
  type Position,
} from '@hindsight/bitemporal';
import type { EventItem, Logged } from '../storage/items';
import { eventKey, streamOf } from '../storage/keys';
import type { ReadContext } from './context';
import { emptyLog, knownThrough, type KnownLog } from './known-log';
import { stateBefore } from './state-before';

/** Most events discover nothing, whatever the state before them is. */
export const mayDiscover = <State extends Judged, Event extends Content>(
  domain: Domain<State, Event>,
  content: Event,
): boolean => domain.correction(content) === undefined && domain.findings(null, content) !== undefined;

async function discovered<State extends Judged, Event extends Content>(
  context: ReadContext<State, Event>,
  log: KnownLog<State>,
  at: Position,
  content: Event,
): Promise<Findings | undefined> {
  const { latest } = log;
  const isAfterAll = latest === null || (latest !== undefined && positionKey(latest.last) < positionKey(at));
  const before = isAfterAll ? latest : await stateBefore(context, log, positionKey(at));
  return context.domain.findings(before?.state ?? null, content);
}

/** What an event that counts discovers, as known through a log. */
export async function findingsOf<State extends Judged, Event extends Content>(
  context: ReadContext<State, Event>,
  log: KnownLog<State>,
  { event, content }: EffectiveEvent<Event>,
): Promise<Findings | undefined> {
  return mayDiscover(context.domain, content) ? discovered(context, log, event, content) : undefined;
}

/**
 * What an event discovered when it was recorded. For one in order, the event before it has the state; only a late one
 * asks for a state of the past.
 * @param before the event recorded before it, if it was read already
 */
export async function findingsWhenRecorded<State extends Judged, Event extends Content>(
  context: ReadContext<State, Event>,
  item: EventItem,
  event: Logged<Event>,
  before?: EventItem,
): Promise<Findings | undefined> {
  const { store, domain } = context;
  if (!mayDiscover(domain, event)) return undefined;
  const streamId = streamOf(item);
  const previous = before ?? (await store.get<EventItem>(streamId, eventKey(item.version - 1)));
  const log = previous === undefined ? emptyLog(streamId) : knownThrough(domain, previous);
  return discovered(context, log, event, domain.upcast(event));
}
