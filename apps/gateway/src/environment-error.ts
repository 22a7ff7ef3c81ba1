/** A setting in the environment is missing or invalid; the message names it. */
export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentIncomplete';
}
