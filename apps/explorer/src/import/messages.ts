import type { Choice, Field, FormatOptions, Question, RefusedLine } from '@hindsight/import';

/*
 * What the page and its worker tell each other. A worker reads one file in one way: other options, another worker. So
 * no answer can be taken for that of another question.
 */

export type ConflictPolicy = 'reject' | 'flag';

export type ToWorker =
  | { readonly type: 'open'; readonly file: File; readonly options: FormatOptions }
  | { readonly type: 'import'; readonly token: string | undefined; readonly onConflict: ConflictPolicy }
  /** After the requests under way. */
  | { readonly type: 'stop' }
  /** Asks for the refused lines as a file. */
  | { readonly type: 'saveRefused' };

/** The beginning of the file as it is, and what its columns are taken for. */
export interface Beginning {
  readonly header: readonly string[];
  /** The first records after the header. */
  readonly records: readonly (readonly string[])[];
  readonly columns: ReadonlyMap<Field, number>;
}

/** What an import would do. */
export interface Checked {
  readonly lines: number;
  readonly products: number;
  readonly events: number;
  readonly withoutEffect: number;
  readonly refused: number;
  /** The first of the refused lines. */
  readonly listed: readonly RefusedLine[];
}

export interface Ended {
  readonly figures: readonly (readonly [string, string])[];
  readonly notes: readonly string[];
  readonly mismatches: number;
  readonly refused: number;
}

export type FromWorker =
  | { readonly type: 'begins'; readonly beginning: Beginning; readonly report: readonly Choice[] }
  /** The file leaves this open. */
  | { readonly type: 'unclear'; readonly question: Question }
  | { readonly type: 'unreadable'; readonly message: string }
  /** The first lines, in the parts of each, as they are understood. */
  | { readonly type: 'first'; readonly lines: readonly (readonly string[])[] }
  /** Bytes of the file, as it is packed. */
  | { readonly type: 'read'; readonly bytes: number }
  | { readonly type: 'checked'; readonly checked: Checked }
  | { readonly type: 'sent'; readonly done: number; readonly all: number }
  | { readonly type: 'comparing' }
  | { readonly type: 'stopped' }
  /** `isTokenWrong`: the server wants another token. */
  | { readonly type: 'failed'; readonly message: string; readonly isTokenWrong: boolean }
  | { readonly type: 'ended'; readonly ended: Ended }
  | { readonly type: 'refusedFile'; readonly file: Blob };
