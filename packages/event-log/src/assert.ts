/** A condition that the code relies on does not hold: a programming error or damaged data, never a client's input. */
class AssertionFailedError extends Error {
  override readonly name = 'AssertionFailed';
}

/** Stops at the line that relies on `condition`, rather than somewhere later with a wrong answer. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new AssertionFailedError(message);
}
