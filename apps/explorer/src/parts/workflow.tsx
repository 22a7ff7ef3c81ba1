import { useState } from 'preact/hooks';
import { useAnswer, useWidth } from '../hooks';
import { titleOf, type EventForm } from '../model/form';
import { drawingOf, fitting, pathOf, type Drawing, type Machine, type Placed } from '../model/workflow';
import { text } from '../text';
import { Panel } from './basics';

declare const WORKFLOW: string;

const [WIDTH, HEIGHT, GAP_X, GAP_Y] = [150, 32, 8, 32];
/** Boxes shrink down to this width before some are left out. */
const NARROWEST = 128;
const leftOf = ({ column }: Placed): number => column * (WIDTH + GAP_X) + 1;
const topOf = ({ layer }: Placed): number => layer * (HEIGHT + GAP_Y) + 1;

function edgePath(from: Placed, to: Placed): string {
  const [x, y] = [leftOf(from) + WIDTH / 2, topOf(from) + HEIGHT];
  const [toX, toY] = [leftOf(to) + WIDTH / 2, topOf(to)];
  if (to.layer > from.layer)
    return `M${x} ${y}C${x} ${y + GAP_Y / 2} ${toX} ${toY - GAP_Y / 2} ${toX} ${toY}`;
  // A way back, around the side.
  const [sideX, sideY] = [leftOf(from) + WIDTH, topOf(from) + HEIGHT / 2];
  return `M${sideX} ${sideY}C${sideX + 40} ${sideY} ${leftOf(to) + WIDTH + 40} ${topOf(to) + HEIGHT / 2} ${leftOf(to) + WIDTH} ${topOf(to) + HEIGHT / 2}`;
}

function Picture({ drawing, path }: { drawing: Drawing; path: readonly string[] }) {
  const { states, edges, layers, columns } = drawing;
  const [width, height] = [columns * (WIDTH + GAP_X), layers * (HEIGHT + GAP_Y) - GAP_Y + 2];
  const find = (name: string) => states.find((state) => state.name === name);
  const isOn = (from: string, to: string) => path.includes(from) && path[path.indexOf(from) + 1] === to;
  // What is on the path is drawn last, above the rest.
  const sorted = [...edges].sort((a, b) => Number(isOn(a.from, a.to)) - Number(isOn(b.from, b.to)));
  return (
    <svg
      class="workflow"
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={text.workflow.path(path.join(', '))}
    >
      {sorted.map(({ from, to }) => {
        const [a, b] = [find(from), find(to)];
        return a && b && <path key={`${from} ${to}`} class={isOn(from, to) ? 'on' : ''} d={edgePath(a, b)} />;
      })}
      {states.map((state) => (
        <g key={state.name} class={`${state.type} ${path.includes(state.name) ? 'on' : ''}`}>
          <rect
            x={leftOf(state)}
            y={topOf(state)}
            width={WIDTH}
            height={HEIGHT}
            rx={state.type === 'Choice' ? 17 : 6}
          />
          <text x={leftOf(state) + WIDTH / 2} y={topOf(state) + HEIGHT / 2 + 4} text-anchor="middle">
            {state.name}
          </text>
        </g>
      ))}
    </svg>
  );
}

/** The state machine, drawn from its document. */
export function WorkflowPanel({
  forms,
  eventType,
}: {
  forms: readonly EventForm[];
  eventType: string | undefined;
}) {
  const answer = useAnswer<Machine>(WORKFLOW);
  const [chosen, setChosen] = useState<string>();
  const [box, width] = useWidth();
  const words = text.workflow;
  if (answer === undefined || 'problem' in answer) return null;
  const drawing = drawingOf(answer.data);
  const type = chosen ?? eventType ?? forms[0]?.eventType ?? '';
  const form = forms.find((one) => one.eventType === type);
  const corrects = form?.fields.some(({ name }) => name === 'targetEventId');
  const path = pathOf(answer.data, type, corrects ? 'several' : 'one');
  return (
    <Panel
      id="workflow"
      title={words.title}
      actions={
        <label class="inline">
          {words.type}{' '}
          <select value={type} onChange={(event) => setChosen(event.currentTarget.value)}>
            {forms.map((form) => (
              <option key={form.eventType} value={form.eventType}>
                {titleOf(form.eventType)}
              </option>
            ))}
          </select>
        </label>
      }
    >
      <p class="muted">{words.intro}</p>
      <div ref={box}>
        <Picture drawing={fitting(drawing, path, Math.floor(width / NARROWEST))} path={path} />
      </div>
      <p class="muted">
        {words.failures}: {drawing.failures.join(', ')}.
      </p>
    </Panel>
  );
}
