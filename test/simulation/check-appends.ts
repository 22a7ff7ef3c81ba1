import { registry, type RecordedEvent } from '@hindsight/domain';
import { historyOf } from '../support/definition';
import type { Expected } from '../history/model';
import type { HttpResponse } from './gateways';
import type { AppendAct, Attempt, Commit, Deed } from './history';
import { asked, isAppend, must, show, sorted, type Truth } from './truth';

type AppendDeed = Deed & { readonly act: AppendAct };

interface Judged {
  readonly commit: Commit;
  readonly ids: readonly string[];
  readonly expected: Expected;
}

const NAMES: Readonly<Record<string, string>> = {
  RuleBroken: 'stock never negative',
  EventIdReused: 'idempotency',
  replayed: 'idempotency',
  VersionConflict: 'expected version',
  TargetNotFound: 'correction target',
};

/**
 * The requests that may have caused a commit: they contain its events in its order, and their other events
 * already existed.
 */
function originsOf(truth: Truth, commit: Commit): AppendAct[] {
  const events = truth.log.filter(({ version }) => commit.versions.includes(version));
  const before = truth.log.slice(0, (commit.versions[0] ?? 1) - 1).map(({ eventId }) => eventId);
  const ids = events.map(({ eventId }) => eventId);
  return truth.deeds.filter(isAppend).flatMap(({ act }) => {
    const own = new Set(act.events?.map(({ eventId }) => eventId));
    const fresh = [...own].filter((id) => ids.includes(id));
    const fits =
      fresh.join() === ids.join() && [...own].every((id) => ids.includes(id) || before.includes(id));
    return fits && !act.dryRun ? [act] : [];
  });
}

/** The expected effect of a commit, computed only from the log before it and the request. */
function judge(truth: Truth, commit: Commit): Judged {
  const first = commit.versions[0] ?? 1;
  const events = truth.log.filter(({ version }) => commit.versions.includes(version));
  const recordedAt = events[0]?.recordedAt ?? '';
  const ids = events.map(({ eventId }) => eventId);
  const origins = originsOf(truth, commit);
  const verdicts = origins.map((act) =>
    truth.modelAt(first - 1).append(asked(act, act.events ?? []), recordedAt),
  );
  if (origins.length === 0) {
    // Ids of the server: whether shortages were to be refused is not known from the log.
    const sent = events.map(({ version, recordedAt: _, ...event }) => event);
    verdicts.push(
      truth.modelAt(first - 1).append({ events: sent, onConflict: 'flag', dryRun: false }, recordedAt),
    );
  }
  const expected = verdicts.find(({ outcome }) => outcome === 'stored') ?? verdicts[0];
  must(
    expected?.outcome === 'stored',
    NAMES[expected?.outcome ?? ''] ?? 'stored',
    () => `${show(events)} was stored, and should be ${expected?.outcome}`,
  );
  return { commit, ids, expected };
}

const wasPast = (from: string, old: readonly RecordedEvent[]): boolean =>
  historyOf(registry, old).some(({ event }) => event.effectiveAt > from);

type Reported = Record<'before' | 'after' | 'changes', unknown> & { conflicts: Record<string, unknown>[] };

const conflictsOf = (conflicts: readonly Record<string, unknown>[]) =>
  conflicts.map(({ eventId, version, effectiveAt, deficit }) => ({ eventId, version, effectiveAt, deficit }));

function checkAdjustment(truth: Truth, { expected, commit }: Judged, reported: Reported | undefined): void {
  const { adjustment } = expected;
  if (reported === undefined) {
    const old = truth.log.slice(0, (commit.versions[0] ?? 1) - 1);
    const silent = adjustment?.changes.filter(({ from }) => wasPast(from, old)) ?? [];
    must(silent.length === 0, 'adjustment', () => `nothing was said of ${show(silent)}`);
    return;
  }
  const { before, after, changes } = reported;
  const answered = { before, after, changes, conflicts: conflictsOf(reported.conflicts) };
  const right = {
    before: adjustment?.before,
    after: adjustment?.after,
    changes: adjustment?.changes,
    conflicts: adjustment?.conflicts,
  };
  must(sorted(answered) === sorted(right), 'adjustment', () => `${sorted(answered)}, not ${sorted(right)}`);
}

/** An acknowledged append is in the log, was committed in time, and its response describes what it did. */
function checkStored(
  truth: Truth,
  act: AppendAct,
  attempt: Attempt & { response: HttpResponse },
  judged: readonly Judged[],
): void {
  const { body, headers } = attempt.response;
  const events = body.events as (RecordedEvent & { variance?: string })[];
  for (const { variance, ...event } of events) {
    const stored = truth.log[event.version - 1];
    must(
      stored !== undefined && sorted(stored) === sorted(event),
      'no acknowledged event lost',
      () => `${show(event)} was acknowledged, ${show(stored)} is there`,
    );
  }
  const last = Math.max(...events.map(({ version }) => version));
  const heads = truth.headAt(attempt.to, true);
  const own = judged.find(({ commit }) => commit.versions.includes(last));
  must(own !== undefined, 'no acknowledged event lost', () => show(events));
  // A repetition of a part of a batch answers with the version of the whole.
  must(
    last <= heads && body.version === Math.max(...own.commit.versions),
    'linearizability',
    () => `version ${last} was acknowledged at head ${heads}, as ${String(body.version)}`,
  );
  const replayed = headers['idempotent-replayed'] === 'true';
  if (!replayed) {
    must(
      own.commit.at >= attempt.from,
      'idempotency',
      () => `${show(own.ids)} was stored before, and said to be new`,
    );
    const version = act.expectedVersion;
    must(
      version === undefined || own.commit.versions[0] === version + 1,
      'expected version',
      () => `${show(own.commit.versions)} after ${version}`,
    );
  }
  if (
    new Set(events.map(({ eventId }) => eventId)).size !== own.ids.length ||
    !events.every(({ eventId }) => own.ids.includes(eventId))
  )
    return;
  must(
    sorted(body.state) === sorted(own.expected.state),
    'answer',
    () => `state ${sorted(body.state)}, not ${sorted(own.expected.state)}`,
  );
  checkAdjustment(truth, own, body.adjustment as Reported | undefined);
}

const REFUSALS: Readonly<Record<string, Expected['outcome']>> = {
  'insufficient-stock': 'RuleBroken',
  'event-id-reused': 'EventIdReused',
  'version-conflict': 'VersionConflict',
  'target-not-found': 'TargetNotFound',
};

/**
 * A refusal or a dry run must be correct for some head of that time. Times that the server assigned are
 * unknown here.
 */
function checkNotStored(truth: Truth, act: AppendAct, { from, to, response }: Attempt): void {
  const { body, status } = response as HttpResponse;
  if (act.events === undefined) return;
  const { events } = act;
  const outcome =
    act.dryRun && status === 200 ? 'dryRun' : REFUSALS[String(body.type).replace('/problems/', '')];
  must(outcome !== undefined, 'clean answers', () => show(response));
  const dated = events.every(
    ({ effectiveAt, eventType }) => effectiveAt !== undefined || eventType.startsWith('event'),
  );
  if (!dated && outcome !== 'EventIdReused' && outcome !== 'VersionConflict') return;
  const heads = truth.headsWithin(from, to);
  const clock = new Date(from).toISOString();
  const found = heads.map((head) => truth.modelAt(head).append(asked(act, events), clock));
  const fits = found.filter((one) => one.outcome === outcome || (act.dryRun && one.outcome === 'replayed'));
  must(
    fits.length > 0,
    outcome === 'dryRun' ? 'dry run' : 'refusal',
    () =>
      `${show(act.request.body)}: ${outcome}, and ${show(found.map((one) => one.outcome))} at ${show(heads)}`,
  );
  if (outcome === 'VersionConflict')
    must(
      heads.includes(body.currentVersion as number),
      'linearizability',
      () => `412 at ${body.currentVersion}, heads were ${show(heads)}`,
    );
  const adjustment = body.adjustment as Reported | undefined;
  if (adjustment === undefined || headersSay(response, 'idempotent-replayed')) return;
  const answered = sorted([adjustment.changes, conflictsOf(adjustment.conflicts)]);
  const right = fits.map((one) => sorted([one.adjustment?.changes, one.adjustment?.conflicts]));
  must(right.includes(answered), 'adjustment', () => `${answered}, not ${right.join(' or ')}`);
}

const headersSay = (response: HttpResponse | undefined, name: string): boolean =>
  response?.headers[name] === 'true';

/** Whatever was refused had not been stored when the refusal was decided. */
function checkRefusedIsNew(truth: Truth, act: AppendAct, { from, response }: Attempt): void {
  if (act.events === undefined || String(response?.body.type).endsWith('event-id-reused')) return;
  const before = truth.log.slice(0, truth.headAt(from, false));
  const there = act.events.filter(({ eventId }) => before.some((event) => event.eventId === eventId));
  must(
    there.length < act.events.length,
    'idempotency',
    () => `${show(there)} was there, and refused by ${response?.status}`,
  );
}

/**
 * A contention error means that nothing was stored: no write of events that only this request sent succeeded
 * meanwhile.
 */
function checkContention(truth: Truth, act: AppendAct, { from, to }: Attempt): void {
  const own = act.events?.map(({ eventId }) => eventId) ?? [];
  for (const { at, versions } of truth.commits) {
    if (at < from || at > to) continue;
    const ids = versions.map((version) => truth.log[version - 1]?.eventId ?? '');
    const sent = ids.filter((id) => own.includes(id) && timesSent(truth, id, to) === 1);
    must(
      sent.length === 0,
      'refused is not stored',
      () => `${show(sent)}: contention was reported, and it was stored`,
    );
  }
}

/** The number of requests until then that contained an event with that id. */
function timesSent(truth: Truth, id: string, until: number): number {
  const deeds = truth.deeds.filter(({ act }) => isAppendOf(act, id));
  const attempts = deeds.flatMap((deed) => deed.attempts.filter(({ from }) => from <= until));
  return deeds.some(({ doubled }) => doubled) ? Infinity : attempts.length;
}

const isAppendOf = (act: Deed['act'], id: string): boolean =>
  act.kind === 'append' && (act.events?.some(({ eventId }) => eventId === id) ?? false);

export function checkAppends(truth: Truth): void {
  const judged = truth.commits.map((commit) => judge(truth, commit));
  for (const { act, attempts } of truth.deeds.filter(isAppend) as AppendDeed[]) {
    for (const attempt of attempts) {
      const { response } = attempt;
      if (response?.body.type === '/problems/contention') checkContention(truth, act, attempt);
      if (response === undefined || response.status >= 500 || response.status === 429) continue;
      if (response.status < 300 && !act.dryRun) checkStored(truth, act, { ...attempt, response }, judged);
      else {
        checkNotStored(truth, act, attempt);
        if (!act.dryRun) checkRefusedIsNew(truth, act, attempt);
      }
    }
  }
}
