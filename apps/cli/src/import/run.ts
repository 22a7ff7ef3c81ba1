import type { ConflictPolicy } from '@hindsight/bitemporal';
import {
  compare,
  doneOf,
  emptyTally,
  loadPlans,
  MalformedFile,
  RefusedLines,
  sendPlans,
  sentOf,
  sumsOf,
  Unclear,
  type Client,
  type FormatOptions,
  type ImportFile,
  type Line,
  type Load,
  type Question,
  type RefusedLine,
  type SendOptions,
  type Tally,
} from '@hindsight/import';
import { EXIT } from '../exit';
import { now, startProgress } from '../progress';
import { openFile, writeRefused } from './files';
import { lineText, resumeHint, summaryOf } from './report';

/** A file, and how to read it. */
export interface FileOptions {
  readonly file: string;
  readonly format?: FormatOptions;
  /** Lines; Infinity: all. */
  readonly limit: number;
  /** Import the other lines if some are refused. */
  readonly skipRefused?: boolean;
}

/** A file, and how to load it. */
export interface ImportOptions extends FileOptions {
  readonly client: Client;
  /** The server or the table, for people. */
  readonly target: string;
  readonly onConflict: ConflictPolicy;
  /** Products at a time. */
  readonly concurrency: number;
  /** Events per append. */
  readonly batch: number;
}

/** The dependencies of a run on the surrounding process. */
export interface Surroundings {
  /** Aborted when the user stops the run. */
  readonly signal: AbortSignal;
  readonly say: (text: string) => void;
  /** Asks the user, in a terminal. Absent: what is unclear is an error. */
  readonly ask?: Ask;
}

export interface Ask {
  /** Answers one of the choices, or any text if there are none. */
  choose(question: Question): Promise<string>;
  confirm(question: string): Promise<boolean>;
}

/** How many refused lines are listed unless all are requested. */
const LISTED = 10;
/** Lines that are shown as they are understood. */
const SHOWN = 3;

/** The options with the answer to a question. */
function answered(options: FormatOptions, { option, field }: Question, answer: string): FormatOptions {
  if (option !== 'map') return { ...options, [option]: answer };
  return { ...options, map: [...(options.map ?? []), `${field}=${answer}`] };
}

/** Opens a file; in a terminal, asks for what it leaves open. */
async function understand(
  { file, format = {} }: FileOptions,
  { say, ask }: Pick<Surroundings, 'say' | 'ask'>,
): Promise<ImportFile> {
  let options = format;
  for (;;) {
    try {
      return await openFile(file, options);
    } catch (error) {
      if (!(error instanceof Unclear) || ask === undefined) throw error;
      const answer = await ask.choose(error.question);
      const { option, field } = error.question;
      say(`  (to say so next time: --${option} "${field === undefined ? '' : `${field}=`}${answer}")`);
      options = answered(options, error.question, answer);
    }
  }
}

async function* showing(lines: AsyncIterable<Line>, say: Surroundings['say']): AsyncGenerator<Line> {
  let shown = 0;
  for await (const line of lines) {
    if (shown < SHOWN) say(lineText(line));
    shown += 1;
    yield line;
  }
}

interface Reading {
  readonly data: ImportFile;
  readonly load: Load;
  readonly refused: RefusedLines;
}

/** Reports how the file is understood, and reads all of it. Refused lines are said, and written to their file. */
async function read(
  options: FileOptions,
  surroundings: Pick<Surroundings, 'say' | 'ask'>,
  listed = LISTED,
): Promise<Reading> {
  const { say } = surroundings;
  say(`Reading ${options.file}`);
  const data = await understand(options, surroundings);
  for (const { name, text } of data.report) say(`  ${name.padEnd(11)}${text}`);
  const refused = new RefusedLines();
  const onRefused = (line: RefusedLine): void => {
    refused.add(line);
    if (refused.size <= listed) say(`line ${line.line}: ${line.why}`);
  };
  const { kind } = data;
  const load = await loadPlans(showing(data.lines(onRefused), say), {
    kind,
    limit: options.limit,
    onRefused,
  });
  return { data, load, refused };
}

const refusedText = (size: number): string =>
  size === 1 ? '1 line is refused' : `${size} lines are refused`;

/**
 * Reads a file as an import would, lists every line that is refused, and sends nothing.
 * @throws as importFile
 */
export async function checkFile(
  options: FileOptions,
  surroundings: Pick<Surroundings, 'say' | 'ask'>,
): Promise<number> {
  const { data, load, refused } = await read(options, surroundings, Infinity);
  const { say } = surroundings;
  say(`lines: ${load.lines}, products: ${load.plans.length}, events: ${load.events}; nothing was sent`);
  if (refused.size === 0) return EXIT.ok;
  const name = await writeRefused(options.file, data, refused);
  throw new MalformedFile(`${refusedText(refused.size)}; they are in ${name}`);
}

/**
 * Imports a file, then compares every product with it.
 * @returns the exit code of the command
 * @throws ServerUnavailable, NotAllowed, MalformedFile, and errors of the file system
 */
export async function importFile(options: ImportOptions, surroundings: Surroundings): Promise<number> {
  const { client, target, file } = options;
  const { signal, say, ask } = surroundings;
  await client.greet();
  const reading = await read(options, surroundings);
  const { data, load, refused } = reading;
  if (refused.size > 0) {
    const name = await writeRefused(file, data, refused);
    const text = `${refusedText(refused.size)}; they are in ${name}`;
    if (options.skipRefused !== true)
      throw new MalformedFile(`${text}, and nothing was sent; --skip-refused imports the others`);
    say(text);
  }
  if (ask !== undefined && !(await ask.confirm(`Import ${load.events} events into ${target}?`))) {
    say('Nothing was sent.');
    return EXIT.ok;
  }
  say(`Importing ${load.plans.length} products into ${target}`);
  const begun = now();
  const tally = signal.aborted ? emptyTally() : await send(load, { ...options, signal });
  return conclude(reading, { ...options, seconds: now() - begun, tally }, surroundings);
}

/** Compares, and reports. */
async function conclude(
  { data, load, refused }: Reading,
  options: ImportOptions & { readonly seconds: number; readonly tally: Tally },
  { signal, say }: Surroundings,
): Promise<number> {
  const { tally, seconds, limit, file } = options;
  const before = refused.size;
  for (const { line, why } of tally.refusals) refused.add({ line, why });
  if (refused.size > before) say(`The refused lines are in ${await writeRefused(file, data, refused)}`);
  if (signal.aborted) {
    say(`${summaryOf({ load, tally, seconds, comparison: null })}\n\n${resumeHint(tally, load)}`);
    return EXIT.interrupted;
  }
  say('Comparing with the file');
  const { lines } = refused;
  const sums = await sumsOf(
    data.lines(() => undefined),
    { kind: load.kind, limit, refused: lines },
  );
  const comparison = await compare(load.plans, sums, { ...options, signal, refused: lines });
  say(`\n${summaryOf({ load, tally, seconds, comparison })}`);
  if (comparison === null) return EXIT.interrupted;
  if (comparison.mismatches.length > 0) return EXIT.difference;
  return tally.refused > 0 || before > 0 ? EXIT.refused : EXIT.ok;
}

async function send(load: Load, options: SendOptions): Promise<Tally> {
  const progress = startProgress(load.events, 'events');
  try {
    return await sendPlans(load.plans, {
      ...options,
      onProgress: (tally) => progress.update(doneOf(tally), sentOf(tally)),
    });
  } finally {
    progress.stop();
  }
}
