import { readFileSync } from 'node:fs';

/** The model's types, as `protocol.qnt` and `history.qnt` have them. */
export interface Position {
  readonly time: number;
  readonly version: number;
}
export interface Snap {
  readonly quantity: number;
  readonly last: Position;
}
export interface Item {
  readonly version: number;
  readonly id: number;
  readonly kind: string;
  readonly recordedAt: number;
  readonly target: number;
  readonly position: Position;
  readonly from: Position;
  readonly footing: {
    readonly at: Snap;
    readonly tip: Snap;
    readonly high: number;
    readonly invalidated: readonly { readonly from: number; readonly to: number; readonly version: number }[];
  };
}
export interface Command {
  readonly id: number;
  readonly kind: string;
  readonly op: string;
  readonly qty: number;
  readonly time: number;
  readonly target: number;
}
export interface State {
  readonly log: readonly Item[];
  readonly read: { readonly version: number; readonly time: number; readonly expected: Snap };
  readonly did: {
    readonly act: string;
    readonly who: number;
    readonly command: Command;
    readonly number: number;
    readonly clock: number;
    readonly outcome: string;
  };
}

/** Values of the Informal Trace Format: `#bigint`, `#set`, `#map`, and plain JSON. */
function revive(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if ('#bigint' in value) return Number(value['#bigint']);
  if ('#set' in value) return value['#set'];
  if ('#map' in value) return new Map(value['#map'] as [unknown, unknown][]);
  return value;
}

/** The states of a trace in a file; its variables by their names, without their modules. */
export function readTrace(file: string): State[] {
  const { states } = JSON.parse(readFileSync(file, 'utf8'), revive) as { states: Record<string, unknown>[] };
  return states.map((state) => {
    const named = Object.entries(state).map(([name, value]) => [name.split('::').at(-1), value]);
    return Object.fromEntries(named);
  });
}
