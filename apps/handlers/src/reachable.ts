/** The table did not answer, or had no capacity left. The workflow tries again. */
class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailable';
}

/** SDK errors carry `$metadata`, whatever their class; faults of this code do not. */
const isFromSdk = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && '$metadata' in error;

/** Runs what needs the table; an error of its client becomes one that the workflow knows by name. */
export async function reachable<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isFromSdk(error)) throw error;
    throw new StoreUnavailableError(error instanceof Error ? error.name : 'unknown', { cause: error });
  }
}
