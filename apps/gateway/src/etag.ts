import type { StateAnswer } from '@hindsight/workflow';

type Found = Extract<StateAnswer, { found: true }>;

/**
 * The entity tag of a state.
 *
 * `"<version>"` is the state as it stood when that version was recorded: what the append that made it answered.
 * A state can change without a new version, when an event with a future `effectiveAt` falls due. From then on
 * its tag is `"<version>.<version of that event>"`. Both hold a version and are good for `If-Match`.
 *
 * Why that is exact: with the log known through version V, the state at T is settled by the last event that
 * counts up to T. If that event was not ahead of its time when it was recorded, it counted when V was
 * recorded too, so the state is still the one of that moment. Otherwise its version, in the tag, tells
 * which prefix of the history this is. With an explicit `asOf` the address names T, and V alone would do.
 *
 * `asOf` in the body is the time of looking, not part of what the tag identifies.
 */
export function stateTag({ version, lastEvent }: Found): string {
  const fellDue = lastEvent.effectiveAt > lastEvent.recordedAt;
  return fellDue ? `"${version}.${lastEvent.version}"` : `"${version}"`;
}
