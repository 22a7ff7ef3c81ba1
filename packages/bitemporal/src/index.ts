export {
  Adjuster,
  LISTED,
  type Adjustment,
  type Change,
  type ChangeSet,
  type Comparison,
  type Conflict,
  type Outcome,
} from './adjustment';
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
  Invariant,
  Judged,
  Notice,
  Recorded,
  RemedySearch,
} from './domain';
export { applyEffect, compose, extremes, runOf, type Effect, type Registers, type Run } from './effects';
export { decimalOf, millionths } from './exact';
export { advance, effectiveEventOf, historyOf, stateAsOf, type Known, type StateAt } from './history';
export { inKeyOrder } from './key-order';
export { comparePositions, positionKey, type Position } from './position';
