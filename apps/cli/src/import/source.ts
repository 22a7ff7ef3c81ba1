import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { MalformedFile } from './malformed-file';
import { zippedBytes } from './zip';

/*
 * Reads the text of a file. The bytes determine the format, not the name: gzip begins with 1F 8B, a ZIP archive
 * with 50 4B 03 04, and text may begin with a byte order mark. All other files are UTF-8 unless the caller specifies an encoding. Bytes
 * that are invalid in the encoding are an error with their line number: a decoder that replaces them could
 * turn two codes into one.
 */

export type Compression = 'none' | 'gzip' | 'zip';

export interface Source {
  readonly file: string;
  readonly compression: Compression;
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
const HEAD = 4;

const startsWith = (bytes: Uint8Array, mark: readonly number[]): boolean =>
  mark.every((byte, index) => bytes[index] === byte);

async function* bytesOf(file: string, compression: Compression): AsyncGenerator<Buffer> {
  if (compression === 'zip') {
    yield* zippedBytes(file);
    return;
  }
  const source = createReadStream(file);
  if (compression === 'none') {
    yield* source as AsyncIterable<Buffer>;
    return;
  }
  const unpacked = createGunzip();
  // A failed read must also end the reader of the decompressed data.
  source.on('error', (error) => unpacked.destroy(error)).pipe(unpacked);
  yield* unpacked as AsyncIterable<Buffer>;
}

async function headOf(file: string): Promise<Uint8Array> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD), 0, HEAD, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** The canonical name of an encoding. @throws MalformedFile if there is no encoding of that name */
function encodingOf(name: string): string {
  try {
    return new TextDecoder(name).encoding;
  } catch {
    throw new MalformedFile(`there is no encoding "${name}"; utf-8, utf-16le and windows-1252 are usual`);
  }
}

/**
 * Detects the format of a file. @param encoding as the caller specifies it; a byte order mark must not
 * contradict it
 */
export async function sourceOf(file: string, encoding: string | undefined): Promise<Source> {
  const packed = await headOf(file);
  const compression = ZIP.some((mark) => startsWith(packed, mark))
    ? 'zip'
    : startsWith(packed, GZIP)
      ? 'gzip'
      : 'none';
  let head = packed;
  if (compression !== 'none')
    for await (const chunk of bytesOf(file, compression)) {
      head = chunk;
      break;
    }
  const marked = MARKS.find(([, mark]) => startsWith(head, mark))?.[0];
  const named = encoding === undefined ? undefined : encodingOf(encoding);
  if (named !== undefined && marked !== undefined && named !== marked)
    throw new MalformedFile(`${file} begins with the byte order mark of ${marked}, and is not ${named}`);
  const encodingBy = named !== undefined ? 'option' : marked !== undefined ? 'byte order mark' : 'default';
  return { file, compression, encoding: named ?? marked ?? 'utf-8', encodingBy };
}

const linesIn = (text: string): number => text.split('\n').length - 1;

/** The text, a chunk at a time, without a byte order mark. @throws MalformedFile with the line of a wrong byte */
export async function* textOf({ file, compression, encoding }: Source): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  // Decodes the same bytes leniently to find the position of the first invalid one.
  const lenient = new TextDecoder(encoding);
  let line = 1;
  for await (const chunk of bytesOf(file, compression)) {
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
