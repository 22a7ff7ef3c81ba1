/** The state machine as a picture: its states in layers, and the path of an event type through them. */

/** As much of the Amazon States Language as the drawing needs. */
export interface Machine {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, MachineState>>;
}

export interface MachineState {
  readonly Type: string;
  readonly Comment?: string;
  readonly Next?: string;
  readonly Default?: string;
  readonly Choices?: readonly { readonly Next: string; readonly StringEquals?: string }[];
  readonly Catch?: readonly { readonly Next: string }[];
}

export interface Placed {
  readonly name: string;
  readonly type: string;
  readonly layer: number;
  readonly column: number;
}

export interface Drawing {
  readonly states: readonly Placed[];
  readonly edges: readonly { readonly from: string; readonly to: string }[];
  readonly failures: readonly string[];
  readonly layers: number;
  readonly columns: number;
}

const nextOf = ({ Next, Default, Choices = [] }: MachineState): string[] => [
  ...Choices.map((choice) => choice.Next),
  ...[Default, Next].filter((name) => name !== undefined),
];

/** The layer of each state is the longest way to it; a way back (a lost race that tries again) does not count. */
function layersOf({ StartAt, States }: Machine): Map<string, number> {
  const layers = new Map<string, number>();
  const visit = (name: string, layer: number, path: ReadonlySet<string>): void => {
    const state = States[name];
    if (state === undefined || state.Type === 'Fail' || path.has(name)) return;
    if ((layers.get(name) ?? -1) >= layer) return;
    layers.set(name, layer);
    for (const next of nextOf(state)) visit(next, layer + 1, new Set([...path, name]));
  };
  visit(StartAt, 0, new Set());
  return layers;
}

export function drawingOf(machine: Machine): Drawing {
  const layers = layersOf(machine);
  const widths = new Map<number, number>();
  const states = [...layers].map(([name, layer]) => {
    const column = widths.get(layer) ?? 0;
    widths.set(layer, column + 1);
    return { name, type: machine.States[name]?.Type ?? '', layer, column };
  });
  const columns = Math.max(...widths.values());
  const edges = states.flatMap(({ name }) =>
    [...new Set(nextOf(machine.States[name] ?? { Type: '' }))]
      .filter((to) => layers.has(to))
      .map((to) => ({ from: name, to })),
  );
  const failures = Object.keys(machine.States).filter((name) => machine.States[name]?.Type === 'Fail');
  return {
    states: centered(states, columns),
    edges,
    failures,
    layers: Math.max(...layers.values()) + 1,
    columns,
  };
}

/** Each layer in the middle. */
function centered(states: readonly Placed[], columns: number): Placed[] {
  const widths = new Map<number, number>();
  for (const { layer } of states) widths.set(layer, (widths.get(layer) ?? 0) + 1);
  const next = new Map<number, number>();
  return states.map((state) => {
    const place = next.get(state.layer) ?? 0;
    next.set(state.layer, place + 1);
    return { ...state, column: place + (columns - (widths.get(state.layer) ?? 0)) / 2 };
  });
}

/** The drawing with at most so many states side by side: what is on the path stays. */
export function fitting(drawing: Drawing, path: readonly string[], most: number): Drawing {
  const columns = Math.max(1, Math.min(drawing.columns, most));
  if (columns === drawing.columns) return drawing;
  const layers = Array.from({ length: drawing.layers }, (_, layer) => {
    const states = drawing.states.filter((state) => state.layer === layer);
    const onPath = states.filter(({ name }) => path.includes(name));
    const others = states.filter(({ name }) => !path.includes(name));
    return [...onPath, ...others].slice(0, columns);
  });
  return { ...drawing, states: centered(layers.flat(), columns), columns };
}

/** The states that a single event of a type passes when it is stored. */
export function pathOf({ StartAt, States }: Machine, eventType: string): string[] {
  const path: string[] = [];
  let name: string | undefined = StartAt;
  while (name !== undefined && !path.includes(name)) {
    path.push(name);
    const { Choices = [], Next, Default }: MachineState = States[name] ?? { Type: '' };
    const routed = Choices.find(({ StringEquals }) => StringEquals?.split(/\W/).includes(eventType));
    const stored = Choices.find(({ StringEquals }) => StringEquals === 'store');
    name = (routed ?? stored)?.Next ?? Next ?? (Choices.length === 0 ? Default : Choices[0]?.Next);
  }
  return path;
}
