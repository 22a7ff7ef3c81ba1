export { AppendRefusedError, backoff, ContentionError, TRIES } from './write/append';
export {
  cancellationCodes,
  cancellationCodesIn,
  cancellationOf,
  type Cancellation,
} from './storage/cancellation';
export { createEventLog, type EventLog, type EventLogOptions } from './event-log';
export { contentHash } from './write/content-hash';
export { keySchema } from './storage/keys';
export type { Plan, TransactItem } from './write/plan';
export type {
  AppendCommand,
  AppendedEvent,
  AppendResult,
  EventLogReader,
  EventPage,
  Followed,
  FollowOptions,
  Keyed,
  Moment,
  ReadOptions,
  Refusal,
  StateAnswer,
  TimelineEntry,
  TimelinePage,
} from './types';
export type { RepairReport } from './maintenance/repair';
export { ensureTable, tableDefinition } from './storage/dynamodb-table';
export type { Difference, Invariant, ProductReport, TableReport } from './maintenance/verify/report';
export { listProducts, verifyProduct, verifyTable, type VerifyOptions } from './maintenance/verify/verify';
export { withoutLogger } from './storage/without-logger';
