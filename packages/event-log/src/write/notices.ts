import type { Change, Content, Notice } from '@hindsight/bitemporal';
import type { Evaluation } from './evaluate';

/** Findings of later events that the append changes: the first of them, and how many more there are. */
function changedFindings(changes: readonly Change[]): Notice[] {
  const [first, ...more] = changes.filter(({ eventId }) => eventId !== undefined);
  if (first === undefined) return [];
  const { field, eventId, before, after } = first;
  // A finding is a text.
  const now = after === null ? 'no longer counts' : `changes from ${before as string} to ${after as string}`;
  const others = more.length === 0 ? '' : `, and ${more.length} more like it`;
  return [{ code: `${field}-changed`, detail: `the ${field} of event ${String(eventId)} ${now}${others}` }];
}

/**
 * What the sender of an append should know. In an append of several events, the paths of fields begin with the index of
 * their event.
 * @param ids of the events as they were sent, in their order
 */
export function noticesOf<State, Event extends Content>(
  { events, comparison }: Evaluation<State, Event>,
  ids: readonly string[],
): readonly Notice[] {
  const ofEvents = events.flatMap(({ event, target }) => {
    const found = comparison.outcomes.get(target?.version ?? event.version)?.notices ?? [];
    const prefix = `${ids.length > 1 ? `[${ids.indexOf(event.eventId)}].` : ''}${target ? 'replacement.' : ''}`;
    return found.map(({ path, ...notice }) => ({
      ...notice,
      ...(path !== undefined && { path: `${prefix}${path}` }),
    }));
  });
  return [...ofEvents, ...changedFindings(comparison.changes)];
}
