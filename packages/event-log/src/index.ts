export { AppendRefusedError, ContentionError, TRIES } from './write/append';
export { QueueFullError } from './write/keyed-queue';
export { backoff } from './storage/backoff';
export {
  StoreFailedError,
  StoreUnavailableError,
  StreamFullError,
  UnreadableItemError,
} from './storage/errors';
export { createDynamoDbStore } from './storage/dynamodb';
export { appendRequestOf, IS_NEW, type AppendRequest } from './storage/dynamodb-append';
export { createMemoryStore } from './storage/memory';
export type { Page, Range, Store, StoredItem } from './storage/store';
export {
  cancellationCodes,
  cancellationCodesIn,
  cancellationOf,
  putErrors,
  type Cancellation,
} from './storage/cancellation';
export { createEventLog, type EventLog, type EventLogOptions } from './event-log';
export { contentHash } from './storage/content-hash';
export { CLOSING_WAIT_MS, periodLock, type LockOptions, type PeriodLock } from './closings/lock';
export {
  ClosingRegister,
  type Begun,
  type ClosedPeriod,
  type Closing,
  type ClosingRequest,
  type Reopened,
} from './closings/register';
export { ClosingReport, type ChunkDigest, type ReportRow } from './closings/report';
export type { Earlier, Overview } from './read/overview';
export { CLOSINGS, keySchema, reportPartition, summaryPartition } from './storage/keys';
export { SIZES, type Sizes } from './read/context';
export type { Plan } from './write/plan';
export type { ActPlan } from './write/plan-act';
export type {
  ActCommand,
  ActPart,
  ActResult,
  AppendCommand,
  AppendResult,
  Corrected,
  CorrectedBy,
  EventLogReader,
  EventPage,
  Followed,
  FollowOptions,
  Grid,
  GridOptions,
  LedgerEntry,
  LedgerOptions,
  LatePolicy,
  LedgerPage,
  Keyed,
  Moment,
  ReadOptions,
  ReferencedEvent,
  Refusal,
  StateAnswer,
  TimelineEntry,
  TimelinePage,
} from './types';
export type { Logged, Sent } from './storage/items';
export type { RepairReport } from './maintenance/repair';
export type { Audit, Violation } from './maintenance/verify/audit';
export { ensureTable, tableDefinition } from './storage/dynamodb-table';
export type { Difference, Invariant, StreamReport, StoreReport } from './maintenance/verify/report';
export { verifyStore, verifyStream, type VerifyOptions } from './maintenance/verify/verify';
export { withoutLogger } from './storage/without-logger';
