import { useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import { useDark, usePage, useWidth } from '../hooks';
import { counts, indexAt, type Entry, type History, type Line } from '../model/history';
import { localText } from '../model/time';
import { text } from '../text';
import { Panel } from './basics';
import { captionOf } from './line-caption';
import { aligned } from './line-data';
import { paintScene, type Scene } from './line-paint';
import { frameOf, HEIGHT, moved, usePointer, useView, wholeView, type View } from './line-view';
import { cleared, colorsOf, Plot } from './plot';

export interface LinePanelProps {
  readonly history: History;
  readonly known: Line;
  /** All of the lines that there are. */
  readonly all: readonly Line[];
  /** What was believed at the cursor; undefined: the cursor is at now. */
  readonly ghost: Line | undefined;
  /** The line as an event that is not recorded yet would make it. */
  readonly draft: Line | undefined;
  readonly conflicts: readonly number[];
  readonly now: number;
}

const NO_LINE: Line = { times: [], quantities: [] };
const isAbsolute = ({ amount }: Entry): boolean => amount !== undefined && 'set' in amount;

type Still = Omit<Scene, 'selected' | 'asOf' | 'now'>;

/** What is in the figure, whatever the clock says. */
function sceneOf({ history, known, ghost, draft, conflicts }: LinePanelProps, knownAt: string | null): Still {
  const current = history.entries.filter((entry) => counts(entry, history.head));
  return {
    data: aligned([ghost ?? NO_LINE, known, draft ?? NO_LINE]),
    ...{ known, conflicts },
    compared: draft ? [1, 2] : ghost ? [0, 1] : undefined,
    late: current.filter(({ isLate }) => isLate),
    counts: current.filter(isAbsolute),
    knownAt: knownAt === null ? undefined : Date.parse(knownAt),
    futureLabel: text.line.futureLabel,
  };
}

const Key = ({ of, children }: { of: string; children: string }) => (
  <span class={`key ${of}`}>
    <i aria-hidden="true" />
    {children}
  </span>
);

interface ViewProps {
  readonly view: View;
  readonly isWhole: boolean;
  setView(view: View | undefined): void;
}

function ViewButtons({ view, isWhole, setView }: ViewProps) {
  const words = text.line;
  const buttons = [
    [words.zoomIn, '+', moved(view, 0.5, 0)],
    [words.zoomOut, '−', moved(view, 2, 0)],
    [words.earlier, '‹', moved(view, 1, -0.25)],
    [words.later, '›', moved(view, 1, 0.25)],
  ] as const;
  return (
    <span class="zoom">
      {buttons.map(([label, sign, next]) => (
        <button
          type="button"
          key={label}
          class="quiet"
          aria-label={label}
          title={label}
          onClick={() => setView(next)}
        >
          {sign}
        </button>
      ))}
      <button type="button" class="quiet" disabled={isWhole} onClick={() => setView(undefined)}>
        {words.all}
      </button>
    </span>
  );
}

/** The keys of the figure: what a pointer can do, without one. */
function useKeys({ view, setView }: ViewProps, known: Line, asOf: number) {
  const { cursor, setCursor, announce } = usePage();
  const step = (side: number) => {
    const { times } = known;
    const here = indexAt(times, asOf);
    const next = times[side > 0 ? here + 1 : times[here] === asOf ? here - 1 : here];
    if (next === undefined && side < 0) return;
    setCursor({ ...cursor, asOf: next === undefined ? null : new Date(next).toISOString() }, true);
    announce(next === undefined ? text.cursor.now : localText(next));
  };
  return (event: KeyboardEvent) => {
    const side = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (side !== undefined && event.shiftKey) setView(moved(view, 1, side / 4));
    else if (side !== undefined) step(side);
    else if (event.key === '+') setView(moved(view, 0.5, 0));
    else if (event.key === '-') setView(moved(view, 2, 0));
    else if (event.key === '0') setView(undefined);
    else return;
    event.preventDefault();
  };
}

/** The quantity over effective time. */
export function LinePanel(props: LinePanelProps) {
  const { history, known, ghost, draft, now } = props;
  const { cursor, setCursor } = usePage();
  const { knownAt } = cursor;
  const [box, width] = useWidth();
  const canvas = useRef<HTMLCanvasElement>(null);
  const isDark = useDark();
  const asOf = cursor.asOf === null ? now : Date.parse(cursor.asOf);
  const scene = useMemo(
    () => sceneOf(props, knownAt),
    [history, known, ghost, draft, props.conflicts, knownAt],
  );
  const lines = props.all;
  const viewing = useView(wholeView(lines, now));
  const { from, to } = viewing.view;
  const frame = useMemo(() => frameOf(scene.data, { from, to }, width), [scene, from, to, width]);
  const pick = (moment: number) => setCursor({ ...cursor, asOf: new Date(Math.round(moment)).toISOString() });
  const [selected, pointer] = usePointer(frame, pick, viewing.setView);
  const onKeyDown = useKeys(viewing, known, asOf);

  useLayoutEffect(() => {
    const context = canvas.current && cleared(canvas.current, width, HEIGHT);
    if (!context || width === 0) return;
    paintScene(new Plot(context, frame, colorsOf(context.canvas)), { ...scene, asOf, now, selected });
  }, [scene, frame, width, isDark, selected, asOf]);

  // The words change with the clock once a minute.
  const minute = Math.floor(now / 60_000) * 60_000;
  const moment = cursor.asOf === null ? minute : asOf;
  const caption = useMemo(
    () => captionOf({ known, ghost, now: minute, asOf: moment, knownAt, late: scene.late.length }),
    [scene, minute, moment],
  );
  const words = text.line;
  const path = `/products/${encodeURIComponent(history.productId)}/timeline`;
  return (
    <Panel
      id="line"
      title={words.title}
      call={{ path: knownAt === null ? path : `${path}?knownAt=${knownAt}` }}
      actions={<ViewButtons {...viewing} />}
    >
      <figure>
        <div
          class="plot"
          ref={box}
          role="group"
          aria-label={`${words.title}. ${words.help}`}
          tabIndex={0}
          title={words.help}
          {...{ onKeyDown, ...pointer }}
          onDblClick={() => viewing.setView(undefined)}
        >
          <canvas ref={canvas} style={{ width: `${width}px`, height: `${HEIGHT}px` }} />
        </div>
        <div class="keys">
          <Key of="known">{words.known}</Key>
          {ghost && knownAt !== null && <Key of="ghost">{words.ghost(localText(Date.parse(knownAt)))}</Key>}
          {draft && <Key of="draft">{words.draft}</Key>}
        </div>
        <figcaption>{caption}</figcaption>
      </figure>
    </Panel>
  );
}
