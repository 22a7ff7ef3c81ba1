import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { EXIT, Failure } from './exit';
import { startCounting } from './progress';
import { answerOf, textOf, type Service } from './service';

/** A file that is written beside its name, and appears under it when it is complete. */
export async function saveFile(
  file: string,
  chunks: AsyncIterable<Uint8Array | string> | Iterable<string>,
  what: string,
): Promise<void> {
  const draft = `${file}.part`;
  const output = createWriteStream(draft);
  // Reported by the writes that follow it.
  output.on('error', () => undefined);
  try {
    for await (const chunk of chunks) if (!output.write(chunk)) await once(output, 'drain');
    output.end();
    await once(output, 'finish');
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    if (error instanceof Failure) throw error;
    throw new Failure(`${what} could not be saved: ${(error as Error).message}`, EXIT.output);
  }
}

interface Streamed {
  /** A request whose body is a stream of CSV. */
  readonly request: Promise<unknown>;
  /** What a line is about. */
  readonly noun: string;
  readonly what: string;
}

/** Saves an answer that is one stream. @returns how many lines it has, without the head */
export async function saveStream(
  file: string,
  service: Service,
  { request, noun, what }: Streamed,
): Promise<number> {
  const body = await answerOf<ReadableStream<Uint8Array>>(service, request as never);
  const progress = startCounting(`${noun}s`);
  let lines = -1;
  async function* counting(): AsyncGenerator<Uint8Array> {
    for await (const chunk of body) {
      lines += chunk.filter((byte) => byte === 10).length;
      yield chunk;
      progress.update(Math.max(lines, 0));
    }
  }
  await saveFile(file, counting(), what).finally(() => progress.stop());
  return Math.max(lines, 0);
}

/** Whether an answer can change, in words. */
export const finality = ({ headers }: Response): string =>
  headers.get('hindsight-settled') === 'true'
    ? 'final'
    : 'not final yet: events may still be recorded before then';

/** The pages of an answer as CSV: the head, and the lines after it. */
interface CsvPage {
  readonly head: string;
  readonly rest: string;
  readonly count: number;
}

const CURSOR = /[?&]cursor=([\w-]+)/;

/** Follows the links to the next page. */
export async function* csvPages(
  service: Service,
  ask: (cursor: string | undefined) => Promise<unknown>,
): AsyncGenerator<CsvPage> {
  let cursor: string | undefined;
  do {
    const asked = ask(cursor) as Promise<{ data?: string; response: Response }>;
    const text = await textOf(service, asked);
    const end = text.indexOf('\n') + 1;
    const rest = text.slice(end);
    yield { head: text.slice(0, end), rest, count: rest.split('\n').length - 1 };
    const { response } = await asked;
    cursor = CURSOR.exec(response.headers.get('link') ?? '')?.[1];
  } while (cursor !== undefined);
}
