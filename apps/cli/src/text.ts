import { isUtf8 } from 'node:buffer';
import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { EXIT, Failure } from './exit';

/**
 * Describes the first position that is not valid UTF-8. Decoding replaces an invalid byte with U+FFFD, so
 * re-encoding differs there.
 */
function firstFault(bytes: Uint8Array): string {
  const again = Buffer.from(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes));
  const index = bytes.findIndex((byte, at) => byte !== again[at]);
  const before = bytes.subarray(0, index);
  const line = before.reduce((count, byte) => count + (byte === 0x0a ? 1 : 0), 1);
  const value = (bytes[index] ?? 0).toString(16).toUpperCase().padStart(2, '0');
  return `byte ${index + 1} (0x${value}), in line ${line}, is not UTF-8`;
}

/** The text of bytes, without a byte order mark. @throws Failure if they are not UTF-8 */
export function textOf(bytes: Uint8Array, name: string): string {
  if (!isUtf8(bytes)) throw new Failure(`${name}: ${firstFault(bytes)}`, EXIT.usage);
  return new TextDecoder().decode(bytes);
}

/** The text of a file, or of standard input (`-`). @throws Failure if it can't be read, or is not UTF-8 */
export async function readText(file: string): Promise<string> {
  if (file === '-') return textOf(await buffer(process.stdin), 'standard input');
  const bytes = await readFile(file).catch((error: unknown) => {
    throw new Failure(`${file} can't be read: ${(error as Error).message}`, EXIT.usage);
  });
  return textOf(bytes, file);
}
