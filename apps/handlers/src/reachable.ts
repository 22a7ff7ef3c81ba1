/** The table did not answer, or had no capacity left. The workflow tries again. */
class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailable';
}

/** SDK errors have `$metadata`, whatever their class; so has a fault of this code that the SDK passed on. */
const isFromSdk = (error: unknown): boolean =>
  error instanceof Error &&
  '$metadata' in error &&
  !(error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError);

/** Runs what needs the table; an error of its client becomes one that the workflow knows by name. */
export async function reachable<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isFromSdk(error)) throw error;
    throw new StoreUnavailableError((error as Error).name, { cause: error });
  }
}
