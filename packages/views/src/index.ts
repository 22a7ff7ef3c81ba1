export { createDynamoDbViewStore, ensureViewTable, viewKeySchema, viewTableDefinition } from './dynamodb';
export { createMemoryViewStore } from './memory';
export type { IndexName, Ranked, ViewKey, ViewRange, ViewStore } from './store';
export { Indexer, isPassing, type IndexerOptions } from './indexer';
export type { FeedEntry, FeedPage, FeedQuery } from './feed-reader';
export { Outlet, type Deliver, type OutgoingEvent, type OutletOptions } from './outlet';
export { rebuild, RebuildOvertakenError, type RebuildOptions } from './rebuild';
export { verifyViews, type ViewsReport } from './verify';
export { Control, type SetAside } from './control';
export type { Earlier, InventoryLog, Overview } from './log';
export { advanceClosings, type ClosingReporterOptions } from './closings';
export { csvHead, csvLine, csvTable, type Column } from './csv';
export type { DifferingQuery, Question } from './differing';
export type { StockPart, StockQuery, StockRow } from './stock';
export {
  isSettledAt,
  Views,
  type Settled,
  type ProductPage,
  type ViewsHealth,
  type ProductQuery,
  type ProductRow,
  type ViewsOptions,
  type ViewsReader,
} from './views';
