/** The table did not respond, or was throttled. The workflow retries. */
class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailable';
}

/** SDK errors have `$metadata`, whatever their class; so has a fault of this code that the SDK passed on. */
const isFromSdk = (error: unknown): boolean =>
  error instanceof Error &&
  '$metadata' in error &&
  !(error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError);

/** Runs an operation on the table; converts a client error to an error whose name the workflow knows. */
export async function reachable<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isFromSdk(error)) throw error;
    throw new StoreUnavailableError((error as Error).name, { cause: error });
  }
}
