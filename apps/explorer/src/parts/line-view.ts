import { useMemo, useState } from 'preact/hooks';
import { usePage } from '../hooks';
import { withParameters } from '../model/cursor';
import type { Line } from '../model/history';
import { extentOf, type Aligned } from './line-data';
import type { Frame } from './plot';

/** The part of effective time that is in view. */
export interface View {
  readonly from: number;
  readonly to: number;
}

export const HEIGHT = 320;
/** Around the lines: the labels of the axes, and room for where arrows begin. */
const MARGIN = { left: 66, top: 14, right: 12, bottom: 30 };
/** A pointer that moves less than this while down has clicked. */
const CLICK_PIXELS = 4;

function viewIn(search: string): View | undefined {
  const query = new URLSearchParams(search);
  const [from = NaN, to = NaN] = ['from', 'to'].map((name) => Date.parse(query.get(name) ?? ''));
  return from < to ? { from, to } : undefined;
}

export function wholeView(lines: readonly Line[], now: number): View {
  const first = Math.min(...lines.map(({ times }) => times[0] ?? now - 3_600_000), now);
  const last = Math.max(...lines.map(({ times }) => times.at(-1) ?? now), now);
  const margin = Math.max((last - first) * 0.03, 1_000);
  return { from: first - margin, to: last + margin };
}

/** By a factor around the middle, or by a share of the width to a side. */
export function moved({ from, to }: View, factor: number, shift: number): View {
  const [middle, half] = [(from + to) / 2 + (to - from) * shift, ((to - from) / 2) * factor];
  return { from: middle - half, to: middle + half };
}

/** The view is part of the address. */
export function useView(whole: View) {
  const { search, setSearch } = usePage();
  const chosen = useMemo(() => viewIn(search), [search]);
  const setView = (view: View | undefined) => {
    const at = (name: keyof View) => view && new Date(Math.round(view[name])).toISOString();
    setSearch(withParameters(location.search, { from: at('from'), to: at('to') }));
  };
  return { view: chosen ?? whole, isWhole: chosen === undefined, setView };
}

export function frameOf(data: Aligned, { from, to }: View, width: number): Frame {
  const [low, high] = extentOf(data, from, to);
  const margin = (high - low) * 0.08 || 1;
  return {
    ...{ left: MARGIN.left, top: MARGIN.top, from, to },
    width: Math.max(1, width - MARGIN.left - MARGIN.right),
    height: HEIGHT - MARGIN.top - MARGIN.bottom,
    low: low < 0 ? low - margin : 0,
    high: high + margin,
  };
}

/** A click picks a moment, a drag a part; with a mouse, a pen or a finger. */
export function usePointer(frame: Frame, onPick: (moment: number) => void, onView: (view: View) => void) {
  const [selected, setSelected] = useState<readonly [number, number]>();
  const momentAt = (x: number) => frame.from + ((x - frame.left) / frame.width) * (frame.to - frame.from);
  const xOf = (event: PointerEvent) => {
    const { left } = (event.currentTarget as Element).getBoundingClientRect();
    return Math.min(Math.max(event.clientX - left, frame.left), frame.left + frame.width);
  };
  const onPointerDown = (event: PointerEvent) => {
    if (event.button !== 0) return;
    (event.currentTarget as Element).setPointerCapture(event.pointerId);
    setSelected([xOf(event), xOf(event)]);
  };
  const onPointerMove = (event: PointerEvent) => {
    if (selected) setSelected([selected[0], xOf(event)]);
  };
  const onPointerUp = (event: PointerEvent) => {
    if (!selected) return;
    const [start, end] = [selected[0], xOf(event)];
    setSelected(undefined);
    if (Math.abs(start - end) < CLICK_PIXELS) onPick(momentAt(end));
    else onView({ from: momentAt(Math.min(start, end)), to: momentAt(Math.max(start, end)) });
  };
  const onPointerCancel = () => setSelected(undefined);
  return [selected, { onPointerDown, onPointerMove, onPointerUp, onPointerCancel }] as const;
}
