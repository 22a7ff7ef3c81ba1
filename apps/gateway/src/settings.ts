import { defaultDocumentSettings, type DocumentSettings } from '@hindsight/api';
import type { TailSettings } from './tail/tails';

/** Bounds of the gateway; every one of them can be set, and none needs to be. */
export interface Settings extends TailSettings, DocumentSettings {
  /** Largest request body, in bytes. */
  readonly bodyLimit: number;
  /** A larger body is read away up to this many bytes, so that its sender gets to see the answer. */
  readonly discardLimit: number;
  /** Deepest nesting of a request's JSON. */
  readonly depthLimit: number;
  /** Requests about products that are answered at once; one more is refused. */
  readonly requestsAtOnce: number;
  /** Bytes of the bodies of these requests. */
  readonly bodiesAtOnce: number;
  /** Pages that are read at once; others wait. */
  readonly pagesAtOnce: number;
  /** Requests for pages that may wait for their turn. */
  readonly pagesWaiting: number;
  /** Appends to one product that may wait for their turn in this process. */
  readonly waitingPerProduct: number;
  /** How long an append waits for its turn, in milliseconds. */
  readonly longestWait: number;
  /** Whether this process can wait for the end of an append in the background after it has answered. */
  readonly followsExecutions: boolean;
  /** How long the client of an append waits for its answer, the wait for its turn included, in milliseconds. */
  readonly longestAppend: number;
  /** How long a check of readiness waits for what it asks, in milliseconds. */
  readonly readinessTimeout: number;
  /**
   * How long after a time no event can be recorded as of that time any more, in milliseconds: events are
   * stamped before they are stored, an execution lasts five minutes at most, and clocks differ.
   */
  readonly settledAfter: number;
  /** Of web pages that may use the API from a browser (`https://shop.example`), or `*`; none: no page may. */
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
  waitingPerProduct: 256,
  longestWait: 10_000,
  followsExecutions: true,
  longestAppend: 15_000,
  readinessTimeout: 2_000,
  settledAfter: 10 * 60_000,
  corsOrigins: [],
  tails: 200,
  tailReads: 4,
  tailHeartbeat: 15_000,
  tailPoll: 1_000,
  tailLongest: 3_600_000,
  tailRetry: 2_000,
  tailBatch: 0,
};
