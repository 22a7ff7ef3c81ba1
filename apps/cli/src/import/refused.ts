import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
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
 * Writes the refused lines as the file has them, each after its line number and the reason. With the columns of the
 * file, so that it can be corrected and imported itself.
 */
export async function writeRefused(file: string, data: ImportFile, refused: RefusedLines): Promise<string> {
  const name = refusedFileOf(file);
  const out = createWriteStream(name);
  const write = async (fields: readonly string[]): Promise<void> => {
    if (!out.write(`${fields.map(cell).join(data.delimiter)}\n`)) await once(out, 'drain');
  };
  const failed = new Promise<never>((_, reject) => void out.once('error', reject));
  await Promise.race([failed, writeAll(data, refused, write)]);
  await Promise.race([failed, new Promise<void>((done) => out.end(done))]);
  return name;
}

async function writeAll(
  data: ImportFile,
  refused: RefusedLines,
  write: (fields: readonly string[]) => Promise<void>,
): Promise<void> {
  await write(['refused line', 'reason', ...data.header]);
  for await (const { line, record } of data.rows()) {
    const why = refused.whyOf(line);
    if (why !== undefined) await write([String(line), why, ...record]);
  }
}
