import { compressionOf, HEAD_BYTES, MalformedFile, type Bytes } from '@hindsight/import';
import { entryIn } from './zip';

/** The most text that a tab reads. What a packed file becomes is not known before it is unpacked. */
const MOST_BYTES = 256 * 1024 * 1024;

const TOO_LARGE = `has more than ${MOST_BYTES / 1024 / 1024} MiB of text, which is too much for a browser; import it by the command line: hindsight import FILE`;

/** The chunks of a stream. It is canceled if the caller stops early. */
async function* chunksOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  } finally {
    // A stream that failed has told so already.
    await reader.cancel().catch(() => undefined);
  }
}

/** Tells how many bytes went through so far. */
function counting(onRead: (bytes: number) => void): TransformStream<Uint8Array, Uint8Array> {
  let bytes = 0;
  return new TransformStream({
    transform(chunk, controller) {
      onRead((bytes += chunk.length));
      controller.enqueue(chunk);
    },
  });
}

type Unpacking = ReadableWritablePair<Uint8Array, Uint8Array>;
/** The types of the browser say that any buffer can be written into it. */
const unpacking = (format: CompressionFormat): Unpacking => new DecompressionStream(format) as Unpacking;

async function* unpacked(
  file: File,
  compression: Bytes['compression'],
  onRead: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  if (compression !== 'zip') {
    const stream = file.stream().pipeThrough(counting(onRead));
    yield* chunksOf(compression === 'gzip' ? stream.pipeThrough(unpacking('gzip')) : stream);
    return;
  }
  const { content, isDeflated, size } = await entryIn(file);
  const stream = content.stream().pipeThrough(counting(onRead));
  let bytes = 0;
  for await (const chunk of chunksOf(isDeflated ? stream.pipeThrough(unpacking('deflate-raw')) : stream)) {
    bytes += chunk.length;
    yield chunk;
  }
  if (bytes !== size) throw new MalformedFile(`${file.name} is a damaged ZIP archive: it ends too early`);
}

/** What the browser says of a file that can't be read, in the words of the page. */
function asMalformed({ name }: File, compression: Bytes['compression'], error: unknown): unknown {
  if (error instanceof DOMException)
    return new MalformedFile(
      `${name} can't be read. Is it a folder, or was it changed or removed? Choose it again.`,
    );
  if (error instanceof TypeError && compression !== 'none')
    return new MalformedFile(
      `${name} is damaged, or has several packed files one after another; unpack it, and import what is in it`,
    );
  return error;
}

/** The bytes of a file that was chosen or dropped. @param onRead is told how many bytes of the file were read so far */
export async function bytesOf(file: File, onRead: (bytes: number) => void): Promise<Bytes> {
  async function* read(compression: Bytes['compression']): AsyncGenerator<Uint8Array> {
    let bytes = 0;
    try {
      for await (const chunk of unpacked(file, compression, onRead)) {
        bytes += chunk.length;
        if (bytes > MOST_BYTES) throw new MalformedFile(`${file.name} ${TOO_LARGE}`);
        yield chunk;
      }
    } catch (error) {
      throw asMalformed(file, compression, error);
    }
  }
  try {
    const compression = compressionOf(new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer()));
    return { name: file.name, compression, read: () => read(compression) };
  } catch (error) {
    throw asMalformed(file, 'none', error);
  }
}
