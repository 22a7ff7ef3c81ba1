import type { Content, Judged } from '@hindsight/bitemporal';
import { advance } from '@hindsight/bitemporal';
import type { ReadContext } from '../read/context';
import { effectiveEvents } from '../read/effective-events';
import type { KnownLog } from '../read/known-log';
import { stateAtTime } from '../read/state-at';
import { LAST, throughTime } from '../storage/keys';
import type { NewEvent } from '../storage/items';

/**
 * What would make a refused event fit, in the words of its domain; undefined if nothing is known for such an event. Reads
 * the later history until the answer is certain, one page and one state in memory.
 */
export async function remediesOf<State extends Judged, Event extends Content>(
  context: ReadContext<State, Event>,
  log: KnownLog<State>,
  { event, target }: NewEvent<Event>,
  rule: string,
): Promise<unknown> {
  const { domain } = context;
  const search = target === undefined ? domain.remedies(event, rule) : undefined;
  if (search === undefined) return undefined;
  let current = log.version === 0 ? null : await stateAtTime(context, log, event.effectiveAt);
  search.begin(event.effectiveAt, current?.state ?? null);
  const range = { after: throughTime(event.effectiveAt), before: LAST, version: log.version, limit: 100 };
  for await (const effective of effectiveEvents(context, log.streamId, range)) {
    if (search.done) break;
    current = advance(domain, log.streamId, current, effective);
    search.next(effective.event.effectiveAt, effective.content, current.state);
  }
  return search.result();
}
