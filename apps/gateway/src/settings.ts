import { defaultDocumentSettings, type DocumentSettings } from '@hindsight/api';
import type { TailSettings } from './tail/tail-settings';

/** Limits of the gateway; all of them are optional settings. */
export interface Settings extends TailSettings, DocumentSettings {
  /** Maximum size of a request body, in bytes. */
  readonly bodyLimit: number;
  /**
   * The server reads and discards up to this many bytes of a larger body, so that the client sees the
   * response.
   */
  readonly discardLimit: number;
  /** Maximum nesting of a request's JSON. */
  readonly depthLimit: number;
  /** Maximum number of concurrent product requests; more are refused. */
  readonly requestsAtOnce: number;
  /** Maximum total size of their bodies, in bytes. */
  readonly bodiesAtOnce: number;
  /** Maximum number of pages read concurrently; other requests wait. */
  readonly pagesAtOnce: number;
  /** Maximum number of queued requests for pages. */
  readonly pagesWaiting: number;
  /** Maximum number of concurrent streams of the whole stock. */
  readonly exportsAtOnce: number;
  /** Maximum number of queued appends per product in this process. */
  readonly waitingPerProduct: number;
  /** How long an append waits in its queue, in milliseconds. */
  readonly longestWait: number;
  /** Whether this process can follow a background append after it has responded. */
  readonly followsExecutions: boolean;
  /** Timeout of an append including the time in the queue, in milliseconds. */
  readonly longestAppend: number;
  /** How long a list waits for the version that `atLeast` names, in milliseconds. */
  readonly longestIndexing: number;
  /** Timeout of a readiness check, in milliseconds. */
  readonly readinessTimeout: number;
  /**
   * The delay after which no event can still be recorded as of a time, in milliseconds. It covers the time between an
   * event's timestamp and its write, and differences between clocks.
   */
  readonly settledAfter: number;
  /** Origins of web pages that may use the API (`https://shop.example`), or `*`; empty: none. */
  readonly corsOrigins: readonly string[];
}

export const defaultSettings: Settings = {
  bodyLimit: 64 * 1024,
  discardLimit: 1024 * 1024,
  depthLimit: 64,
  ...defaultDocumentSettings,
  requestsAtOnce: 256,
  bodiesAtOnce: 4 * 1024 * 1024,
  pagesAtOnce: 8,
  pagesWaiting: 512,
  exportsAtOnce: 32,
  waitingPerProduct: 256,
  longestWait: 10_000,
  followsExecutions: true,
  longestAppend: 15_000,
  longestIndexing: 2_000,
  readinessTimeout: 2_000,
  settledAfter: 30_000,
  corsOrigins: [],
  tails: 200,
  tailReads: 4,
  tailHeartbeat: 15_000,
  tailPoll: 1_000,
  tailLongest: 3_600_000,
  tailRetry: 2_000,
  tailBatch: 0,
};
