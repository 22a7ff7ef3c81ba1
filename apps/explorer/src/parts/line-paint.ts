import { indexAt, type Entry, type Line } from '../model/history';
import { plotted, type Aligned } from './line-data';
import type { Plot } from './plot';

/** Everything that the figure of a product's life shows. */
export interface Scene {
  /** The ghost, what is known now, and the draft. */
  readonly data: Aligned;
  readonly known: Line;
  /** Which two lines of the data are compared. */
  readonly compared: readonly [number, number] | undefined;
  readonly late: readonly Entry[];
  readonly counts: readonly Entry[];
  readonly conflicts: readonly number[];
  readonly asOf: number;
  readonly knownAt: number | undefined;
  readonly now: number;
  readonly futureLabel: string;
  /** A part that is being selected with the mouse, in pixels. */
  readonly selected: readonly [number, number] | undefined;
}

/** The index of the draft among the lines. */
const DRAFT = 2;
/** More arrows than this are a tangle: the newest are drawn. */
const ARROWS = 40;
const MARKS = 200;

function paintFuture(plot: Plot, { now, futureLabel }: Scene): void {
  const { context, frame, colors, right, bottom } = plot;
  const left = Math.max(plot.x(now), frame.left);
  if (left >= right) return;
  context.fillStyle = colors('future');
  context.fillRect(left, frame.top, right - left, frame.height);
  if (right - left < 60) return;
  plot.labels('left', 'alphabetic');
  context.fillText(futureLabel, left + 6, bottom - 8);
}

function paintDifference(plot: Plot, { data, compared }: Scene): void {
  if (compared === undefined) return;
  const [a, b] = compared.map((index) => data.lines[index] ?? []);
  plot.context.fillStyle = plot.colors(compared.includes(DRAFT) ? 'would' : 'difference');
  plot.steps(data.times, (index, left, right) => {
    const [one, other] = [a?.[index] ?? 0, b?.[index] ?? 0];
    if (one === other) return;
    const [top, bottom] = [plot.y(Math.max(one, other)), plot.y(Math.min(one, other))];
    plot.context.fillRect(left, top, right - left, bottom - top);
  });
}

function paintNegative(plot: Plot, { data }: Scene): void {
  plot.context.fillStyle = plot.colors('negative');
  for (const line of data.lines.filter((one) => one.some((value) => value !== null && value < 0))) {
    plot.steps(data.times, (index, left, right) => {
      const value = line[index] ?? 0;
      if (value < 0)
        plot.context.fillRect(left, plot.y(0), Math.max(right - left, 1), plot.y(value) - plot.y(0));
    });
  }
}

/** From when an event was recorded, above, to when it counts, on the line. */
function paintArrow(plot: Plot, entry: Entry, quantity: number): void {
  const { context, frame } = plot;
  const recorded = Date.parse((entry.correction ?? entry.event).recordedAt);
  const [fromX, fromY] = [plot.x(recorded), frame.top + 4];
  const [toX, toY] = [plot.x(entry.at), plot.y(quantity) - 3];
  plot.stroke('late', 1.25, () => {
    context.moveTo(fromX, fromY);
    context.bezierCurveTo((fromX + toX) / 2, fromY, toX, fromY, toX, toY - 6);
  });
  context.fillStyle = plot.colors('late');
  context.beginPath();
  context.arc(fromX, fromY, 2.5, 0, 7);
  context.moveTo(toX, toY);
  context.lineTo(toX - 3.5, toY - 7);
  context.lineTo(toX + 3.5, toY - 7);
  context.fill();
}

function paintMarks(plot: Plot, { late, counts, conflicts, known }: Scene): void {
  const { context } = plot;
  const quantityAt = (at: number) => plotted(known.quantities[indexAt(known.times, at)] ?? 0n);
  for (const entry of late.filter(({ at }) => plot.isInView(at)).slice(-ARROWS))
    paintArrow(plot, entry, quantityAt(entry.at));
  context.fillStyle = plot.colors('paper');
  for (const { at } of counts.filter((one) => plot.isInView(one.at)).slice(-MARKS)) {
    const [x, y, size] = [plot.x(at), plot.y(quantityAt(at)), 4.5];
    plot.stroke('known', 1.5, () => {
      context.moveTo(x, y - size);
      for (const [right, down] of [
        [size, 0],
        [0, size],
        [-size, 0],
      ] as const)
        context.lineTo(x + right, y + down);
      context.closePath();
      context.fill();
    });
  }
  for (const at of conflicts.filter((one) => plot.isInView(one))) {
    const [x, y, size] = [plot.x(at), plot.y(0), 5];
    plot.stroke('bad', 2.25, () => {
      context.moveTo(x - size, y - size);
      context.lineTo(x + size, y + size);
      context.moveTo(x + size, y - size);
      context.lineTo(x - size, y + size);
    });
  }
}

function paintMoment(plot: Plot, moment: number, color: string, dash: readonly number[]): void {
  const x = Math.round(plot.x(moment)) + 0.5;
  plot.stroke(
    color,
    1.5,
    () => {
      plot.context.moveTo(x, plot.frame.top);
      plot.context.lineTo(x, plot.bottom);
    },
    dash,
  );
}

export function paintScene(plot: Plot, scene: Scene): void {
  const { context, frame, colors, right } = plot;
  const { data, selected } = scene;
  plot.grid();
  plot.clipped(() => {
    paintFuture(plot, scene);
    paintDifference(plot, scene);
    paintNegative(plot, scene);
    const zero = Math.round(plot.y(0)) + 0.5;
    plot.stroke('axis', 1, () => {
      context.moveTo(frame.left, zero);
      context.lineTo(right, zero);
    });
    const [ghost = [], known = [], draft = []] = data.lines;
    plot.line(data.times, ghost, 'ghost', [5, 4]);
    // What a draft leaves as it is stays blue.
    plot.line(data.times, draft, 'draft');
    plot.line(data.times, known, 'known');
    if (scene.knownAt !== undefined) paintMoment(plot, scene.knownAt, 'ghost', [2, 4]);
    paintMoment(plot, scene.asOf, 'ink', []);
    paintMarks(plot, scene);
    if (selected === undefined) return;
    context.fillStyle = colors('selection');
    context.fillRect(Math.min(...selected), frame.top, Math.abs(selected[0] - selected[1]), frame.height);
  });
}
