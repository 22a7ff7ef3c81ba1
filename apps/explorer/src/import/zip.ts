import { MalformedFile } from '@hindsight/import';

/*
 * The only file in a ZIP archive. An archive ends in a directory that says where each of its files begins, so nothing
 * but that directory and one header is read before the content (APPNOTE.TXT of PKWARE, 4.3).
 */

/** Where the content of an entry is, and how it is packed. */
export interface Entry {
  readonly content: Blob;
  readonly isDeflated: boolean;
  /** Of the unpacked content. */
  readonly size: number;
}

interface Listed {
  readonly name: string;
  readonly method: number;
  readonly isEncrypted: boolean;
  readonly packed: number;
  readonly size: number;
  readonly offset: number;
}

const [END, END_64, LOCATOR_64, LISTED, LOCAL] = [
  0x06054b50, 0x06064b50, 0x07064b50, 0x02014b50, 0x04034b50,
] as const;
/** The end of the directory, and the longest comment after it. */
const END_BYTES = 22;
const LONGEST_END = END_BYTES + 65_535;
const MOST_DIRECTORY_BYTES = 1_048_576;
/** Archives of more than 4 GiB, and some that were written as a stream, have the number itself elsewhere. */
const ELSEWHERE = 0xffffffff;
const [STORED, DEFLATED] = [0, 8];

const viewOf = async (blob: Blob): Promise<DataView> => new DataView(await blob.arrayBuffer());
const long = (view: DataView, at: number): number => Number(view.getBigUint64(at, true));

/** Where the directory is, by the end of the archive. */
async function directoryOf(file: Blob): Promise<{ offset: number; bytes: number } | undefined> {
  const from = Math.max(0, file.size - LONGEST_END);
  const tail = await viewOf(file.slice(from));
  let at = tail.byteLength - END_BYTES;
  while (at >= 0 && tail.getUint32(at, true) !== END) at -= 1;
  if (at < 0) return undefined;
  const [bytes, offset] = [tail.getUint32(at + 12, true), tail.getUint32(at + 16, true)];
  if (bytes !== ELSEWHERE && offset !== ELSEWHERE) return { offset, bytes };
  const locator = at - 20;
  if (locator < 0 || tail.getUint32(locator, true) !== LOCATOR_64) return undefined;
  const place = long(tail, locator + 8);
  const end = await viewOf(file.slice(place, place + 56));
  if (end.byteLength < 56 || end.getUint32(0, true) !== END_64) return undefined;
  return { bytes: long(end, 40), offset: long(end, 48) };
}

/** The numbers of an entry that stand in its extra fields, in their order. */
function* longNumbers(view: DataView, from: number, to: number): Generator<number, undefined> {
  for (let at = from; at + 4 <= to;) {
    const [id, bytes] = [view.getUint16(at, true), view.getUint16(at + 2, true)];
    if (id === 1) for (let next = at + 4; next + 8 <= at + 4 + bytes; next += 8) yield long(view, next);
    at += 4 + bytes;
  }
}

function entryAt(view: DataView, at: number): { entry: Listed; next: number } {
  const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((place) => view.getUint16(at + place, true));
  const extra = at + 46 + (nameBytes ?? 0);
  const after = extra + (extraBytes ?? 0);
  const numbers = longNumbers(view, extra, after);
  const number = (place: number): number => {
    const value = view.getUint32(at + place, true);
    const next = value === ELSEWHERE ? numbers.next() : undefined;
    return next === undefined || next.done ? value : next.value;
  };
  const [size, packed, offset] = [number(24), number(20), number(42)] as const;
  const name = new TextDecoder().decode(new Uint8Array(view.buffer, at + 46, nameBytes));
  const [flags, method] = [view.getUint16(at + 8, true), view.getUint16(at + 10, true)];
  const entry = { name, method, isEncrypted: (flags & 1) === 1, packed, size, offset };
  return { entry, next: after + (commentBytes ?? 0) };
}

/** Not data: folders, and what macOS adds to an archive. */
const isIgnored = ({ name }: Listed): boolean => name.endsWith('/') || name.startsWith('__MACOSX/');

async function entriesOf(file: File): Promise<readonly Listed[]> {
  const directory = await directoryOf(file);
  if (directory === undefined || directory.bytes > MOST_DIRECTORY_BYTES)
    throw new RangeError('its directory is missing, or too large');
  const view = await viewOf(file.slice(directory.offset, directory.offset + directory.bytes));
  const entries: Listed[] = [];
  for (let at = 0; at + 46 <= view.byteLength;) {
    if (view.getUint32(at, true) !== LISTED) throw new RangeError('its directory is broken');
    const { entry, next } = entryAt(view, at);
    if (!isIgnored(entry)) entries.push(entry);
    at = next;
  }
  return entries;
}

async function contentOf(file: File, { offset, packed, method, size }: Listed): Promise<Entry> {
  const header = await viewOf(file.slice(offset, offset + 30));
  if (header.byteLength < 30 || header.getUint32(0, true) !== LOCAL)
    throw new RangeError('its file is not where the directory says');
  const begin = offset + 30 + header.getUint16(26, true) + header.getUint16(28, true);
  return { content: file.slice(begin, begin + packed), isDeflated: method === DEFLATED, size };
}

/** The only file of an archive. @throws MalformedFile if it has none, or several, or can't be unpacked */
export async function entryIn(file: File): Promise<Entry> {
  const { name } = file;
  try {
    const [entry, ...others] = await entriesOf(file);
    if (entry === undefined) throw new MalformedFile(`${name} is a ZIP archive without a file`);
    if (others.length > 0) {
      const names = [entry, ...others].slice(0, 5).map((one) => one.name);
      throw new MalformedFile(
        `${name} is a ZIP archive of ${others.length + 1} files (${names.join(', ')}); unpack it, and import one at a time`,
      );
    }
    if (entry.isEncrypted || ![STORED, DEFLATED].includes(entry.method))
      throw new MalformedFile(
        `${name} is a ZIP archive with a password, or of a kind that browsers can't unpack`,
      );
    return await contentOf(file, entry);
  } catch (error) {
    // Numbers that point out of the archive are errors of range.
    if (!(error instanceof RangeError)) throw error;
    throw new MalformedFile(`${name} is a damaged ZIP archive: ${error.message}`);
  }
}
