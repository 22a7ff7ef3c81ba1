import type { Field } from './column-names';

/** A file that can't be read as it is, or an option that doesn't fit it. */
export class MalformedFile extends Error {
  override readonly name: string = 'MalformedFile';
}

/** What the file leaves open. In a terminal it is asked for; elsewhere the error names the option. */
export interface Question {
  readonly option: 'kind' | 'map' | 'dates' | 'decimal' | 'at';
  /** For `map`. */
  readonly field?: Field;
  readonly text: string;
  /** Empty: any text. */
  readonly choices: readonly string[];
}

/** A choice that the file leaves open and that an option makes. */
export class Unclear extends MalformedFile {
  constructor(
    message: string,
    readonly question: Question,
  ) {
    super(message);
  }
}
