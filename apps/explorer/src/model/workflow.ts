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
  readonly Choices?: readonly (Rule & { readonly Next: string })[];
  readonly Catch?: readonly { readonly Next: string }[];
}

export interface Rule {
  readonly And?: readonly Rule[];
  readonly Or?: readonly Rule[];
  readonly Not?: Rule;
  readonly Variable?: string;
  readonly StringEquals?: string;
  readonly IsPresent?: boolean;
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

type Json = Readonly<Record<string, unknown>>;

/** What `$.a.b` names in an input; an index such as `[0]` names nothing here. */
const valueAt = (variable: string, input: Json): unknown =>
  variable
    .split('.')
    .slice(1)
    .reduce<unknown>((value, key) => (value as Json | undefined)?.[key], input);

/** Whether a rule of a Choice holds, of those kinds of rules that decide about an event in order. */
function holds(rule: Rule, input: Json): boolean {
  const { And, Or, Not, Variable = '', StringEquals, IsPresent } = rule;
  if (And) return And.every((part) => holds(part, input));
  if (Or) return Or.some((part) => holds(part, input));
  if (Not) return !holds(Not, input);
  const value = valueAt(Variable, input);
  if (IsPresent !== undefined) return (value !== undefined) === IsPresent;
  return StringEquals !== undefined && value === StringEquals;
}

/** A correction is stored together with what it takes away. */
type Items = 'one' | 'several';

/** What the states of an event in order hand on, as far as choices look at it. */
const inOrder = (eventType: string, items: Items): Json => ({
  route: `type:${eventType}`,
  plan: { outcome: 'store', ...(items === 'one' && { put: {} }) },
});

/** The states that a single event of a type passes when it is stored in order. */
export function pathOf({ StartAt, States }: Machine, eventType: string, items: Items = 'one'): string[] {
  const input = inOrder(eventType, items);
  const path: string[] = [];
  let name: string | undefined = StartAt;
  while (name !== undefined && !path.includes(name)) {
    path.push(name);
    const { Choices = [], Next, Default }: MachineState = States[name] ?? { Type: '' };
    name = Choices.find((choice) => holds(choice, input))?.Next ?? Default ?? Next;
  }
  return path;
}
