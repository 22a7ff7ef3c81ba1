import { indexAt, type History } from './history';

export type Vertical = 'time' | 'order';

/** Both axes of the map: between moments and shares (0 to 1) of its width and height. */
export interface Axes {
  readonly from: number;
  readonly to: number;
  /** When each act was recorded, ascending. */
  readonly acts: readonly number[];
  readonly recordedFrom: number;
  readonly recordedTo: number;
  readonly vertical: Vertical;
}

export const acrossOf = ({ from, to }: Axes, moment: number): number => (moment - from) / (to - from);

/** From below: by time, or act by act. */
export function upOf(axes: Axes, recorded: number): number {
  const { acts, vertical, recordedFrom, recordedTo } = axes;
  if (vertical === 'time') return (recorded - recordedFrom) / (recordedTo - recordedFrom);
  return (indexAt(acts, recorded) + 1) / (acts.length + 1);
}

/** The recorded moment at a share of the height; undefined: before everything. */
export function recordedAtShare(axes: Axes, share: number): number | undefined {
  const { acts, vertical, recordedFrom, recordedTo } = axes;
  if (vertical === 'time') return Math.round(recordedFrom + share * (recordedTo - recordedFrom));
  return acts[Math.min(Math.floor(share * (acts.length + 1)) - 1, acts.length - 1)];
}

/** Recorded within so small a part of the time that they are about: by time, everything is one line. */
const BURST = 0.02;

export function axesOf({ events, entries }: History, now: number, chosen: Vertical | undefined): Axes {
  const acts = [...new Set(events.map(({ recordedAt }) => Date.parse(recordedAt)))];
  const first = Math.min(entries[0]?.at ?? now, acts[0] ?? now);
  const last = Math.max(entries.at(-1)?.at ?? now, acts.at(-1) ?? now);
  const span = Math.max(last - first, 1_000);
  const recordedSpan = (acts.at(-1) ?? 0) - (acts[0] ?? 0);
  const vertical = chosen ?? (recordedSpan < span * BURST ? 'order' : 'time');
  const margin = span * 0.03;
  return {
    from: first - margin,
    to: last + margin,
    ...{ acts, vertical },
    recordedFrom: first - margin,
    recordedTo: last + margin,
  };
}
