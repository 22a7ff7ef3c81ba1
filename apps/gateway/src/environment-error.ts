/** The environment lacks something, or says what makes no sense; the message says what. */
export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentIncomplete';
}
