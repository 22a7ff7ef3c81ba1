import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FormatOptions, Line, RefusedLine } from '@hindsight/import';
import { openFile } from '../import/files';

/** A folder for the files of a test. */
export const folder = mkdtempSync(join(tmpdir(), 'import-files-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

export function written(name: string, content: string | Buffer): string {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
}

/** The lines of a file; one that is refused is an error. */
export async function read(content: string | Buffer, options: FormatOptions = {}, name = 'file.csv') {
  const file = await openFile(written(name, content), options);
  const lines: Line[] = [];
  for await (const line of file.lines()) lines.push(line);
  return lines;
}

/** What is refused, by line. */
export async function refusals(
  content: string | Buffer,
  options: FormatOptions = {},
): Promise<RefusedLine[]> {
  const refused: RefusedLine[] = [];
  const file = await openFile(written('file.csv', content), options);
  for await (const line of file.lines((one) => refused.push(one))) expect(line).toBeDefined();
  return refused;
}
