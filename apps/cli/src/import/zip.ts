import type { Readable } from 'node:stream';
import { MalformedFile } from '@hindsight/import';
import { open, type Entry, type ZipFile } from 'yauzl';

/** Not data: folders, and what macOS adds to an archive. */
const isIgnored = (name: string): boolean => name.endsWith('/') || name.startsWith('__MACOSX/');

const opened = (file: string): Promise<ZipFile> =>
  new Promise((resolve, reject) => {
    open(file, { lazyEntries: true, autoClose: false }, (error, zip) =>
      error ? reject(error) : resolve(zip),
    );
  });

const entriesOf = (zip: ZipFile): Promise<Entry[]> =>
  new Promise((resolve, reject) => {
    const entries: Entry[] = [];
    zip.on('entry', (entry: Entry) => {
      if (!isIgnored(entry.fileName)) entries.push(entry);
      zip.readEntry();
    });
    zip.on('end', () => resolve(entries));
    zip.on('error', reject);
    zip.readEntry();
  });

const streamOf = (zip: ZipFile, entry: Entry): Promise<Readable> =>
  new Promise((resolve, reject) => {
    zip.openReadStream(entry, (error, stream) => (error ? reject(error) : resolve(stream)));
  });

/** Errors of the archive, as opposed to errors of the file system, have no code. */
const asMalformed = (file: string, error: unknown): unknown =>
  error instanceof MalformedFile || (error as NodeJS.ErrnoException).code !== undefined
    ? error
    : new MalformedFile(`${file} is a damaged ZIP archive: ${(error as Error).message}`);

/** The bytes of the only file in an archive. @throws MalformedFile if it has none, or several */
export async function* zippedBytes(file: string): AsyncGenerator<Buffer> {
  let zip: ZipFile | undefined;
  try {
    zip = await opened(file);
    const [entry, ...others] = await entriesOf(zip);
    if (entry === undefined) throw new MalformedFile(`${file} is a ZIP archive without a file`);
    if (others.length > 0) {
      const names = [entry, ...others].slice(0, 5).map(({ fileName }) => fileName);
      throw new MalformedFile(
        `${file} is a ZIP archive of ${others.length + 1} files (${names.join(', ')}); unpack it, and import one at a time`,
      );
    }
    yield* (await streamOf(zip, entry)) as AsyncIterable<Buffer>;
  } catch (error) {
    throw asMalformed(file, error);
  } finally {
    zip?.close();
  }
}
