export { AppendRefusedError, backoff, ContentionError, TRIES } from './append';
export { cancellationCodes, cancellationCodesIn, cancellationOf, type Cancellation } from './storage/cancellation';
export { createEventLog, type EventLog, type EventLogOptions } from './event-log';
export { contentHash } from './hash';
export { keySchema } from './keys';
export type { Plan, TransactItem } from './plan';
export type {
  AppendCommand,
  AppendedEvent,
  AppendResult,
  EventLogReader,
  EventPage,
  Followed,
  FollowOptions,
  Moment,
  ReadOptions,
  Refusal,
  StateAnswer,
  TimelineEntry,
  TimelinePage,
} from './port';
export type { RepairReport } from './repair';
export { ensureTable, tableDefinition } from './table';
export type { Difference, Invariant, ProductReport, TableReport } from './verify/report';
export { verifyProduct, verifyTable, type VerifyOptions } from './verify/verify';
export { withoutLogger } from './without-logger';
