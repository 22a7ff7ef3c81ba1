import { decimalOf } from '@hindsight/bitemporal';
import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { useDark, usePage, useWidth } from '../hooks';
import { axesOf, recordedAtShare, type Axes, type Vertical } from '../model/axes';
import { indexAt, lineAt, quantityAt, versionAt, type History } from '../model/history';
import { shown } from '../model/ledger';
import { rasterOf } from '../model/raster';
import { localText } from '../model/time';
import { text } from '../text';
import { Panel } from './basics';
import { paintMap, type MapScene } from './map-paint';
import { colorsOf } from './plot';

const ROWS = 240;
const COLUMNS = 600;
const HEIGHT = 320;
/** The cell under the mouse is worked out for logs up to this length. */
const DESCRIBED = 5_000;

type Still = Omit<MapScene, 'cursor'>;

function sceneOf(history: History, axes: Axes, columns: number): Still {
  const times = Array.from(
    { length: columns },
    (_, column) => axes.from + ((column + 0.5) / columns) * (axes.to - axes.from),
  );
  const versions = Array.from({ length: ROWS }, (_, row) => {
    const recorded = recordedAtShare(axes, (row + 0.5) / ROWS);
    return recorded === undefined ? 0 : versionAt(history, new Date(recorded).toISOString());
  });
  return { raster: rasterOf(history, versions, times), history, axes };
}

const iso = (moment: number): string => new Date(moment).toISOString();
const momentOf = (cursor: string | null): number | undefined =>
  cursor === null ? undefined : Date.parse(cursor);

function describe(history: History, asOf: number, knownAt: number): string {
  const quantity = quantityAt(lineAt(history, versionAt(history, iso(knownAt))), asOf);
  const amount = quantity === undefined ? text.map.nothing : shown(decimalOf(quantity));
  return text.map.cell(amount, localText(asOf), localText(knownAt));
}

/** A click or an arrow key sets both times. */
function usePicking(history: History, axes: Axes, now: number) {
  const { cursor, setCursor, announce } = usePage();
  const [hovered, setHovered] = useState<string>();
  const set = (asOf: number, knownAt: number) => {
    setCursor({ asOf: iso(asOf), knownAt: iso(knownAt) });
    announce(describe(history, asOf, knownAt));
  };
  const momentsAt = (event: MouseEvent) => {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    const [across, up] = [(event.clientX - box.left) / box.width, 1 - (event.clientY - box.top) / box.height];
    const asOf = Math.round(axes.from + across * (axes.to - axes.from));
    return { asOf, knownAt: recordedAtShare(axes, up) };
  };
  const stepped = (list: readonly number[], from: number, step: number) =>
    list[Math.min(Math.max(indexAt(list, from) + step, 0), list.length - 1)] ?? from;
  return {
    hovered,
    handlers: {
      onMouseMove: (event: MouseEvent) => {
        const { asOf, knownAt } = momentsAt(event);
        const isKnown = knownAt !== undefined && history.events.length <= DESCRIBED;
        setHovered(isKnown ? describe(history, asOf, knownAt) : undefined);
      },
      onMouseLeave: () => setHovered(undefined),
      onClick: (event: MouseEvent) => {
        const { asOf, knownAt = axes.acts[0] } = momentsAt(event);
        if (knownAt !== undefined) set(asOf, knownAt);
      },
      onKeyDown: (event: KeyboardEvent) => {
        const side = { ArrowLeft: -1, ArrowRight: 1 }[event.key] ?? 0;
        const level = { ArrowDown: -1, ArrowUp: 1 }[event.key] ?? 0;
        if (side === 0 && level === 0) return;
        event.preventDefault();
        const [asOf, knownAt] = [momentOf(cursor.asOf) ?? now, momentOf(cursor.knownAt) ?? now];
        const times = [...new Set(history.entries.map((entry) => entry.at))];
        set(
          side === 0 ? asOf : stepped(times, asOf, side),
          level === 0 ? knownAt : stepped(axes.acts, knownAt, level),
        );
      },
    },
  };
}

function AxisChoice({ vertical, onChoose }: { vertical: Vertical; onChoose(vertical: Vertical): void }) {
  const words = text.map;
  return (
    <span class="toggle" role="group" aria-label={words.vertical}>
      {(['time', 'order'] as const).map((one) => (
        <button
          type="button"
          key={one}
          class="quiet"
          aria-pressed={vertical === one}
          onClick={() => onChoose(one)}
        >
          {one === 'time' ? words.byTime : words.byOrder}
        </button>
      ))}
    </span>
  );
}

/** The quantity over both time axes. */
export function MapPanel({ history, now }: { history: History; now: number }) {
  const { cursor } = usePage();
  const [box, width] = useWidth();
  const canvas = useRef<HTMLCanvasElement>(null);
  const isDark = useDark();
  const [chosen, setChosen] = useState<Vertical>();
  // The map covers the past: that the clock goes on changes nothing to be seen.
  const axes = useMemo(() => axesOf(history, now, chosen), [history, chosen]);
  const columns = Math.max(1, Math.min(width, COLUMNS));
  const scene = useMemo(() => sceneOf(history, axes, columns), [history, axes, columns]);
  const { hovered, handlers } = usePicking(history, axes, now);
  const [asOf, knownAt] = [momentOf(cursor.asOf), momentOf(cursor.knownAt)];

  useLayoutEffect(() => {
    if (!canvas.current || width === 0) return;
    const colors = colorsOf(canvas.current);
    paintMap(canvas.current, { ...scene, cursor: { asOf, knownAt } }, { width, height: HEIGHT, colors });
  }, [scene, asOf, knownAt, width, isDark]);

  const words = text.map;
  return (
    <Panel
      id="map"
      title={words.title}
      actions={<AxisChoice vertical={axes.vertical} onChoose={setChosen} />}
    >
      <figure class="map">
        <span class="up">{words.up} →</span>
        <div
          ref={box}
          class="canvas"
          role="group"
          aria-label={`${words.title}. ${words.caption}`}
          tabIndex={0}
          {...handlers}
        >
          <canvas ref={canvas} style={{ width: `${width}px`, height: `${HEIGHT}px` }} />
        </div>
        <span class="across">{words.across} →</span>
        <figcaption>{hovered ?? `${words.help} ${words.caption}`}</figcaption>
      </figure>
    </Panel>
  );
}
