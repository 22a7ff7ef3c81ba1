import { MalformedFile } from './malformed-file';

/*
 * Reads the text of a file. The bytes determine the format, not the name: gzip begins with 1F 8B, a ZIP archive
 * with 50 4B 03 04, and text may begin with a byte order mark. All other files are UTF-8 unless the caller specifies an encoding. Bytes
 * that are invalid in the encoding are an error with their line number: a decoder that replaces them could
 * turn two codes into one.
 */

export type Compression = 'none' | 'gzip' | 'zip';

/** The bytes of a file, unpacked. */
export interface Bytes {
  /** For people. */
  readonly name: string;
  readonly compression: Compression;
  /** Reads them from the beginning, each time it is called. */
  read(): AsyncIterable<Uint8Array>;
}

export interface Source {
  readonly bytes: Bytes;
  /** As TextDecoder calls it. */
  readonly encoding: string;
  /** How the encoding is known. */
  readonly encodingBy: 'option' | 'byte order mark' | 'default';
}

const MARKS: readonly (readonly [string, readonly number[]])[] = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
];
const GZIP = [0x1f, 0x8b];
/** The second one begins an archive without files. */
const ZIP = [
  [0x50, 0x4b, 0x03, 0x04],
  [0x50, 0x4b, 0x05, 0x06],
];
/** As many bytes as any mark has. */
export const HEAD_BYTES = 4;

const startsWith = (bytes: Uint8Array, mark: readonly number[]): boolean =>
  mark.every((byte, index) => bytes[index] === byte);

/** How a file is compressed, by its first bytes. */
export function compressionOf(head: Uint8Array): Compression {
  if (ZIP.some((mark) => startsWith(head, mark))) return 'zip';
  return startsWith(head, GZIP) ? 'gzip' : 'none';
}

/** The canonical name of an encoding. @throws MalformedFile if there is no encoding of that name */
function encodingOf(name: string): string {
  try {
    return new TextDecoder(name).encoding;
  } catch {
    throw new MalformedFile(`there is no encoding "${name}"; utf-8, utf-16le and windows-1252 are usual`);
  }
}

/** As many of the first bytes as a mark may have. */
async function headOf({ read }: Bytes): Promise<Uint8Array> {
  const head: number[] = [];
  for await (const chunk of read()) {
    head.push(...chunk.subarray(0, HEAD_BYTES));
    if (head.length >= HEAD_BYTES) break;
  }
  return Uint8Array.from(head);
}

/**
 * Detects the encoding of a file. @param encoding as the caller specifies it; a byte order mark must not
 * contradict it
 */
export async function sourceOf(bytes: Bytes, encoding: string | undefined): Promise<Source> {
  const head = await headOf(bytes);
  const marked = MARKS.find(([, mark]) => startsWith(head, mark))?.[0];
  const named = encoding === undefined ? undefined : encodingOf(encoding);
  if (named !== undefined && marked !== undefined && named !== marked)
    throw new MalformedFile(
      `${bytes.name} begins with the byte order mark of ${marked}, and is not ${named}`,
    );
  const encodingBy = named !== undefined ? 'option' : marked !== undefined ? 'byte order mark' : 'default';
  return { bytes, encoding: named ?? marked ?? 'utf-8', encodingBy };
}

const linesIn = (text: string): number => text.split('\n').length - 1;

/** The text, a chunk at a time, without a byte order mark. @throws MalformedFile with the line of a wrong byte */
export async function* textOf({ bytes, encoding }: Source): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  // Decodes the same bytes leniently to find the position of the first invalid one.
  const lenient = new TextDecoder(encoding);
  let line = 1;
  for await (const chunk of bytes.read()) {
    const text = lenient.decode(chunk, { stream: true });
    let strict: string | undefined;
    try {
      strict = decoder.decode(chunk, { stream: true });
    } catch {
      const place = line + linesIn(text.slice(0, text.indexOf('\u{FFFD}')));
      throw new MalformedFile(
        `line ${place} has bytes that are not ${encoding}; give the encoding of the file, such as --encoding windows-1252`,
      );
    }
    line += linesIn(strict);
    yield strict;
  }
  try {
    decoder.decode();
  } catch {
    throw new MalformedFile(`line ${line}: the file ends within a character of ${encoding}`);
  }
}
