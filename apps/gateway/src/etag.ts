import type { StateAnswer } from '@hindsight/workflow';

type Found = Extract<StateAnswer, { found: true }>;

/**
 * The entity tag of a state.
 * | `"<version>"` identifies the state when that version was recorded: the one that its append returned. A
 * state can change without a new version, when an event with a future `effectiveAt` becomes effective. From
 * then on, its tag is `"<version>.<version of that event>"`. Both contain a version and are valid for
 * `If-Match`.
 * | Why the tag is exact: in the log known through version V, the last effective event up to T determines the
 * state at T. If that event was not future-dated when it was recorded, it was already effective when V was
 * recorded, so the state is still the one of that moment. Otherwise, the tag contains the event's version,
 * which identifies the prefix of the history. With an explicit `asOf`, T is part of the URL, and V alone
 * would suffice.
 * | `asOf` in the body is the time of the read, and not part of what the tag identifies.
 */
export function stateTag({ version, lastEvent }: Found): string {
  const fellDue = lastEvent.effectiveAt > lastEvent.recordedAt;
  return fellDue ? `"${version}.${lastEvent.version}"` : `"${version}"`;
}
