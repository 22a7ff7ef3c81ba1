import { decimalOf } from '@hindsight/bitemporal';
import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { useDark, useDebounced, usePage, useWidth } from '../hooks';
import { recordedAtShare, recordedAxis, type Recorded, type Vertical } from '../model/axes';
import { indexAt, lineAt, quantityAt, versionAt, type History, type Line } from '../model/history';
import { shown } from '../model/ledger';
import { packed, rasterOf, type Packed } from '../model/raster';
import { localText } from '../model/time';
import { text } from '../text';
import { Panel } from './basics';
import { paintMap, type MapScene } from './map-paint';
import { frameOf, HEIGHT, useView, wholeView } from './line-view';
import { cleared, colorsOf, Plot, type Frame } from './plot';

const ROWS = 240;
const COLUMNS = 600;
/** The cell under the mouse is worked out for logs up to this length. */
const DESCRIBED = 5_000;

const DELAY_MS = 150;
const NOTHING = { times: [], lines: [] };

type Still = Omit<MapScene, 'cursor'>;

/** A long log has a coarser map. */
const resolutionOf = ({ entries }: History) =>
  entries.length > DESCRIBED ? { rows: ROWS / 3, columns: COLUMNS / 2 } : { rows: ROWS, columns: COLUMNS };

function sceneOf(history: History, pack: Packed, recorded: Recorded, frame: Frame): Still {
  const { from, to, width } = frame;
  const most = resolutionOf(history);
  const columns = Math.max(1, Math.min(Math.floor(width), most.columns));
  const times = Array.from(
    { length: columns },
    (_, column) => from + ((column + 0.5) / columns) * (to - from),
  );
  const versions = Array.from({ length: most.rows }, (_, row) => {
    const moment = recordedAtShare(recorded, (row + 0.5) / most.rows);
    return moment === undefined ? 0 : versionAt(history, iso(moment));
  });
  return { raster: rasterOf(pack, versions, times), history, recorded };
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
function usePicking({ history, recorded }: Still, frame: Frame, now: number) {
  const { cursor, setCursor, announce } = usePage();
  const [hovered, setHovered] = useState<string>();
  const set = (asOf: number, knownAt: number) => {
    setCursor({ asOf: iso(asOf), knownAt: iso(knownAt) });
    announce(describe(history, asOf, knownAt));
  };
  const momentsAt = (event: MouseEvent) => {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    const share = (event.clientX - box.left - frame.left) / frame.width;
    const up = 1 - (event.clientY - box.top - frame.top) / frame.height;
    const asOf = Math.round(frame.from + Math.min(Math.max(share, 0), 1) * (frame.to - frame.from));
    return { asOf, knownAt: recordedAtShare(recorded, Math.min(Math.max(up, 0), 0.9999)) };
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
        const { asOf, knownAt = recorded.acts[0] } = momentsAt(event);
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
          level === 0 ? knownAt : stepped(recorded.acts, knownAt, level),
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

export interface MapPanelProps {
  readonly history: History;
  /** The lines of the figure above, whose time axis this one shares. */
  readonly lines: readonly Line[];
  readonly now: number;
}

/** The quantity over both time axes. */
export function MapPanel({ history, lines, now }: MapPanelProps) {
  const { cursor } = usePage();
  const [box, width] = useWidth();
  const canvas = useRef<HTMLCanvasElement>(null);
  const isDark = useDark();
  const [chosen, setChosen] = useState<Vertical>();
  // That the clock goes on changes nothing to be seen.
  const minute = Math.ceil(now / 60_000) * 60_000;
  const recorded = useMemo(() => recordedAxis(history, minute, chosen), [history, minute, chosen]);
  const { view: wanted } = useView(wholeView(lines, now));
  const pack = useMemo(() => packed(history), [history]);
  // A second more or less is less than a pixel, unless the view is that narrow.
  const step = Math.max(1, Math.round((wanted.to - wanted.from) / 2000));
  const [from, to] = [Math.round(wanted.from / step) * step, Math.round(wanted.to / step) * step];
  const current = useMemo(() => ({ from, to }), [from, to]);
  // The map of a long log follows when the line above has come to rest.
  const rested = useDebounced(current, DELAY_MS);
  const view = history.entries.length > DESCRIBED ? rested : current;
  const frame = useMemo(() => frameOf(NOTHING, view, width), [view, width]);
  const scene = useMemo(() => sceneOf(history, pack, recorded, frame), [history, pack, recorded, frame]);
  const { hovered, handlers } = usePicking(scene, frame, now);
  const [asOf, knownAt] = [momentOf(cursor.asOf), momentOf(cursor.knownAt)];

  useLayoutEffect(() => {
    const context = canvas.current && cleared(canvas.current, width, HEIGHT);
    if (!context || width === 0) return;
    const plot = new Plot(context, frame, colorsOf(context.canvas));
    paintMap(plot, { ...scene, cursor: { asOf, knownAt } });
  }, [scene, asOf, knownAt, width, isDark]);

  const words = text.map;
  return (
    <Panel
      id="map"
      title={words.title}
      actions={<AxisChoice vertical={recorded.vertical} onChoose={setChosen} />}
    >
      <figure>
        <div
          ref={box}
          class="plot"
          role="group"
          aria-label={`${words.title}. ${words.caption}`}
          tabIndex={0}
          {...handlers}
        >
          <canvas ref={canvas} style={{ width: `${width}px`, height: `${HEIGHT}px` }} />
        </div>
        <figcaption>{hovered ?? `${words.help} ${words.caption}`}</figcaption>
      </figure>
    </Panel>
  );
}
