import type { Change, Content, Notice } from '@hindsight/bitemporal';
import type { Logged, Sent } from '../storage/items';
import type { AppendCommand, Refusal } from '../types';
import type { Evaluation } from '../read/evaluate';

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

/** An event of a closed period counts later than its sender said. */
function carried({ effectiveAt, carriedFrom }: Logged<Content>): Notice[] {
  if (carriedFrom === undefined) return [];
  const detail = `the period of ${carriedFrom} is closed, so it is recorded at ${effectiveAt}`;
  return [{ code: 'carried', detail, path: 'effectiveAt' }];
}

type Asked<Event extends Content> = Pick<AppendCommand<Event>, 'events' | 'indexes'>;

/** Where an event of a command is in its request. */
function indexOf<Event extends Content>({ events, indexes }: Asked<Event>, eventId: string): number {
  const index = events.findIndex((event) => event.eventId === eventId);
  return indexes?.[index] ?? index;
}

/** A refusal that names an event by its index: the index in the request, not among the events that are new. */
export function inRequest<State, Event extends Content>(
  refusal: Refusal<State>,
  command: Asked<Event>,
  fresh: readonly { readonly sent: Sent<Event> }[],
): Refusal<State> {
  if (refusal.error !== 'TargetNotFound') return refusal;
  const eventId = fresh[refusal.index]?.sent.eventId;
  return eventId === undefined ? refusal : { ...refusal, index: indexOf(command, eventId) };
}

/**
 * What the sender of an append should know. In a request of several events, the paths of fields begin with the index of
 * their event.
 */
export function noticesOf<State, Event extends Content>(
  { events, comparison }: Evaluation<State, Event>,
  command: Asked<Event>,
): readonly Notice[] {
  const hasIndex = command.indexes !== undefined || command.events.length > 1;
  const ofEvents = events.flatMap(({ event, target }) => {
    const found = [
      ...carried(event),
      ...(comparison.outcomes.get(target?.version ?? event.version)?.notices ?? []),
    ];
    const index = hasIndex ? `[${indexOf(command, event.eventId)}].` : '';
    const prefix = `${index}${target ? 'replacement.' : ''}`;
    return found.map(({ path, ...notice }) => ({
      ...notice,
      ...(path !== undefined && { path: `${prefix}${path}` }),
    }));
  });
  return [...ofEvents, ...changedFindings(comparison.changes)];
}
