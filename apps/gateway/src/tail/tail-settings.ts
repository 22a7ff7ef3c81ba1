export interface TailSettings {
  /** Maximum number of streams in this process. */
  readonly tails: number;
  /** Maximum number of streams that read from the log concurrently, each a few events. */
  readonly tailReads: number;
  /** Interval between keep-alive comments on an idle stream, in milliseconds. */
  readonly tailHeartbeat: number;
  /** Interval between checks for events of other processes, in milliseconds. */
  readonly tailPoll: number;
  /** Maximum duration of a stream, in milliseconds; the client then reconnects and is authorized again. */
  readonly tailLongest: number;
  /** Delay before a client reconnects after its stream has ended, in milliseconds. */
  readonly tailRetry: number;
  /**
   * 0: a stream lasts until its client disconnects. Otherwise, it ends after the existing events, or once it
   * exceeds this many bytes, for platforms that pass on only complete responses. The client reconnects
   * automatically.
   */
  readonly tailBatch: number;
}
