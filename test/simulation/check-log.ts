import { verifyInventory, type VerifyOptions } from '@hindsight/workflow';
import { isAppend, isSame, must, show, type Truth } from './truth';

/**
 * Checks the log by itself: consecutive versions, monotonic record times, unique ids, and only events that a
 * client sent.
 */
export function checkLog(truth: Truth): void {
  const { log, deeds } = truth;
  const versions = log.map(({ version }) => version);
  must(
    versions.every((version, index) => version === index + 1),
    'gapless versions',
    () => show(versions),
  );
  const times = log.map(({ recordedAt }) => recordedAt);
  must(
    times.every((time, index) => index === 0 || time >= (times[index - 1] as string)),
    'monotone recordedAt',
    () => show(times),
  );
  const ids = log.map(({ eventId }) => eventId);
  must(new Set(ids).size === ids.length, 'stored once', () => show(ids));
  const acts = deeds.filter(isAppend).map(({ act }) => act);
  const nameless = acts.filter(({ events, dryRun }) => events === undefined && !dryRun);
  const unnamed = log.filter(({ eventId }) => !truth.sent.has(eventId));
  const may = nameless.reduce((sum, { count }) => sum + count, 0);
  must(unnamed.length <= may, 'stored once', () => `${unnamed.length} events without ids, sent were ${may}`);
  for (const event of log) {
    const sent = acts
      .flatMap(({ events, dryRun }) => (dryRun ? [] : (events ?? [])))
      .filter(({ eventId }) => eventId === event.eventId);
    must(unnamed.includes(event) || sent.some((one) => isSame(one, event)), 'nothing made up', () =>
      show(event),
    );
  }
}

/** Every transaction wrote the next versions, at a later time than the previous one: a total order. */
export function checkCommits({ commits, log }: Truth): void {
  let next = 1;
  let last = -Infinity;
  for (const { at, versions } of commits) {
    must(
      versions[0] === next && at >= last,
      'linearizability',
      () => `commit of ${show(versions)} where ${next} was next`,
    );
    next += versions.length;
    last = at;
  }
  must(next === log.length + 1, 'no event lost', () => `${next - 1} were committed, ${log.length} are there`);
}

/** Everything that is stored, against the definition. */
export async function checkStored(options: VerifyOptions): Promise<void> {
  const { differences } = await verifyInventory(options);
  must(differences.length === 0, 'verify', () => show(differences[0]));
}
