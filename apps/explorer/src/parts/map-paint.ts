import { upOf, type Recorded } from '../model/axes';
import type { History } from '../model/history';
import type { Raster } from '../model/raster';
import { numberTicks, timeTicks, type Tick } from '../model/ticks';
import type { Colors, Plot } from './plot';

export interface MapScene {
  readonly raster: Raster;
  readonly history: History;
  readonly recorded: Recorded;
  readonly cursor: { readonly asOf: number | undefined; readonly knownAt: number | undefined };
}

type Rgb = readonly [number, number, number];

/** `#rrggbb`. */
const rgbOf = (color: string): Rgb => {
  const value = parseInt(color.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
};

const mixed = (a: Rgb, b: Rgb, share: number): Rgb => [
  a[0] + (b[0] - a[0]) * share,
  a[1] + (b[1] - a[1]) * share,
  a[2] + (b[2] - a[2]) * share,
];

/** More events than this are drawn as small dots. */
const MANY = 400;

function cellsOf({ cells, columns, rows, low, high }: Raster, colors: Colors): ImageData {
  const image = new ImageData(columns, rows);
  const [none, from, to, negative] = ['map-none', 'map-low', 'map-high', 'map-negative'].map((name) =>
    rgbOf(colors(name)),
  ) as [Rgb, Rgb, Rgb, Rgb];
  // From the least to the greatest, so that small differences show.
  const least = Math.max(low, 0);
  const colorOf = (value: number): Rgb => {
    if (Number.isNaN(value)) return none;
    if (value < 0) return mixed(from, negative, 0.35 + (0.65 * value) / low);
    return mixed(from, to, high > least ? (value - least) / (high - least) : 0.5);
  };
  for (let row = 0; row < rows; row += 1)
    for (let column = 0; column < columns; column += 1) {
      const [red, green, blue] = colorOf(cells[row * columns + column] ?? NaN);
      // The first recorded is at the bottom.
      image.data.set([red, green, blue, 255], ((rows - 1 - row) * columns + column) * 4);
    }
  return image;
}

/** Days on an axis of time; how many acts on one of their order. */
function ticksOf({ acts, vertical, from, to }: Recorded): readonly Tick[] {
  if (vertical === 'time')
    return timeTicks(from, to, 5).map(({ at, label }) => ({ at, label: label.split(',')[0] ?? '' }));
  return numberTicks(1, acts.length, 5)
    .filter((count) => Number.isInteger(count) && count >= 1)
    .map((count) => ({ at: acts[count - 1] ?? 0, label: String(count) }));
}

function paintEvents(plot: Plot, { history }: MapScene, y: (recorded: number) => number): void {
  const { context } = plot;
  context.strokeStyle = plot.colors('paper');
  context.lineWidth = 1;
  const [late, dot] = [plot.colors('late'), plot.colors('map-dot')];
  const isMany = history.entries.length > MANY;
  let [lastX, lastY] = [NaN, NaN];
  for (const { at, event, correction, isLate } of history.entries) {
    if (!plot.isInView(at)) continue;
    context.fillStyle = isLate ? late : dot;
    if (isMany) {
      const [x, up] = [Math.round(plot.x(at)), Math.round(y(Date.parse((correction ?? event).recordedAt)))];
      // Many events share a pixel.
      if (x !== lastX || up !== lastY) context.fillRect(x - 1, up - 1, 2, 2);
      [lastX, lastY] = [x, up];
      continue;
    }
    context.beginPath();
    context.arc(plot.x(at), y(Date.parse((correction ?? event).recordedAt)), 3.5, 0, 7);
    context.fill();
    context.stroke();
  }
}

export function paintMap(plot: Plot, scene: MapScene): void {
  const { context, frame, colors, right, bottom } = plot;
  const { raster, recorded, cursor } = scene;
  const y = (moment: number) => bottom - upOf(recorded, moment) * frame.height;
  plot.timeAxis();
  plot.labels('right', 'middle');
  for (const { at, label } of ticksOf(recorded)) context.fillText(label, frame.left - 8, y(at));
  const small = new OffscreenCanvas(raster.columns, raster.rows);
  small.getContext('2d')?.putImageData(cellsOf(raster, colors), 0, 0);
  plot.clipped(() => {
    context.imageSmoothingEnabled = false;
    context.drawImage(small, frame.left, frame.top, frame.width, frame.height);
    if (recorded.vertical === 'time')
      plot.stroke(
        'map-diagonal',
        1,
        () => {
          context.moveTo(plot.x(recorded.from), y(recorded.from));
          context.lineTo(plot.x(recorded.to), y(recorded.to));
        },
        [3, 4],
      );
    paintEvents(plot, scene, y);
    const { asOf, knownAt } = cursor;
    plot.stroke('ink', 1.5, () => {
      if (asOf === undefined) return;
      context.moveTo(plot.x(asOf), frame.top);
      context.lineTo(plot.x(asOf), bottom);
    });
    plot.stroke('ghost', 1.75, () => {
      if (knownAt === undefined) return;
      context.moveTo(frame.left, y(knownAt));
      context.lineTo(right, y(knownAt));
    });
  });
}
