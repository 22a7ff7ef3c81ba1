export { Adjuster } from './adjustment';
export { LIMITS, type Change, type Limits } from './changes';
export type { Adjustment, ChangeSet, Comparison, Outcome } from './comparison';
export type { Conflict } from './conflicts';
export { assert, AssertionError } from './assert';
export { decide, type ConflictPolicy, type Decision } from './decide';
export type {
  BrokenRule,
  Codec,
  Content,
  Correction,
  Domain,
  EffectiveEvent,
  EventReference,
  Findings,
  HiddenMoment,
  Invariant,
  Judged,
  Notice,
  Recorded,
  Registered,
  RemedySearch,
} from './domain';
export { applyEffect, lowestBefore, runOf, type Effect, type Registers, type Run } from './effects';
export { decimalOf, millionths } from './exact';
export { advance, effectiveEventOf, historyOf, stateAsOf, type Known, type StateAt } from './history';
export { inKeyOrder } from './key-order';
export { comparePositions, positionKey, type Position, type PositionRange } from './position';
export { shifted } from './shift';
export { SteadyMoment } from './steady-moment';
export { canSummarize, Fold, type Answers, type Question } from './passing';
export { findIn, narrow, type Part } from './search';
export { composeSummaries, cut, SHAPE, type Shape, type Summary } from './summary';
