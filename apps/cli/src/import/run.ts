import { decimalOf } from '@hindsight/bitemporal';
import { EXIT } from '../exit';
import { now, startProgress } from '../progress';
import type { Client } from './client';
import type { Line } from './line';
import { openFile, type RefusedLine, type RetailFile } from './lines';
import type { FormatOptions } from './format';
import { MalformedFile } from './malformed-file';
import { loadPlans, type Load } from './plan';
import { differencesIn, eventsIn, resumeHint, sentOf, summaryOf } from './report';
import { doneOf, eachOf, emptyTally, sendPlans, verify, type SendOptions, type Tally } from './send';
import { unitsSold } from './sums';

/** A file, and how to read it. */
export interface FileOptions {
  readonly file: string;
  readonly format?: FormatOptions;
  /** Lines; Infinity: all. */
  readonly limit: number;
  /** Of the prices. */
  readonly currency?: string;
}

/** A file, and how to load it. */
export interface ImportOptions extends FileOptions {
  readonly client: Client;
  /** The server or the table, for people. */
  readonly target: string;
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
}

/** How many rejected lines are listed unless all are requested. */
const LISTED = 10;
/** Lines that are shown as they are understood. */
const SHOWN = 3;

const lineText = ({ stockCode, quantity, unitPrice, effectiveAt, invoiceNo }: Line): string =>
  `  ${effectiveAt}  ${invoiceNo}  ${stockCode}  ${decimalOf(quantity)}${unitPrice === '' ? '' : ` at ${unitPrice}`}`;

async function* showing(lines: AsyncIterable<Line>, say: Surroundings['say']): AsyncGenerator<Line> {
  let shown = 0;
  for await (const line of lines) {
    if (shown < SHOWN) say(lineText(line));
    shown += 1;
    yield line;
  }
}

const refusalText = ({ line, why }: RefusedLine): string => `line ${line}: ${why}`;

/**
 * Reports the detected format, and reads the whole file.
 * @throws MalformedFile if a line is rejected: a file that can't be imported completely is not imported at
 * all
 */
async function read(
  { file, format, limit, currency }: FileOptions,
  say: Surroundings['say'],
  listed = LISTED,
) {
  say(`Reading ${file}`);
  const data: RetailFile = await openFile(file, format);
  for (const line of data.format.report) say(`  ${line}`);
  let refused = 0;
  const onRefused = (line: RefusedLine): void => {
    refused += 1;
    if (refused <= listed) say(refusalText(line));
  };
  const load = await loadPlans(showing(data.lines(onRefused), say), limit, currency);
  if (refused === 0) return { data, load };
  const more = refused > listed ? '; --dry-run lists all of them' : '';
  throw new MalformedFile(
    `${refused === 1 ? '1 line is' : `${refused} lines are`} refused, so nothing was sent${more}`,
  );
}

/** Reads a file as an import would, lists every line that is refused, and sends nothing. @throws as importFile */
export async function checkFile(options: FileOptions, say: Surroundings['say']): Promise<number> {
  const { load } = await read(options, say, Infinity);
  say(`lines: ${load.lines}, products: ${load.plans.length}, events: ${eventsIn(load)}; nothing was sent`);
  return EXIT.ok;
}

/**
 * Imports a file, then compares every product with it.
 * @returns the exit code of the command
 * @throws ServerUnavailable, MalformedFile, and errors of the file system
 */
export async function importFile(options: ImportOptions, { signal, say }: Surroundings): Promise<number> {
  const { client, target, limit } = options;
  await client.greet();
  const { data, load } = await read(options, say);
  say(`Importing ${load.plans.length} products into ${target}`);
  const begun = now();
  const tally = signal.aborted ? emptyTally() : await send(load, { ...options, signal });
  const seconds = now() - begun;
  if (signal.aborted) {
    say(`${summaryOf({ load, tally, seconds, mismatches: null })}\n\n${resumeHint(tally, load)}`);
    return EXIT.interrupted;
  }
  say('Comparing with the file');
  const sold = await unitsSold(data.lines(), limit);
  const mismatches = await verify(load.plans, sold, { ...options, signal });
  say(`\n${summaryOf({ load, tally, seconds, mismatches })}`);
  if (mismatches === null) return EXIT.interrupted;
  const differences = await checkLog(load, options, { signal, say });
  if (differences === null) return EXIT.interrupted;
  if (mismatches.length > 0 || tally.refused > 0) return EXIT.refused;
  return differences > 0 ? EXIT.difference : EXIT.ok;
}

/** Checks all that is stored of the file's products, if the client can; how many differ, or null when interrupted. */
async function checkLog(
  { plans }: Load,
  { client, concurrency }: ImportOptions,
  { signal, say }: Surroundings,
): Promise<number | null> {
  const { verify: verifyProduct } = client;
  if (verifyProduct === undefined) return 0;
  say('Checking what is stored');
  let [events, differences] = [0, 0];
  await eachOf(plans, { concurrency, signal }, async ({ productId }) => {
    const { events: read, difference } = await verifyProduct(productId);
    events += read;
    if (difference === undefined) return;
    differences += 1;
    const { invariant, item, expected, found } = difference;
    say(`difference: ${productId} ${item}: ${invariant}: expected ${expected}, found ${found}`);
  });
  if (signal.aborted) return null;
  say(`${differencesIn(differences)} in ${plans.length} products, ${events} events`);
  return differences;
}

async function send(load: Load, options: SendOptions): Promise<Tally> {
  const progress = startProgress(eventsIn(load), 'events');
  try {
    return await sendPlans(load.plans, {
      ...options,
      onProgress: (tally) => progress.update(doneOf(tally), sentOf(tally)),
    });
  } finally {
    progress.stop();
  }
}
