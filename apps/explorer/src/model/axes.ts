import { indexAt, type History } from './history';

export type Vertical = 'time' | 'order';

/** The vertical axis of the map: shares (0 to 1) of its height and moments of recording. */
export interface Recorded {
  /** When each act was recorded, ascending. */
  readonly acts: readonly number[];
  readonly from: number;
  readonly to: number;
  readonly vertical: Vertical;
}

/** Recorded within so small a part of the time that they are about: by time, everything would be one line. */
const BURST = 0.02;

export function recordedAxis(
  { events, entries }: History,
  now: number,
  chosen: Vertical | undefined,
): Recorded {
  const acts = [...new Set(events.map(({ recordedAt }) => Date.parse(recordedAt)))];
  const first = Math.min(entries[0]?.at ?? now, acts[0] ?? now);
  const last = Math.max(acts.at(-1) ?? now, now);
  const span = Math.max(last - first, 1_000);
  const recordedSpan = (acts.at(-1) ?? 0) - (acts[0] ?? 0);
  const vertical = chosen ?? (recordedSpan < span * BURST ? 'order' : 'time');
  return { acts, vertical, from: first - span * 0.03, to: last + span * 0.03 };
}

/** From below: by time, or act by act. */
export function upOf({ acts, vertical, from, to }: Recorded, recorded: number): number {
  if (vertical === 'time') return (recorded - from) / (to - from);
  return (indexAt(acts, recorded) + 1) / (acts.length + 1);
}

/** The recorded moment at a share of the height; undefined: before everything. */
export function recordedAtShare({ acts, vertical, from, to }: Recorded, share: number): number | undefined {
  if (vertical === 'time') return Math.round(from + share * (to - from));
  return acts[Math.min(Math.floor(share * (acts.length + 1)) - 1, acts.length - 1)];
}
