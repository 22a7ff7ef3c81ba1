import type { Schemas } from '@hindsight/client';
import { decimalOf } from '@hindsight/bitemporal';
import { withParameters, type Cursor } from './cursor';
import { millionthsOf } from './history';

/**
 * From one (T, K) to another in two steps: what happened between the two moments, as it was known at the one, and what
 * was learned since about the other. Their parts add up to the difference exactly.
 */
export interface Steps {
  /** Undefined: the two moments are the same. */
  readonly happened: Step | undefined;
  /** Undefined: the two states of knowledge are the same. */
  readonly learned: Step | undefined;
}

export interface Step {
  readonly path: string;
  /** It leads back in time: what it adds is taken away. */
  readonly isBack: boolean;
  /** Only events that take effect after this moment are part of it. */
  readonly after: string | undefined;
}

export interface Part {
  readonly event: Schemas['Explanation']['lines'][number]['event'];
  /** A signed decimal. */
  readonly change: string;
}

const isEarlier = (one: string | null, other: string | null): boolean =>
  one !== null && (other === null || one < other);

/** @param there where the steps begin @param here where they end */
export function stepsOf(productId: string, there: Cursor, here: Cursor): Steps {
  const product = `/products/${encodeURIComponent(productId)}`;
  const [before, after] = isEarlier(here.asOf, there.asOf) ? [here, there] : [there, here];
  const [old, young] = isEarlier(here.knownAt, there.knownAt) ? [here, there] : [there, here];
  const limit = '200';
  const known = there.knownAt ?? undefined;
  const explained = withParameters('', { asOf: after.asOf ?? undefined, knownAt: known, limit });
  const [from, to] = [old.knownAt ?? undefined, young.knownAt ?? undefined];
  const restated = withParameters('', { asOf: here.asOf ?? undefined, from, to, limit });
  return {
    happened:
      here.asOf === there.asOf
        ? undefined
        : {
            path: `${product}/explain${explained}`,
            isBack: before === here,
            after: before.asOf ?? undefined,
          },
    learned:
      here.knownAt === there.knownAt
        ? undefined
        : { path: `${product}/diff${restated}`, isBack: old === here, after: undefined },
  };
}

const turned = (decimal: string, isBack: boolean): string =>
  isBack ? decimalOf(-millionthsOf(decimal)) : decimal;

type Answered = Schemas['Explanation'] | Schemas['Diff'];

/** The events of a step that add something, and what all of them add. */
export function partsOf(step: Step, answer: Answered): readonly Part[] {
  const lines = 'lines' in answer ? answer.lines : answer.contributions;
  return lines
    .filter(
      ({ event, change }) => change !== '0' && !(step.after !== undefined && event.effectiveAt <= step.after),
    )
    .map(({ event, change }) => ({ event, change: turned(change, step.isBack) }));
}

export const sumOf = (parts: readonly Part[]): bigint =>
  parts.reduce((sum, { change }) => sum + millionthsOf(change), 0n);
