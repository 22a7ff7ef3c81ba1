import type { RecordedEvent } from '@hindsight/domain';
import type { Answer, EventPage, Problem, Service } from './service';

/** Reads a product's log page by page, and then follows it. */

/** Before a lost connection is made again. */
const RETRY_MS = 2_000;

export interface Reader {
  /** More of the log, in the order of recording. */
  onEvents(events: readonly RecordedEvent[]): void;
  /** The whole log was read: what comes now is new. */
  onHead(): void;
  onProblem(problem: Problem): void;
  onLive(isLive: boolean): void;
}

const pathOf = (productId: string): string => `/products/${encodeURIComponent(productId)}/events`;

const pause = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  });

async function* pagesOf(service: Service, productId: string): AsyncGenerator<Answer<EventPage>> {
  let cursor: string | null | undefined;
  do {
    const answer: Answer<EventPage> = await service.events(productId, cursor ?? undefined);
    yield answer;
    cursor = 'data' in answer ? answer.data.nextCursor : null;
  } while (cursor !== null);
}

/** The events in a block of a stream: the messages of the default type have a version as their id. */
function eventIn(block: string): RecordedEvent | undefined {
  const lines = block.split('\n');
  if (lines.some((line) => line.startsWith('event:'))) return undefined;
  const data = lines.find((line) => line.startsWith('data: '))?.slice(6);
  return data === undefined ? undefined : (JSON.parse(data) as RecordedEvent);
}

/** How far the log was read. */
interface Position {
  version: number;
}

/** Reads one connection to its end. */
async function follow(body: ReadableStream<Uint8Array>, reader: Reader, position: Position): Promise<void> {
  const decoder = new TextDecoder();
  const chunks = body.getReader();
  let rest = '';
  for (;;) {
    const { done, value } = await chunks.read();
    if (done) return;
    const blocks = (rest + decoder.decode(value, { stream: true })).split('\n\n');
    rest = blocks.pop() ?? '';
    take(
      blocks.flatMap((block) => eventIn(block) ?? []),
      reader,
      position,
    );
  }
}

/** Passes on what is new: an append between two pages, or a connection made again, must not show an event twice. */
function take(events: readonly RecordedEvent[], reader: Reader, position: Position): void {
  const more = events.filter(({ version }) => version > position.version);
  position.version = more.at(-1)?.version ?? position.version;
  if (more.length > 0) reader.onEvents(more);
}

interface Following {
  readonly service: Service;
  readonly reader: Reader;
  readonly signal: AbortSignal;
  readonly position: Position;
  /** The address of the stream after a position. */
  pathAfter(position: number): string;
}

async function followFrom({ service, reader, signal, position, pathAfter }: Following): Promise<void> {
  while (!signal.aborted) {
    const before = position.version;
    try {
      const response = await service.stream(pathAfter(before), signal);
      if (response.status === 401) return;
      if (response.ok && response.body) {
        reader.onLive(true);
        await follow(response.body, reader, position);
      }
    } catch {
      // The connection was lost, or this page left it.
    }
    reader.onLive(false);
    // A stream that ends after what is there (behind a Lambda) may have more of it.
    if (position.version === before) await pause(RETRY_MS, signal);
  }
}

/** @param signal ends the reading */
export async function readLog(
  service: Service,
  productId: string,
  reader: Reader,
  signal: AbortSignal,
): Promise<void> {
  const position: Position = { version: 0 };
  for await (const answer of pagesOf(service, productId)) {
    if (signal.aborted) return;
    if ('problem' in answer) return reader.onProblem(answer.problem);
    take(answer.data.events, reader, position);
  }
  reader.onHead();
  const pathAfter = (version: number) => `${pathOf(productId)}/stream?after=${version}&adjustments=false`;
  await followFrom({ service, reader, signal, position, pathAfter });
}

/** Calls back for events of any product, from now on. */
export async function followAll(service: Service, onEvent: () => void, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      const response = await service.stream('/events/stream', signal);
      if (response.status === 401) return;
      const chunks = response.ok
        ? response.body?.pipeThrough(new TextDecoderStream()).getReader()
        : undefined;
      for (let read = await chunks?.read(); read && !read.done; read = await chunks?.read())
        if (read.value.includes('data: ')) onEvent();
    } catch {
      // The connection was lost, or this page left it.
    }
    await pause(RETRY_MS, signal);
    // What was recorded in between.
    onEvent();
  }
}
