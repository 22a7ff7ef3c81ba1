import type { ImportFile } from './lines';
import type { RefusedLine } from './records';

/** The lines of a file that are not imported, by line; of a line that is refused twice, the first reason. */
export class RefusedLines {
  readonly #why = new Map<number, string>();

  add({ line, why }: RefusedLine): void {
    if (!this.#why.has(line)) this.#why.set(line, why);
  }

  get size(): number {
    return this.#why.size;
  }

  get lines(): ReadonlySet<number> {
    return new Set(this.#why.keys());
  }

  whyOf(line: number): string | undefined {
    return this.#why.get(line);
  }
}

const cell = (text: string): string => (/[",;\t\r\n|]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** The name of the file that gets the refused lines of another. */
export const refusedFileOf = (file: string): string => `${file}.refused.csv`;

/**
 * The refused lines as the file has them, each after its line number and the reason. With the columns of the file, so
 * that they can be corrected and imported themselves.
 */
export async function* refusedCsv(data: ImportFile, refused: RefusedLines): AsyncGenerator<string> {
  const lineOf = (fields: readonly string[]): string => `${fields.map(cell).join(data.delimiter)}\n`;
  yield lineOf(['refused line', 'reason', ...data.header]);
  for await (const { line, record } of data.rows()) {
    const why = refused.whyOf(line);
    if (why !== undefined) yield lineOf([String(line), why, ...record]);
  }
}
