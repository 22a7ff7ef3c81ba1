/**
 * Effects: what an event does, as data instead of as a function.
 *
 * A log that adjusts to late news must know what a run of events does without folding it again. A function of the
 * whole state says nothing before it is called. So an event declares what it does to two kinds of registers:
 *
 * - to the amount (how much there is): `add n`, `set n`, or `initial n`, which sets it only if nothing exists yet;
 * - to each attribute (what it is): `set v`, or `default v`, which sets it only if it is not set. `set null` clears it.
 *
 * These few kinds are closed under composition: the effect of a run of events is again a small record (`Run`), and
 * applying it equals applying the events one by one. On the amount `q` of something that exists, every run is
 * `q ↦ keeps·q + plus`: an `add` keeps what there was, a `set` forgets it. From nothing, a run leads to the fixed
 * amount `initial`. Composition is associative, so runs can be combined in any grouping, as a tree for instance.
 *
 * A rule about the amount ("never negative") is asked of the lowest amount anywhere inside a run. That is a function
 * of the starting amount too: the lowest of `q + relative`, over the events before the first `set`, and of a constant
 * `fixed`, over those after it. Rules are judged at the end of each instant: two events of one millisecond count
 * together. A run may end in the middle of an instant, since its neighbor may begin in the same millisecond. So its
 * `low` extreme leaves its last instant out, and composition adds that instant as soon as it knows that it has ended. The
 * `high` extreme is over every single event: it shows whether a breach, which begins with an event, may have ended inside.
 *
 * Sources: J. Yang and J. Widom, "Incremental computation and maintenance of temporal aggregates" (SB-trees, 2003); K.
 * Tangwongsan, M. Hirzel, S. Schneider, "Optimal and general out-of-order sliding-window aggregation" (2019).
 */
import { assert } from './assert';

/** What one event does. Amounts are in millionths. */
export interface Effect {
  readonly amount?: { readonly add: bigint } | { readonly set: bigint } | { readonly initial: bigint };
  /** By attribute. A value is JSON; null stands for "not set". */
  readonly attributes?: Readonly<Record<string, { readonly set: unknown } | { readonly default: unknown }>>;
}

/** What effects act on. */
export interface Registers {
  readonly amount: bigint;
  /** Attributes that are missing here are not set. */
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** An extreme amount inside a run, as a function of the amount before it. null: no instant of that kind. */
interface Extreme {
  /** Of the instants that depend on the amount before the run: its difference from that amount. */
  readonly relative: bigint | null;
  /** Of the instants that do not. */
  readonly fixed: bigint | null;
  /** Of all instants, if nothing existed before the run. */
  readonly initial: bigint | null;
}

/** The effect of a run of one or more events in effective order. */
export interface Run {
  readonly events: number;
  /** The instants of the first and the last event. */
  readonly from: string;
  readonly to: string;
  readonly keeps: boolean;
  readonly plus: bigint;
  readonly initial: bigint;
  readonly attributes: NonNullable<Effect['attributes']>;
  /** The lowest amount at the end of every instant but the last. */
  readonly low: Extreme;
  /** The highest amount after any event. */
  readonly high: Extreme;
  /** The number of instants. */
  readonly instants: number;
  /** What the events of the first and of the last instant add together. */
  readonly first: bigint;
  readonly last: bigint;
  /** The instants between those two whose events change the amount by what they add. */
  readonly moves: number;
}

type AttributeEffect = NonNullable<Effect['attributes']>[string];

const NOWHERE: Extreme = { relative: null, fixed: null, initial: null };

/** The effect of a single event. */
export function runOf({ amount = { add: 0n }, attributes = {} }: Effect, effectiveAt: string): Run {
  const plus = 'add' in amount ? amount.add : 'set' in amount ? amount.set : 0n;
  const added = 'add' in amount ? amount.add : 0n;
  const end = {
    keeps: !('set' in amount),
    plus,
    initial: 'initial' in amount ? amount.initial : plus,
  };
  return {
    events: 1,
    from: effectiveAt,
    to: effectiveAt,
    ...end,
    attributes,
    low: NOWHERE,
    high: endOf(end),
    instants: 1,
    first: added,
    last: added,
    moves: 0,
  };
}

function composeAttribute(left: AttributeEffect | undefined, right: AttributeEffect): AttributeEffect {
  if ('set' in right || left === undefined) return right;
  return 'set' in left && left.set === null ? { set: right.default } : left;
}

type Choose = (a: bigint, b: bigint) => bigint;

const lower: Choose = (a, b) => (a < b ? a : b);
const higher: Choose = (a, b) => (a > b ? a : b);

function either(a: bigint | null, b: bigint | null, choose: Choose): bigint | null {
  if (a === null || b === null) return a ?? b;
  return choose(a, b);
}

const merge = (a: Extreme, b: Extreme, choose: Choose): Extreme => ({
  relative: either(a.relative, b.relative, choose),
  fixed: either(a.fixed, b.fixed, choose),
  initial: either(a.initial, b.initial, choose),
});

/** The amount after the whole run, as an extreme. */
const endOf = ({ keeps, plus, initial }: Pick<Run, 'keeps' | 'plus' | 'initial'>): Extreme => ({
  relative: keeps ? plus : null,
  fixed: keeps ? null : plus,
  initial,
});

/** An extreme of a run that follows `left`, as a function of the amount before `left`. */
function after(left: Run, extreme: Extreme, choose: Choose): Extreme {
  const moved = extreme.relative === null ? null : left.plus + extreme.relative;
  const fromNothing = extreme.relative === null ? null : left.initial + extreme.relative;
  return {
    relative: left.keeps ? moved : null,
    fixed: either(extreme.fixed, left.keeps ? null : moved, choose),
    initial: either(extreme.fixed, fromNothing, choose),
  };
}

/** Both neighbors have events of one instant, which is the last of the one and the first of the other. */
function instantsOf(left: Run, right: Run): Pick<Run, 'instants' | 'first' | 'last' | 'moves'> {
  const shared = left.to === right.from;
  const [ofLeft, ofRight] = [left.instants === 1, right.instants === 1];
  const between = shared
    ? ofLeft || ofRight
      ? []
      : [left.last + right.first]
    : [...(ofLeft ? [] : [left.last]), ...(ofRight ? [] : [right.first])];
  return {
    instants: left.instants + right.instants - (shared ? 1 : 0),
    first: shared && ofLeft ? left.first + right.first : left.first,
    last: shared && ofRight ? left.last + right.last : right.last,
    moves: left.moves + right.moves + between.filter((added) => added !== 0n).length,
  };
}

/** The effect of two runs, one directly after the other. Associative. */
export function compose(left: Run, right: Run): Run {
  assert(left.to <= right.from, 'runs are composed in effective order');
  const ended = left.to < right.from ? endOf(left) : NOWHERE;
  const attributes = { ...left.attributes };
  for (const [name, effect] of Object.entries(right.attributes))
    attributes[name] = composeAttribute(left.attributes[name], effect);
  return {
    events: left.events + right.events,
    from: left.from,
    to: right.to,
    keeps: left.keeps && right.keeps,
    plus: right.keeps ? left.plus + right.plus : right.plus,
    initial: right.keeps ? left.initial + right.plus : right.plus,
    attributes,
    low: merge(merge(left.low, ended, lower), after(left, right.low, lower), lower),
    high: merge(left.high, after(left, right.high, higher), higher),
    ...instantsOf(left, right),
  };
}

/** What the registers are after an effect; `before` is null if nothing exists yet. */
export function applyEffect(
  effect: Pick<Run, 'keeps' | 'plus' | 'initial' | 'attributes'>,
  before: Registers | null,
): Registers {
  const attributes = { ...before?.attributes };
  for (const [name, change] of Object.entries(effect.attributes))
    attributes[name] = 'set' in change ? change.set : (attributes[name] ?? change.default);
  if (before === null) return { amount: effect.initial, attributes };
  return { amount: effect.keeps ? before.amount + effect.plus : effect.plus, attributes };
}

/** The value of an extreme for an amount before the run (null: nothing exists yet); null if there is no such instant. */
function extremeAt(
  { relative, fixed, initial }: Extreme,
  before: bigint | null,
  choose: Choose,
): bigint | null {
  if (before === null) return initial;
  return either(relative === null ? null : before + relative, fixed, choose);
}

/** The lowest amount at the end of any instant but the last; null if there is only one. */
export const lowestBefore = (run: Run, before: bigint | null): bigint | null =>
  extremeAt(run.low, before, lower);

/** The highest amount after any event of the run. */
export function highestIn(run: Run, before: bigint | null): bigint {
  const highest = extremeAt(run.high, before, higher);
  assert(highest !== null, 'every run has an event');
  return highest;
}
