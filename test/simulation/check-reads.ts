import { registry, type RecordedEvent } from '@hindsight/domain';
import { historyOf, snapshotAt } from '../support/definition';
import type { HttpResponse } from './gateways';
import type { ReadAct } from './history';
import { must, show, sorted, type Truth } from './truth';

type Read = (log: readonly RecordedEvent[], act: ReadAct, response: HttpResponse) => boolean;

const knownIn = (
  log: readonly RecordedEvent[],
  { knownAt, version }: ReadAct['moment'],
): readonly RecordedEvent[] =>
  log.filter(
    (event) =>
      event.recordedAt <= (knownAt ?? event.recordedAt) && event.version <= (version ?? event.version),
  );

const problem = ({ body }: HttpResponse): string => String(body.type).replace('/problems/', '');

function isMissing(log: readonly RecordedEvent[], { moment }: ReadAct, response: HttpResponse): boolean {
  switch (problem(response)) {
    case 'product-not-found':
      return log.length === 0;
    case 'version-not-found':
      return (moment.version ?? 0) > log.length;
    case 'no-state-at-time':
      // Without asOf the request meant "now", by a clock that the checker does not know.
      return (
        log.length > 0 &&
        (moment.asOf === undefined || snapshotAt(registry, log, { ...moment, asOf: moment.asOf }) === null)
      );
  }
  return false;
}

const state: Read = (log, act, response) => {
  const { body } = response;
  if (response.status === 404) return isMissing(log, act, response);
  const known = knownIn(log, act.moment);
  const naive = snapshotAt(registry, log, { ...act.moment, asOf: body.asOf as string });
  return (
    body.version === known.length &&
    (act.moment.version === undefined || act.moment.version <= log.length) &&
    sorted([body.state, body.lastEvent]) === sorted([naive?.state, naive?.last])
  );
};

const recorded: Read = (log, act, response) => {
  if (response.status === 404) return isMissing(log, act, response);
  // What a count found is no part of what was recorded.
  const events = response.body.events as readonly { readonly variance?: string }[];
  const recorded = events.map(({ variance, ...event }) => event);
  return log.length > 0 && sorted(recorded) === sorted(log);
};

const places = (events: readonly { eventId: string; version: number; effectiveAt: string }[]): string =>
  show(events.map(({ eventId, version, effectiveAt }) => [eventId, version, effectiveAt]));

const effective: Read = (log, act, response) => {
  if (response.status === 404) return isMissing(log, act, response);
  const facts = historyOf(registry, log, act.moment).map(({ event }) => event);
  return log.length > 0 && places(response.body.events as never) === places(facts);
};

interface Entry {
  readonly event: { readonly eventId: string; readonly version: number; readonly effectiveAt: string };
  readonly state: unknown;
}

const timeline: Read = (log, act, response) => {
  if (response.status === 404) return isMissing(log, act, response);
  const facts = historyOf(registry, log, act.moment).map(({ event }) => event);
  const entries = response.body.entries as Entry[];
  if (log.length === 0 || places(entries.map(({ event }) => event)) !== places(facts)) return false;
  return entries.every(({ event: { effectiveAt }, state: answered }, index) => {
    const isLastOfInstant = entries[index + 1]?.event.effectiveAt !== effectiveAt;
    return (
      !isLastOfInstant ||
      sorted(answered) === sorted(snapshotAt(registry, log, { ...act.moment, asOf: effectiveAt })?.state)
    );
  });
};

/** Every answer matches the definition, applied to the complete log of some moment during the request. */
export function checkReads(truth: Truth): void {
  for (const { act, attempts } of truth.deeds) {
    if (act.kind === 'append') continue;
    const read =
      act.kind === 'state'
        ? state
        : act.kind === 'timeline'
          ? timeline
          : act.order === 'recorded'
            ? recorded
            : effective;
    for (const { from, to, response } of attempts) {
      if (response === undefined || response.status >= 500 || response.status === 429) continue;
      const heads = truth.headsWithin(from, to);
      const right = heads.some((head) => read(truth.log.slice(0, head), act, response));
      must(
        right,
        'time oracle',
        () =>
          `${act.request.path} ${show(act.request.query)} at heads ${show(heads)}: ${show(response.body)}`,
      );
    }
  }
}
