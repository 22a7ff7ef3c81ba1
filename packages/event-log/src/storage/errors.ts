/** The table stayed busy or did not answer for as long as this process was ready to wait. Try again later. */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailable';
}

/** The partition of the stream is full. Nothing was stored, and no retry will change that. */
export class StreamFullError extends Error {
  override readonly name = 'StreamFull';
  constructor(readonly streamId: string) {
    super(`the log of ${streamId} is full: its partition has reached the size limit of the table`);
  }
}

/** The table refused a write for a reason that is neither a lost race nor load. Nothing was stored. */
export class StoreFailedError extends Error {
  override readonly name = 'StoreFailed';
  constructor(readonly reason: string) {
    super(`the table refused the write: ${reason}`);
  }
}

/** An item is not in the format that this code reads: damaged, or stored by a version of it that is too old. */
export class UnreadableItemError extends Error {
  override readonly name = 'UnreadableItem';
  constructor(
    readonly streamId: string,
    readonly sk: string,
    attribute: string,
  ) {
    super(
      `item ${sk} of ${streamId} can't be read: ${attribute} is not JSON text; a version of this software that stored maps may have written it, and those logs are no longer supported`,
    );
  }
}
