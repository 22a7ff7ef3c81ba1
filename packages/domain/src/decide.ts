import type { Comparison } from './adjustment';
import type { ConflictPolicy } from './types';

export type Decision =
  { readonly accepted: true } | { readonly accepted: false; readonly rule: string; readonly detail: string };

/**
 * May this be appended now? Under `reject` only when no instant of the adjusted history breaks a rule that the
 * history did not break as deeply before; under `flag` always, and the states show the shortage.
 */
export function decide(
  comparison: Pick<Comparison, 'conflicts' | 'conflictsTotal'>,
  policy: ConflictPolicy,
): Decision {
  const [first] = comparison.conflicts;
  if (first === undefined || policy === 'flag') return { accepted: true };
  const deepest = comparison.conflicts.find((conflict) => conflict.deepest) ?? first;
  const worst = deepest === first ? '' : `, and at worst by ${deepest.deficit} at ${deepest.effectiveAt}`;
  return {
    accepted: false,
    rule: first.rule,
    detail: `stock would be short by ${first.deficit} at ${first.effectiveAt}${worst}`,
  };
}
