import { assert, type Content, type Judged, type StateAt } from '@hindsight/bitemporal';
import { LAST, throughTime } from '../storage/keys';
import type { Moment, StateAnswer } from '../types';
import type { ReadContext } from './context';
import { referencedEvents } from './corrections';
import { effectiveEvents } from './effective-events';
import { emptyLog, headItem, itemAtVersion, itemKnownAt, knownThrough, type KnownLog } from './known-log';
import { stateBefore } from './state-before';

type NotFound = Extract<StateAnswer<never, never>, { found: false }>;
type Known = Pick<Moment, 'knownAt' | 'version'>;

/** The later of two times; the log's own clock may be ahead of this machine's. */
export const later = (a: string, b: string): string => (a > b ? a : b);

async function missing<State extends Judged, Event extends Content>(
  { store }: ReadContext<State, Event>,
  streamId: string,
  version: number | undefined,
): Promise<NotFound | KnownLog<State>> {
  const head = await headItem(store, streamId);
  if (head === undefined) return { found: false, why: 'stream-not-found' };
  if (version !== undefined) return { found: false, why: 'version-not-found', headVersion: head.version };
  return emptyLog(streamId);
}

/** The log as known at a moment: one request, if there is something to know. */
export async function logAt<State extends Judged, Event extends Content>(
  context: ReadContext<State, Event>,
  streamId: string,
  { knownAt, version }: Known,
): Promise<NotFound | KnownLog<State>> {
  const { store, domain } = context;
  const item =
    version !== undefined
      ? await itemAtVersion(store, streamId, version)
      : knownAt !== undefined
        ? await itemKnownAt(store, streamId, knownAt)
        : await headItem(store, streamId);
  if (item !== undefined) return knownThrough(domain, item);
  if (version === undefined && knownAt === undefined) return { found: false, why: 'stream-not-found' };
  const none = await missing(context, streamId, version);
  if (knownAt === undefined || 'found' in none) return none;
  // The first event may have come between the two, recorded by a clock that is behind.
  const first = await itemKnownAt(store, streamId, knownAt);
  return first === undefined ? none : knownThrough(domain, first);
}

/** The state at an effective time, inclusive: the latest one, or that of the nearest right state before it. */
export async function stateAtTime<State extends Judged, Event extends Content>(
  context: ReadContext<State, Event>,
  log: KnownLog<State>,
  asOf: string,
): Promise<StateAt<State> | null> {
  const { latest } = log;
  if (latest === null) return null;
  if (latest !== undefined && latest.last.effectiveAt <= asOf) return latest;
  return stateBefore(context, log, throughTime(asOf));
}

/** The first effective time at which an event counts; null: none does. */
export async function firstEffectiveAt<State extends Judged, Event extends Content>(
  context: ReadContext<State, Event>,
  { streamId, version }: KnownLog<State>,
): Promise<string | null> {
  const range = { after: ' ', before: LAST, version, limit: 25 };
  for await (const { event } of effectiveEvents(context, streamId, range)) return event.effectiveAt;
  return null;
}

async function noState<State extends Judged, Event extends Content>(
  context: ReadContext<State, Event>,
  log: KnownLog<State>,
): Promise<NotFound> {
  const { store, domain } = context;
  const first = await itemAtVersion(store, log.streamId, 1);
  assert(first !== undefined, `the log of ${log.streamId} has a first event`);
  const all = log.version === 0 ? await headItem(store, log.streamId) : undefined;
  const known = all === undefined ? log : knownThrough(domain, all);
  return {
    found: false,
    why: 'no-state-at-time',
    firstEffectiveAt: await firstEffectiveAt(context, known),
    firstRecordedAt: first.recordedAt,
  };
}

/** Answers state(asOf, knownAt) for one stream. */
export async function stateAt<State extends Judged, Event extends Content>(
  context: ReadContext<State, Event>,
  now: string,
  streamId: string,
  moment: Moment,
): Promise<StateAnswer<State, Event>> {
  const log = await logAt(context, streamId, moment);
  if ('found' in log) return log;
  const asOf = moment.asOf ?? later(now, log.recordedAt);
  const current = await stateAtTime(context, log, asOf);
  if (current === null) return noState(context, log);
  const { state, last } = current;
  const { knownAt = null } = moment;
  const [lastEvent] = await referencedEvents(context, streamId, [last]);
  assert(lastEvent !== undefined, 'every reference is shown');
  return { found: true, streamId, asOf, knownAt, version: log.version, state, lastEvent };
}
