import { sameValue } from './changes';
import type { BrokenRule, Content, Domain, Invariant, Judged, Registered } from './domain';
import { highestIn, lowestBefore, type Registers, type Run } from './effects';

/** Two states that differ, and that go on to differ in the same way over a run that follows both. */
export interface Difference<State, Event extends Content> {
  readonly registered: Registered<State, Event>;
  readonly before: Registers;
  readonly after: Registers;
  /** What the amount after has more. */
  readonly delta: bigint;
  /** Whether fields that follow from the amount and the attributes may differ. */
  readonly isShaped: boolean;
}

/** Whether a run sets the attribute of something that has these attributes. */
function sets(run: Run, name: string, { attributes }: Registers): boolean {
  const effect = run.attributes[name];
  return effect !== undefined && ('set' in effect || (attributes[name] ?? null) === null);
}

/** Whether some event of a run may keep a rule. */
const mayHeal = (invariants: readonly Invariant<never>[], run: Run, amount: bigint): boolean =>
  invariants.some(({ floor = 0n }) => highestIn(run, amount) >= floor);
/** The names of the attributes in which registers differ. */
export const differingAttributes = (a: Registers, b: Registers): string[] =>
  [...new Set([...Object.keys(a.attributes), ...Object.keys(b.attributes)])].filter(
    (name) => !sameValue(a.attributes[name] ?? null, b.attributes[name] ?? null),
  );

/** undefined: the run may change how the states differ, or it is not known. */
export function differenceOver<State extends Judged, Event extends Content>(
  { registered, invariants }: Domain<State, Event>,
  before: State | null,
  after: State | null,
  run: Run,
): Difference<State, Event> | undefined {
  if (registered === undefined || before === null || after === null) return undefined;
  if (invariants.some(({ floor }) => floor === undefined)) return undefined;
  const [was, is] = [registered.registersOf(before), registered.registersOf(after)];
  const delta = is.amount - was.amount;
  const different = differingAttributes(was, is);
  // States that differ only in when a breach began meet at the event that heals it.
  if (delta === 0n && different.length === 0 && mayHeal(invariants, run, is.amount)) return undefined;
  if (delta !== 0n && !run.keeps) return undefined;
  if (different.some((name) => sets(run, name, was) || sets(run, name, is))) return undefined;
  const isShaped = delta !== 0n || different.some((name) => registered.shapedBy.includes(name));
  if (isShaped && registered.shapedBy.some((name) => sets(run, name, was) || sets(run, name, is)))
    return undefined;
  return { registered, before: was, after: is, delta, isShaped };
}

/** Whether the fields that follow from the amount stay as they are over the run, in both histories. */
export function isSteadyOver<State, Event extends Content>(
  { registered, before, after, isShaped }: Difference<State, Event>,
  run: Run,
): boolean {
  const isSteady = ({ amount, attributes }: Registers): boolean => {
    const [lowest, highest] = [lowestBefore(run, amount) ?? amount, highestIn(run, amount)];
    return registered.isSteady(
      attributes,
      lowest < amount ? lowest : amount,
      highest > amount ? highest : amount,
    );
  };
  return !isShaped || (isSteady(before) && isSteady(after));
}

/** How often the amounts change in a run, without its last instant, which may go on. */
export const movesIn = <State, Event extends Content>(
  run: Run,
  { delta }: Difference<State, Event>,
): number => (delta === 0n || run.instants === 1 ? 0 : run.moves + (run.first === 0n ? 0 : 1));

const conflictText = (state: Judged | null, show: (broken: BrokenRule) => string): string =>
  (state?.conflicts ?? []).map(show).join();

/** Two states that differ at most in when breaches began. */
export function isSameButForNames<State extends Judged, Event extends Content>(
  { fields }: Domain<State, Event>,
  a: State | null,
  b: State | null,
): boolean {
  if (a === null || b === null) return a === b;
  const show = ({ rule, deficit }: BrokenRule): string => `${rule} ${deficit}`;
  return (
    fields.every((field) => sameValue(a[field], b[field])) && conflictText(a, show) === conflictText(b, show)
  );
}

/** Two states from which the same events lead to the same states. */
export function isSameState<State extends Judged, Event extends Content>(
  domain: Domain<State, Event>,
  a: State | null,
  b: State | null,
): boolean {
  const show = ({ effectiveAt, version }: BrokenRule): string => `${effectiveAt} ${version}`;
  return isSameButForNames(domain, a, b) && conflictText(a, show) === conflictText(b, show);
}
