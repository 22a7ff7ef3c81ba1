import { createReadStream, createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import {
  compressionOf,
  fieldsOf,
  HEAD_BYTES,
  jsonRecords,
  refusedCsv,
  refusedFileOf,
  MalformedFile,
  sourceOf,
  textOf,
  understand,
  type Bytes,
  type FormatOptions,
  type ImportFile,
  type RefusedLines,
} from '@hindsight/import';
import { EXIT, Failure } from '../exit';
import { rowsOf } from './csv';
import { zippedBytes } from './zip';

async function* unpacked(file: string, compression: Bytes['compression']): AsyncGenerator<Buffer> {
  if (compression === 'zip') {
    yield* zippedBytes(file);
    return;
  }
  const source = createReadStream(file);
  if (compression === 'none') {
    yield* source as AsyncIterable<Buffer>;
    return;
  }
  const contents = createGunzip();
  // A failed read must also end the reader of the decompressed data.
  source.on('error', (error) => contents.destroy(error)).pipe(contents);
  yield* contents as AsyncIterable<Buffer>;
}

/** The bytes of a file, unpacked. @throws errors of the file system */
export async function bytesOf(file: string): Promise<Bytes> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    const compression = compressionOf(buffer.subarray(0, bytesRead));
    return { name: file, compression, read: () => unpacked(file, compression) };
  } finally {
    await handle.close();
  }
}

interface ExportRecord {
  readonly line: number;
  /** A text: why the record can't be read. */
  readonly fields: Readonly<Record<string, unknown>> | string;
}

/** The records of an export (ndjson or json), in their order. @throws errors of the file system */
export async function* exportRecords(file: string): AsyncGenerator<ExportRecord> {
  for await (const { line, text } of jsonRecords(textOf(await sourceOf(await bytesOf(file), undefined)))) {
    const fields = fieldsOf(text);
    if (fields !== undefined) yield { line, fields };
  }
}

/** Opens a file. @throws as `understand` does, and errors of the file system */
export async function openFile(file: string, options: FormatOptions = {}): Promise<ImportFile> {
  return understand(await bytesOf(file), rowsOf, options);
}

/** Writes the refused lines beside the file; answers the name. */
export async function writeRefused(file: string, data: ImportFile, refused: RefusedLines): Promise<string> {
  const name = refusedFileOf(file);
  await pipeline(Readable.from(refusedCsv(data, refused)), createWriteStream(name));
  return name;
}

/** Errors of the file system, the decompression and the CSV parser have a code. */
const isFileError = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && 'code' in error && typeof error.code === 'string';

/** An error of a file in terms of the command line; any other error as it is. */
export const fileFailure = (error: unknown): unknown =>
  error instanceof MalformedFile || isFileError(error) ? new Failure(error.message, EXIT.usage) : error;
