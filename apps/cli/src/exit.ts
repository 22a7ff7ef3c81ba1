/** Exit codes: a contract with scripts. */
export const EXIT = {
  ok: 0,
  /** The service said no: a rule, a product that is not there, a right that is lacking. */
  refused: 1,
  /** The command line, or a file that it names, cannot be read. */
  usage: 2,
  /** No answer came, or one that the service is to blame for; the same command may work later. */
  unreachable: 3,
  /** `verify` found a log that is not as it must be. */
  difference: 4,
  interrupted: 130,
} as const;

/** Ends the command with a message and a code. */
export class Failure extends Error {
  override readonly name = 'Failure';
  constructor(
    message: string,
    readonly code: number,
  ) {
    super(message);
  }
}
