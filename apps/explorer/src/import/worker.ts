import {
  columnsOf,
  compare,
  createClient,
  doneOf,
  fileOf,
  figuresOf,
  lineParts,
  loadPlans,
  MalformedFile,
  NotAllowed,
  notesOf,
  refusedCsv,
  RefusedLines,
  sampleOf,
  sendPlans,
  ServerUnavailable,
  sumsOf,
  Unclear,
  type Exchange,
  type FormatOptions,
  type ImportFile,
  type Line,
  type Load,
  type RefusedLine,
  type Sample,
} from '@hindsight/import';
import { bytesOf } from './bytes';
import type { Beginning, FromWorker, ToWorker } from './messages';
import { rowsOf } from './rows';

/*
 * Reads a file, and imports it, beside the page: neither a large file nor the work of sending it makes the page wait.
 * It is the importer of the command line, with the file and the network of a browser. So a file that was imported here
 * is not imported again there, nor the other way round.
 */

/** The most lines that a tab plans. */
const MOST_LINES = 1_000_000;
/** Lines and records that are shown as they are understood. */
const SHOWN = 3;
/** Refused lines that are listed; the file of them has all. */
const LISTED = 200;
const NOTES = 20;
const REPORT_EVERY_MS = 100;
/** Browsers open six connections to a server, and other tabs need some. */
const [CONCURRENCY, BATCH] = [4, 25];
const TIMEOUT_MS = 60_000;

const port = self as unknown as {
  postMessage(message: FromWorker): void;
  onmessage: (event: MessageEvent<ToWorker>) => void;
};
const tell = (message: FromWorker): void => port.postMessage(message);

/** Reports progress now and then. */
function sometimes(report: () => void): () => void {
  let last = 0;
  return () => {
    if (performance.now() - last < REPORT_EVERY_MS) return;
    last = performance.now();
    report();
  };
}

interface Opened {
  readonly data: ImportFile;
  readonly load: Load;
  readonly refused: RefusedLines;
}

function beginningOf({ records: [header = [], ...records] }: Sample, options: FormatOptions): Beginning {
  const names = header.map((name) => name.trim());
  const shown = { header: names, records: records.slice(0, SHOWN) };
  try {
    return { ...shown, columns: columnsOf(names, options.map ?? [], records) };
  } catch {
    // What is wrong with them is said when the format is chosen.
    return { ...shown, columns: new Map() };
  }
}

async function* watched(lines: AsyncIterable<Line>): AsyncGenerator<Line> {
  const first: (readonly string[])[] = [];
  let count = 0;
  for await (const line of lines) {
    count += 1;
    if (count <= SHOWN) tell({ type: 'first', lines: (first.push(lineParts(line)), [...first]) });
    if (count > MOST_LINES)
      throw new MalformedFile(
        `the file has more than ${MOST_LINES.toLocaleString('en-US')} lines, which is too much for a browser; import it by the command line: hindsight import FILE`,
      );
    yield line;
  }
}

/** Finds out how the file is to be read, and reads all of it. */
async function open(file: File, options: FormatOptions): Promise<Opened> {
  let bytes = 0;
  const report = sometimes(() => tell({ type: 'read', bytes }));
  const source = await bytesOf(file, (read) => {
    bytes = read;
    report();
  });
  const sample = await sampleOf(source, rowsOf, options);
  const beginning = beginningOf(sample, options);
  tell({ type: 'begins', beginning, report: sample.report });
  const data = fileOf(sample, rowsOf, options);
  const { columns, report: understood } = data;
  tell({ type: 'begins', beginning: { ...beginning, columns }, report: understood });
  const refused = new RefusedLines();
  const listed: RefusedLine[] = [];
  const onRefused = (line: RefusedLine): void => {
    refused.add(line);
    if (listed.length < LISTED) listed.push(line);
  };
  const load = await loadPlans(watched(data.lines(onRefused)), {
    ...{ kind: data.kind, limit: Infinity, onRefused },
  });
  const { lines, events, withoutEffect, plans } = load;
  const counts = { lines, events, withoutEffect, products: plans.length, refused: refused.size };
  listed.sort((one, other) => one.line - other.line);
  tell({ type: 'checked', checked: { ...counts, listed } });
  return { data, load, refused };
}

/** Requests by fetch, which keeps connections open by itself. */
function exchangeWith(token: string | undefined): Exchange {
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return async (url, body) => {
    const response = await fetch(url, {
      ...(body !== undefined && { method: 'POST', body }),
      headers: { ...authorization, ...(body !== undefined && { 'content-type': 'application/json' }) },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return {
      status: response.status,
      retryAfter: response.headers.get('retry-after') ?? undefined,
      text: await response.text(),
    };
  };
}

function copyOf(refused: RefusedLines): RefusedLines {
  const copy = new RefusedLines();
  for (const line of refused.lines) copy.add({ line, why: refused.whyOf(line) ?? '' });
  return copy;
}

/** Sends the file, and compares the log with it. @returns the lines that are not in the log */
async function send(
  { data, load, refused: unreadable }: Opened,
  { token, onConflict }: Extract<ToWorker, { type: 'import' }>,
  signal: AbortSignal,
): Promise<RefusedLines> {
  const client = createClient({ url: location.origin, exchange: exchangeWith(token), signal });
  await client.greet();
  const begun = performance.now();
  const how = { client, concurrency: CONCURRENCY, signal };
  let done = 0;
  const report = sometimes(() => tell({ type: 'sent', done, all: load.events }));
  const onProgress = (tally: Parameters<typeof doneOf>[0]): void => {
    done = doneOf(tally);
    report();
  };
  const tally = await sendPlans(load.plans, { ...how, onConflict, batch: BATCH, onProgress });
  const seconds = (performance.now() - begun) / 1000;
  const refused = copyOf(unreadable);
  for (const { line, why } of tally.refusals) refused.add({ line, why });
  tell({ type: 'sent', done: doneOf(tally), all: load.events });
  if (!signal.aborted) tell({ type: 'comparing' });
  const { kind, plans } = load;
  const lines = data.lines(() => undefined);
  const sums = signal.aborted
    ? undefined
    : await sumsOf(lines, { kind, limit: Infinity, refused: refused.lines });
  const comparison =
    sums === undefined ? null : await compare(plans, sums, { ...how, refused: refused.lines });
  if (comparison === null) {
    tell({ type: 'stopped' });
    return refused;
  }
  const outcome = { load, tally, seconds, comparison };
  const notes = notesOf(outcome, NOTES);
  const mismatches = comparison.mismatches.length;
  tell({ type: 'ended', ended: { figures: figuresOf(outcome), notes, mismatches, refused: refused.size } });
  return refused;
}

/** The refused lines as a file. Its parts are of some size, as a browser keeps each. */
async function refusedFile(data: ImportFile, refused: RefusedLines): Promise<Blob> {
  const parts: Blob[] = [];
  let text = '';
  for await (const line of refusedCsv(data, refused)) {
    text += line;
    if (text.length < 1_048_576) continue;
    parts.push(new Blob([text]));
    text = '';
  }
  return new Blob([...parts, text], { type: 'text/csv' });
}

/** Tells why something failed. */
function fail(error: unknown): void {
  if (error instanceof Unclear) tell({ type: 'unclear', question: error.question });
  else if (error instanceof MalformedFile) tell({ type: 'unreadable', message: error.message });
  else {
    const isKnown = error instanceof ServerUnavailable || error instanceof NotAllowed;
    const message = isKnown ? error.message : `This should not happen: ${String(error)}`;
    tell({ type: 'failed', message, isTokenWrong: error instanceof NotAllowed && message.startsWith('401') });
  }
}

let opened: Promise<Opened | undefined> = Promise.resolve(undefined);
let refused: RefusedLines | undefined;
let stop = new AbortController();

async function answer(message: ToWorker): Promise<void> {
  if (message.type === 'stop') return stop.abort();
  if (message.type === 'open') {
    opened = open(message.file, message.options);
    refused = (await opened)?.refused;
    return;
  }
  const file = await opened;
  if (file === undefined) return;
  if (message.type === 'import') {
    stop = new AbortController();
    refused = await send(file, message, stop.signal);
  } else tell({ type: 'refusedFile', file: await refusedFile(file.data, refused ?? file.refused) });
}

port.onmessage = ({ data }) => void answer(data).catch(fail);
