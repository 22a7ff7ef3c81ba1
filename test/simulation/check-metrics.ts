import type { Books } from './gateways';
import { must, sorted } from './truth';

const REFUSALS: Readonly<Record<string, string>> = {
  'insufficient-stock': 'rule_broken',
  'event-id-reused': 'event_id_reused',
  'version-conflict': 'version_conflict',
  'target-not-found': 'target_not_found',
};
const ENDS = ['stored', 'duplicate', 'dry_run', ...Object.values(REFUSALS)];

/** As the numbers must have it, told from nothing but the answer; undefined: by a 5xx alone it can't be told. */
function endOf({ request, response }: Books['answers'][number]): string | undefined {
  const { status, headers, body } = response;
  if (request.method !== 'POST' || status === 202) return undefined;
  if (status === 201) return 'stored';
  if (status === 200)
    return headers['idempotent-replayed'] === 'true' && !body.dryRun ? 'duplicate' : 'dry_run';
  return REFUSALS[String(body.type).replace('/problems/', '')];
}

const countsOf = (names: readonly (string | number)[]): string => {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return sorted(counts);
};

function checkSame(what: string, gateway: string, counted: string, right: string): void {
  must(counted === right, 'metrics', () => `${gateway} counted ${what} ${counted}, and answered ${right}`);
}

/** The numbers of every process are those of its answers: ends of appends, events, late ones and how late, statuses. */
export function checkMetrics(books: readonly Books[]): void {
  for (const { gateway, isWhole, answers, appends, requests } of books) {
    if (!isWhole()) continue;
    const known = appends.filter(({ end }) => ENDS.includes(end));
    const ends = answers.map(endOf).filter((end) => end !== undefined);
    checkSame('appends', gateway, countsOf(known.map(({ end }) => end)), countsOf(ends));
    const stored = answers
      .filter((answer) => endOf(answer) === 'stored')
      .map(({ response }) => response.body);
    const events = stored.map((body) => (body.events as unknown[]).length);
    const ofStored = appends.filter(({ end }) => end === 'stored');
    checkSame('events', gateway, countsOf(ofStored.map((one) => one.events)), countsOf(events));
    const late = stored.flatMap((body) =>
      body.adjustment ? [body.adjustment.eventsAffected as number] : [],
    );
    const lateBy = appends.flatMap((one) => (one.lateBy === undefined ? [] : [one.lateBy]));
    checkSame('late appends', gateway, countsOf(lateBy), countsOf(late));
    const statuses = answers.map(({ response }) => response.status);
    checkSame('requests', gateway, countsOf(requests.map(({ status }) => status)), countsOf(statuses));
  }
}
