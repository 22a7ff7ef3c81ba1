/** A broken assumption of the code itself; no input causes it. */
export class AssertionError extends Error {
  override readonly name = 'AssertionError';
}

/** States what must be true here. @throws AssertionError */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new AssertionError(message);
}
