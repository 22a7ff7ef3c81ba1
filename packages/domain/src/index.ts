export { auditOf } from './audit';
export { decimalText, isExactDecimal, parseDecimal, quantityBetween } from './decimal';
export type { ChangeType, CorrectionType, Effect, EventExample, EventType } from './event-type';
export { changeType, correctionType, minus } from './event-type';
export { asWritten } from './currency';
export { didYouMean } from './did-you-mean';
export { eventId as eventIdSchema, printable, productId as productIdSchema } from './fields';
export {
  BATCH_LIMIT,
  eventSchema,
  oneOfThese,
  inputsIn,
  parseEvents,
  parseSent,
  replacementSchema,
  type InputError,
  type Parsed,
  type ParseOptions,
  type Refused,
  type SentEvent,
} from './parse';
export { parseAct, PRODUCTS_LIMIT, type ParsedPart } from './parse-act';
export type { Remedies } from './remedies';
export { CodeTooOldError, createRegistry, withDefaultCurrency, type Registry } from './registry';
export { registry } from './registry.generated';
export { isCurrency, moneyFieldsOf, moneyValue, type Money } from './money';
export { fieldNames, loadState, stateFields, type ProductState, type Stock } from './state';
export { instant, parseTime, writtenMoment } from './time';
export { fromWallClock, parseTimeOrDay, timeZoneOf, type DayBound, type TimeZone } from './zoned-time';
export type {
  Adjustment,
  BrokenRule,
  Change,
  ChangeContent,
  Conflict,
  ConflictPolicy,
  EventContext,
  EventReference,
  ProductEvent,
  RecordedEvent,
} from './types';
