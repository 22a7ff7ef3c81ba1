import type { Books } from './gateways';
import { must } from './truth';

const REFUSALS: Readonly<Record<string, string>> = {
  'insufficient-stock': 'rule_broken',
  'event-id-reused': 'event_id_reused',
  'version-conflict': 'version_conflict',
  'target-not-found': 'target_not_found',
};
const ENDS = ['stored', 'duplicate', 'dry_run', ...Object.values(REFUSALS)];

/** The expected metrics, derived from the answer alone; undefined if a 5xx leaves them unknown. */
function endOf({ request, response }: Books['answers'][number]): string | undefined {
  const { status, headers, body } = response;
  if (request.method !== 'POST' || status === 202) return undefined;
  if (status === 201) return 'stored';
  if (status === 200)
    return headers['idempotent-replayed'] === 'true' && !body.dryRun ? 'duplicate' : 'dry_run';
  return REFUSALS[String(body.type).replace('/problems/', '')];
}

type Names = readonly (string | number)[];

function checkSame(what: string, counted: Names, answered: Names): void {
  const [seen, expected] = [counted, answered].map((names) => JSON.stringify(names.map(String).sort()));
  must(seen === expected, 'metrics', () => `counted ${what} ${seen}, and answered ${expected}`);
}

/**
 * The metrics of every process match its answers: outcomes of appends, events, late ones and how late,
 * statuses.
 */
export function checkMetrics(books: readonly Books[]): void {
  for (const { gateway, isWhole, answers, appends, requests } of books) {
    if (!isWhole()) continue;
    const known = appends.filter(({ end }) => ENDS.includes(end));
    const ends = answers.map(endOf).filter((end) => end !== undefined);
    const check = (what: string, counted: Names, answered: Names) =>
      checkSame(`${what} of ${gateway}`, counted, answered);
    check(
      'appends',
      known.map(({ end }) => end),
      ends,
    );
    const stored = answers
      .filter((answer) => endOf(answer) === 'stored')
      .map(({ response }) => response.body);
    const ofStored = appends.filter(({ end }) => end === 'stored');
    check(
      'events',
      ofStored.map(({ events }) => events),
      stored.map((body) => (body.events as unknown[]).length),
    );
    check(
      'late appends',
      appends.flatMap(({ lateBy }) => lateBy ?? []),
      stored.flatMap((body) => (body.adjustment ? [body.adjustment.eventsAffected as number] : [])),
    );
    const statuses = answers.map(({ response }) => response.status);
    checkSame(
      `requests of ${gateway}`,
      requests.map(({ status }) => status),
      statuses,
    );
  }
}
