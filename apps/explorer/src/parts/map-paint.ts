import { acrossOf, upOf, type Axes } from '../model/axes';
import type { History } from '../model/history';
import type { Raster } from '../model/raster';
import { cleared, type Colors } from './plot';

export interface MapScene {
  readonly raster: Raster;
  readonly history: History;
  readonly axes: Axes;
  readonly cursor: { readonly asOf: number | undefined; readonly knownAt: number | undefined };
}

interface Surface {
  readonly width: number;
  readonly height: number;
  readonly colors: Colors;
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
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      const value = cells[row * columns + column] ?? NaN;
      const color = Number.isNaN(value)
        ? none
        : value < 0
          ? mixed(from, negative, 0.35 + (0.65 * value) / low)
          : mixed(from, to, high > least ? (value - least) / (high - least) : 0.5);
      // The first recorded is at the bottom.
      const place = ((rows - 1 - row) * columns + column) * 4;
      image.data.set([...color, 255], place);
    }
  }
  return image;
}

export function paintMap(
  canvas: HTMLCanvasElement,
  scene: MapScene,
  { width, height, colors }: Surface,
): void {
  const { raster, history, axes, cursor } = scene;
  const context = cleared(canvas, width, height);
  if (context === undefined) return;
  const small = new OffscreenCanvas(raster.columns, raster.rows);
  small.getContext('2d')?.putImageData(cellsOf(raster, colors), 0, 0);
  context.imageSmoothingEnabled = false;
  context.drawImage(small, 0, 0, width, height);

  const x = (moment: number) => acrossOf(axes, moment) * width;
  const y = (recorded: number) => (1 - upOf(axes, recorded)) * height;
  if (axes.vertical === 'time') {
    context.strokeStyle = colors('map-diagonal');
    context.setLineDash([3, 4]);
    context.beginPath();
    context.moveTo(x(axes.from), y(axes.from));
    context.lineTo(x(axes.to), y(axes.to));
    context.stroke();
    context.setLineDash([]);
  }
  const radius = history.entries.length > MANY ? 1.25 : 3.5;
  for (const { at, event, correction, isLate } of history.entries) {
    const recorded = Date.parse((correction ?? event).recordedAt);
    context.fillStyle = colors(isLate ? 'late' : 'map-dot');
    context.strokeStyle = colors('paper');
    context.beginPath();
    context.arc(x(at), y(recorded), radius, 0, 7);
    context.fill();
    if (radius > 2) context.stroke();
  }
  context.strokeStyle = colors('ink');
  context.lineWidth = 1.5;
  context.beginPath();
  if (cursor.asOf !== undefined) {
    context.moveTo(x(cursor.asOf), 0);
    context.lineTo(x(cursor.asOf), height);
  }
  if (cursor.knownAt !== undefined) {
    context.moveTo(0, y(cursor.knownAt));
    context.lineTo(width, y(cursor.knownAt));
  }
  context.stroke();
}
