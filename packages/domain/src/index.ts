export { Adjuster, LISTED, type Comparison, type Landing, type Overlay } from './adjustment';
export { decide, type Decision } from './decide';
export { parseDecimal } from './decimal';
export type { ChangeType, CorrectionType, EventExample, EventType, Stock } from './event-type';
export { changeType, correctionType } from './event-type';
export { didYouMean } from './did-you-mean';
export { productId as productIdSchema, eventId as eventIdSchema } from './fields';
export { advance, comparePlaces, evolve, placeKey, type Fact, type Snapshot } from './fold';
export { factOf, historyOf, snapshotAt, type Known } from './history';
export {
  BATCH_LIMIT,
  eventSchema,
  parseEvents,
  replacementSchema,
  type InputError,
  type Parsed,
  type ParseOptions,
} from './parse';
export { createRegistry, upcast, type Registry } from './registry';
export { registry } from './registry.generated';
export { parseTime } from './time';
export type {
  Adjustment,
  Change,
  ChangeContent,
  Conflict,
  ConflictPolicy,
  EventContext,
  EventReference,
  Money,
  ProductEvent,
  ProductState,
  RecordedEvent,
  StateConflict,
} from './types';
