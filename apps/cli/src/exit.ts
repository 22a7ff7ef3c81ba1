/** Exit codes: a contract with scripts. */
export const EXIT = {
  ok: 0,
  /** The service refused: a rule, a product that does not exist, a missing scope. */
  refused: 1,
  /** Wrong usage, or a file or folder that can't be read. */
  usage: 2,
  /** No response, or a server error; the same command may succeed later. */
  unreachable: 3,
  /** `verify` or `import` found inconsistencies in the stored data. */
  difference: 4,
  /** The output could not be written. The requested operation may have been executed. */
  output: 5,
  /** A bug in this program. */
  internal: 70,
  interrupted: 130,
} as const;

/** Ends the command with a message and a code. */
export class Failure extends Error {
  override readonly name = 'Failure';
  constructor(
    message: string,
    readonly code: number,
    /** The response of the service, for `--json`. */
    readonly problem?: unknown,
  ) {
    super(message);
  }
}
