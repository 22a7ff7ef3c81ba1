import type { Comparison } from './comparison';
import type { Content, Domain, Judged } from './domain';

/** `reject`: an append that breaks a rule is refused. `flag`: it is stored, and the states show the breach. */
export type ConflictPolicy = 'reject' | 'flag';

export type Decision =
  { readonly accepted: true } | { readonly accepted: false; readonly rule: string; readonly detail: string };

/**
 * May this be appended now? Under `reject` only if no instant of the adjusted history breaks a rule that the history
 * did not break as deeply before; under `flag` always.
 */
export function decide<State extends Judged, Event extends Content>(
  domain: Pick<Domain<State, Event>, 'invariants'>,
  comparison: Pick<Comparison<State>, 'conflicts'>,
  policy: ConflictPolicy,
): Decision {
  const [first] = comparison.conflicts;
  if (first === undefined || policy === 'flag') return { accepted: true };
  const { rule, deficit, effectiveAt } = first;
  const detail = domain.invariants.find(({ name }) => name === rule)?.describe(deficit, effectiveAt) ?? rule;
  const deepest =
    comparison.conflicts.find((conflict) => conflict.rule === rule && conflict.deepest) ?? first;
  const worst = deepest === first ? '' : `, and at worst by ${deepest.deficit} at ${deepest.effectiveAt}`;
  return { accepted: false, rule, detail: `${detail}${worst}` };
}
