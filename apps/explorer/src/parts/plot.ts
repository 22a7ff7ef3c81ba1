import { indexAt } from '../model/history';
import { shown } from '../model/ledger';
import { numberTicks, timeTicks } from '../model/ticks';

/** A canvas with two axes: where things are on it, the grid, and step lines of any length. */

export type Colors = (name: string) => string;

export const colorsOf = (element: Element): Colors => {
  const style = getComputedStyle(element);
  return (name) => style.getPropertyValue(`--${name}`).trim();
};

/** The part of a canvas with the lines, in CSS pixels, and what it spans. */
export interface Frame {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly from: number;
  readonly to: number;
  readonly low: number;
  readonly high: number;
}

const FONT = '12px system-ui, "Liberation Sans", sans-serif';
/** Of one label of the time axis. */
const LABEL_WIDTH = 92;
const LABEL_HEIGHT = 52;

export class Plot {
  readonly right: number;
  readonly bottom: number;

  constructor(
    readonly context: CanvasRenderingContext2D,
    readonly frame: Frame,
    readonly colors: Colors,
  ) {
    this.right = frame.left + frame.width;
    this.bottom = frame.top + frame.height;
  }

  x(moment: number): number {
    const { left, width, from, to } = this.frame;
    return left + ((moment - from) / (to - from)) * width;
  }

  y(value: number): number {
    const { height, low, high } = this.frame;
    return this.bottom - ((value - low) / (high - low)) * height;
  }

  isInView(moment: number): boolean {
    return moment >= this.frame.from && moment <= this.frame.to;
  }

  /** What is painted inside stays inside of the frame. */
  clipped(work: () => void): void {
    const { context, frame } = this;
    context.save();
    context.beginPath();
    context.rect(frame.left, frame.top, frame.width, frame.height);
    context.clip();
    work();
    context.restore();
  }

  stroke(color: string, width: number, path: () => void, dash: readonly number[] = []): void {
    const { context } = this;
    context.strokeStyle = this.colors(color);
    context.lineWidth = width;
    context.setLineDash([...dash]);
    context.beginPath();
    path();
    context.stroke();
    context.setLineDash([]);
  }

  /** Calls back for every step in view, with its edges in pixels. */
  steps(times: readonly number[], visit: (index: number, left: number, right: number) => void): void {
    const { from, to, left } = this.frame;
    for (let index = Math.max(0, indexAt(times, from)); index < times.length; index += 1) {
      const at = times[index] ?? 0;
      if (at > to) return;
      const end = times[index + 1];
      visit(
        index,
        Math.max(this.x(at), left),
        end === undefined ? this.right : Math.min(this.x(end), this.right),
      );
    }
  }

  /** How the texts that follow are written. */
  labels(align: CanvasTextAlign, baseline: CanvasTextBaseline): void {
    const { context } = this;
    context.font = FONT;
    context.fillStyle = this.colors('muted');
    context.textAlign = align;
    context.textBaseline = baseline;
  }

  grid(): void {
    const { context, frame, right } = this;
    this.labels('right', 'middle');
    const values = numberTicks(frame.low, frame.high, frame.height / LABEL_HEIGHT);
    this.stroke('grid', 1, () => {
      for (const value of values) {
        const y = Math.round(this.y(value)) + 0.5;
        context.moveTo(frame.left, y);
        context.lineTo(right, y);
        context.fillText(
          shown(value.toLocaleString('en-US', { maximumFractionDigits: 6 })),
          frame.left - 8,
          y,
        );
      }
    });
    this.timeAxis();
  }

  timeAxis(): void {
    const { context, frame, right, bottom } = this;
    this.labels('center', 'top');
    const ticks = timeTicks(frame.from, frame.to, frame.width / LABEL_WIDTH);
    this.stroke('grid', 1, () => {
      for (const { at, label } of ticks) {
        const x = Math.round(this.x(at)) + 0.5;
        context.moveTo(x, frame.top);
        context.lineTo(x, bottom);
        const half = context.measureText(label).width / 2;
        context.fillText(label, Math.min(Math.max(x, frame.left + half), right - half), bottom + 8);
      }
    });
  }

  /**
   * A step line. Steps that share half a pixel are drawn as one stroke over what they span, so that a line of 100,000
   * steps costs no more than the width of the screen.
   */
  line(
    times: readonly number[],
    values: readonly (number | null)[],
    color: string,
    dash?: readonly number[],
  ): void {
    const { context } = this;
    this.stroke(
      color,
      dash ? 1.75 : 2.25,
      () => {
        let [bucket, lowest, highest, last] = [NaN, 0, 0, NaN];
        const flush = (): void => {
          if (Number.isNaN(bucket) || lowest === highest) return;
          context.lineTo(bucket / 2, lowest);
          context.lineTo(bucket / 2, highest);
          context.lineTo(bucket / 2, last);
        };
        this.steps(times, (index, left, right) => {
          const value = values[index];
          if (value === null || value === undefined) return;
          const y = this.y(value);
          const here = Math.round(left * 2);
          if (here !== bucket) {
            flush();
            if (Number.isNaN(last)) context.moveTo(left, y);
            else {
              context.lineTo(left, last);
              context.lineTo(left, y);
            }
            [bucket, lowest, highest] = [here, y, y];
          }
          [lowest, highest, last] = [Math.min(lowest, y), Math.max(highest, y), y];
          if (right - left >= 0.5) {
            flush();
            context.lineTo(right, y);
            bucket = NaN;
          }
        });
        flush();
      },
      dash,
    );
  }
}

/** The canvas's context in CSS pixels, cleared; undefined where there is none. */
export function cleared(
  canvas: HTMLCanvasElement,
  width: number,
  height: number,
): CanvasRenderingContext2D | undefined {
  const scale = devicePixelRatio;
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const context = canvas.getContext('2d') ?? undefined;
  context?.scale(scale, scale);
  return context;
}
